using System.Reflection;
using System.Text;

namespace ChannelHost.Server.Scaffolding;

/// <summary>A channel to begin with. Its files are in the program; <c>{{name}}</c>, <c>{{channel}}</c>, <c>{{port}}</c> and <c>{{schema}}</c> in them are filled in.</summary>
/// <param name="Name">What <c>--from</c> calls it.</param>
/// <param name="Summary">One line.</param>
/// <param name="FirstMessage">The command that sends a first message, with <c>{{program}}</c> and <c>{{folder}}</c> to be filled in as well.</param>
internal sealed record ChannelTemplate(string Name, string Summary, string FirstMessage)
{
    private static readonly Assembly Program = typeof(ChannelTemplate).Assembly;

    /// <summary>All templates; the first is the default.</summary>
    public static IReadOnlyList<ChannelTemplate> All { get; } =
    [
        new("mllp-to-file", "HL7 v2 by MLLP, filtered and cleaned, to one file for each message", "{{program}} send {{name}} {{folder}}/cases/adt-a04.hl7"),
        new("sftp-csv-to-hl7", "Rows of CSV files on an SFTP server become HL7 v2 messages for MLLP", "sftp clinic@sftp.example.org   (and there: put {{folder}}/cases/two-patients.csv out/two-patients.csv)"),
        new("http-json-to-hl7", "JSON posted over HTTP becomes an HL7 v2 message for MLLP", "curl -H 'Content-Type: application/json' --data-binary @{{folder}}/cases/new-patient.json http://127.0.0.1:8090/{{name}}"),
        new("hl7-to-http", "HL7 v2 by MLLP becomes JSON posted over HTTP", "{{program}} send {{name}} {{folder}}/cases/s12-booked.hl7"),
    ];

    /// <summary>The template's files, filled in, by their names below the channel's folder.</summary>
    public IEnumerable<(string Name, byte[] Content)> Files(IReadOnlyDictionary<string, string> values)
    {
        var prefix = $"templates/{Name}/";
        foreach (var resource in Program.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = Program.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return (resource[prefix.Length..], Fill(content, values));
        }
    }

    /// <summary>The command that sends a first message.</summary>
    public string SendCommand(string program, string name, string folder) => FirstMessage
        .Replace("{{program}}", program, StringComparison.Ordinal).Replace("{{name}}", name, StringComparison.Ordinal).Replace("{{folder}}", folder, StringComparison.Ordinal);

    // Messages keep their bytes: HL7 ends its segments with CR, which nothing here touches.
    private static byte[] Fill(byte[] content, IReadOnlyDictionary<string, string> values)
    {
        var text = Encoding.UTF8.GetString(content);
        foreach (var (name, value) in values)
        {
            text = text.Replace($"{{{{{name}}}}}", value, StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetBytes(text);
    }
}
