using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Cases;

/// <summary>Keeps what scripts say and what goes wrong while a case runs, for whoever wants to know why it failed. Bounded.</summary>
internal sealed class CaseLog : ILoggerFactory, ILogger
{
    private const int MostLines = 100;

    private readonly Lock _sync = new();
    private readonly List<string> _lines = [];
    private int _more;

    /// <summary>The lines in order.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_sync)
            {
                return _more == 0 ? [.. _lines] : [.. _lines, $"... and {_more} more"];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("What a case says goes into its result and nowhere else.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_sync)
        {
            if (_lines.Count < MostLines)
            {
                _lines.Add($"{logLevel.ToString().ToLowerInvariant()}: {formatter(state, exception)}");
            }
            else
            {
                _more++;
            }
        }
    }

    public void Dispose()
    {
    }
}
