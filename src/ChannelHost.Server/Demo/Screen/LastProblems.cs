using System.Collections.Concurrent;
using System.Globalization;
using ChannelHost.Server.Hosting;
using ChannelHost.Server.Logs;
using Serilog.Core;
using Serilog.Events;

namespace ChannelHost.Server.Demo.Screen;

/// <summary>
/// The last warning or error that the host logged about each channel. What the deployer logs is left out: the channel's own status has that, and stops
/// having it when it is mended. Safe for use by many threads.
/// </summary>
internal sealed class LastProblems : ILogEventSink
{
    private const int MostChannels = 1_000;

    private static readonly string Deployer = typeof(ChannelDeployer).FullName!;

    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The last one of a channel, with its time; null when there was none.</summary>
    public string? Of(string channel) => _texts.GetValueOrDefault(channel);

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level < LogEventLevel.Warning || Text(logEvent, "Channel") is not { } channel || Text(logEvent, "SourceContext") == Deployer)
        {
            return;
        }

        if (_texts.Count < MostChannels || _texts.ContainsKey(channel))
        {
            var what = ConsoleFormatter.Rendered(logEvent);
            var prefix = $"{channel}: ";
            _texts[channel] = string.Create(
                CultureInfo.InvariantCulture, $"{logEvent.Timestamp.ToLocalTime():HH:mm:ss} {PlainText.OneLine(what.StartsWith(prefix, StringComparison.Ordinal) ? what[prefix.Length..] : what, 400)}");
        }
    }

    private static string? Text(LogEvent logEvent, string name) =>
        logEvent.Properties.TryGetValue(name, out var value) && value is ScalarValue { Value: string text } ? text : null;
}
