using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Testing.Network;

/// <summary>Keeps events as text, so that tests can ask what was said and that nothing else was.</summary>
public sealed class CollectingLogger : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _events = new();

    /// <summary>Events at Information or above.</summary>
    public IReadOnlyList<(LogLevel Level, string Text)> Events => [.. _events.Where(e => e.Level >= LogLevel.Information)];

    /// <summary>All text, Debug and exceptions included: to look for what must not be there.</summary>
    public string Everything => string.Join('\n', _events.Select(e => e.Text));

    /// <summary>Events at Warning or above that contain a text.</summary>
    public int Count(string text) => _events.Count(e => e.Level >= LogLevel.Warning && e.Text.Contains(text, StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _events.Enqueue((logLevel, exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}"));
}
