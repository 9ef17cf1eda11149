using System.Globalization;

namespace ChannelHost.Server.Demo.Screen;

/// <summary>Tells of a demo where no terminal is: a line of totals every few seconds, and a line for each new problem. For one thread.</summary>
internal sealed class PlainLines(TextWriter output)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private TimeSpan _next = Interval;

    /// <summary>Writes what is new.</summary>
    public void Write(DemoSnapshot snapshot)
    {
        foreach (var row in snapshot.Channels)
        {
            if (row.Problem is not null && _told.GetValueOrDefault(row.Name) != row.Problem)
            {
                _told[row.Name] = row.Problem;
                output.WriteLine(Invariant($"{snapshot.At:HH:mm:ss} {PlainText.OneLine(row.Name)}: {row.Problem}"));
            }
        }

        if (snapshot.Running >= _next)
        {
            _next = snapshot.Running + Interval;
            var total = snapshot.Total;
            output.WriteLine(Invariant(
                $"{snapshot.At:HH:mm:ss} received {total.Received} ({total.Rate:0.0}/s), filtered {total.Filtered}, errors {total.Errors}, queued {total.Queued}, sent {total.Sent}"));
        }

        output.Flush();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
