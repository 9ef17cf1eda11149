using System.Globalization;
using System.Text.Json;
using ChannelHost.Server.Logs;
using Microsoft.Extensions.Time.Testing;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace ChannelHost.Tests.Server;

public sealed class LogTests
{
    private const string Forged = "X1\r\n12:00:00.000 fatal the host ends\u001b[2J\u202E";

    [Fact]
    [Trait("Row", "S31")]
    public void ConsoleLine_StaysOneLineWhateverTheValueHolds()
    {
        var written = Write(new ConsoleFormatter(colours: false), log => log.Error(new IOException(Forged), "Message {ControlId} failed", Forged));

        Assert.Single(written.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain('\u001b', written);
        Assert.DoesNotContain('\u202E', written);
        Assert.Contains("Message X1\\u000D\\u000A12:00:00.000 fatal", written, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S31")]
    public void JsonLine_StaysOneEventAndGivesTheValueBack()
    {
        var written = Write(new SafeJsonFormatter(), log => log.Error("Message {ControlId} failed", Forged));

        var line = Assert.Single(written.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain('\u202E', line);
        using var json = JsonDocument.Parse(line);
        Assert.Equal(Forged, json.RootElement.GetProperty("ControlId").GetString());
    }

    [Fact]
    [Trait("Row", "F65")]
    public void SameEventThousandsOfTimes_IsWrittenAFewTimesAndCounted()
    {
        var time = new FakeTimeProvider();
        var sink = new Collected();
        using var log = new LoggerConfiguration().Filter.With(new RepeatLimit(time)).WriteTo.Sink(sink).CreateLogger();

        for (var at = 0; at < 100_000; at++)
        {
            log.Error("{Channel}: message {Id} failed", "clinic/a", at);
        }

        time.Advance(RepeatLimit.Window);
        log.Error("{Channel}: message {Id} failed", "clinic/a", 100_000);

        Assert.Equal(RepeatLimit.Allowance + 1, sink.Events.Count);
        Assert.Equal("99950", sink.Events[^1].Properties[RepeatLimit.Suppressed].ToString(null, CultureInfo.InvariantCulture));
    }

    [Fact]
    [Trait("Row", "F65")]
    public void OtherChannel_HasAnAllowanceOfItsOwn()
    {
        var sink = new Collected();
        using var log = new LoggerConfiguration().Filter.With(new RepeatLimit(new FakeTimeProvider())).WriteTo.Sink(sink).CreateLogger();

        for (var at = 0; at < 1000; at++)
        {
            log.Error("{Channel} failed", "clinic/a");
        }

        log.Error("{Channel} failed", "clinic/b");

        Assert.Equal("\"clinic/b\"", sink.Events[^1].Properties["Channel"].ToString());
    }

    private static string Write(ITextFormatter formatter, Action<Logger> events)
    {
        var sink = new Collected();
        using (var log = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger())
        {
            events(log);
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture);
        sink.Events.ForEach(logEvent => formatter.Format(logEvent, text));
        return text.ToString();
    }

    private sealed class Collected : ILogEventSink
    {
        public List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }
}
