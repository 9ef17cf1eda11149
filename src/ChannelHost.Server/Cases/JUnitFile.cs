using System.Globalization;
using System.Text;
using System.Xml;

namespace ChannelHost.Server.Cases;

/// <summary>The results as JUnit XML, which build servers read: a suite for each channel. It names places and holds no message content.</summary>
internal static class JUnitFile
{
    /// <summary>The bytes of the file.</summary>
    public static byte[] Write(IReadOnlyList<ChannelCases> channels)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), CheckCharacters = false }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "channelhost");
            foreach (var channel in channels)
            {
                WriteSuite(xml, channel);
            }

            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void WriteSuite(XmlWriter xml, ChannelCases channel)
    {
        var broken = channel.Channel.Definition is null;
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", PlainText.OneLine(channel.Channel.Name));
        xml.WriteAttributeString("tests", Number(channel.Runs.Count + (broken ? 1 : 0)));
        xml.WriteAttributeString("failures", Number(channel.Runs.Count(run => run is { Result: not null, Passed: false })));
        xml.WriteAttributeString("errors", Number(channel.Runs.Count(run => run.Result is null) + (broken ? 1 : 0)));
        xml.WriteAttributeString("time", Seconds(channel.Runs.Sum(run => run.Result?.Elapsed.TotalSeconds ?? 0)));
        if (broken)
        {
            WriteCase(xml, channel, "channel.yaml", 0, "error", Problems(channel.Channel.Problems));
        }

        foreach (var run in channel.Runs)
        {
            var failure = run.Result is null ? "error" : run.Passed ? null : "failure";
            var text = run.Result is null
                ? Problems(broken ? channel.Channel.Problems : run.Reading.Problems)
                : string.Join('\n', run.Result.Differences.Select(CaseText.WithoutContent));
            WriteCase(xml, channel, run.Reading.Name, run.Result?.Elapsed.TotalSeconds ?? 0, failure, text);
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, ChannelCases channel, string name, double seconds, string? failure, string text)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", PlainText.OneLine(channel.Channel.Name));
        xml.WriteAttributeString("name", PlainText.OneLine(name));
        xml.WriteAttributeString("time", Seconds(seconds));
        if (failure is not null)
        {
            xml.WriteStartElement(failure);
            xml.WriteAttributeString("message", PlainText.OneLine(text.Split('\n')[0]));
            xml.WriteString(string.Join('\n', text.Split('\n').Select(line => PlainText.OneLine(line))));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static string Problems(IReadOnlyList<ChannelProblem> problems) => string.Join('\n', problems.Select(problem => problem.ToString()));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);
}
