using System.Diagnostics;
using System.Text;
using CsCheck;

namespace ChannelHost.Tests.ChannelFiles;

/// <summary>Whatever somebody's editor, merge tool or disk makes of a good file: it is read to an answer, soon, without an exception.</summary>
public sealed class MutationTests : IDisposable
{
    private const string Good =
        """
        description: &text Registrations become patients
        enabled: true
        source:
          type: sample
          listen: 127.0.0.1:6661 # the PMS
          idle: 30s
          tls: { enabled: true, certificate: "certs/${env:NAME}.pem" }
          names: [a, 'b', "c\n"]
          acknowledge: { destination: ehr }
          dataType: { type: hl7v2, charset: latin1 }
        filter: |
          // the clinic's own
          return msg['PID']['PID.5'].toString() != ''
        destinations:
          - name: ehr
            type: sink
            url: http://127.0.0.1:8080/${env:NAME}
            queue: &queue { mode: always, retry: { attempts: 20, delay: 1s, maximum: 5m } }
          - name: copy
            type: sample
            folder: out
            file: "${controlId}.hl7"
            queue: *queue
        metadata: { mrn: PID-3.1 }
        store: { keep: content, retention: 30d }
        """;

    private static readonly string[] Pieces =
    [
        "\n", " ", "  ", "\t", ":", ": ", "- ", "{", "}", "[", "]", ",", "\"", "'", "|", ">", "&a ", "*a", "*text", "*queue", "!", "!!int ", "?", "? ", "#", "%", "@", "`", "---\n", "...\n",
        "<<: ", "${", "${env:NAME}", "${env:", "$${", "\0", "\r", "\r\n", "\u2028", "\uFEFF", "\uD800", "~", "null", "0", "99999999999999999999", "-1", "source", "destinations", "\\", "\\x", "é", "😀",
    ];

    private readonly Folders _folders = new();

    [Fact]
    public void GoodFile_IsGood()
    {
        _folders.Environment["NAME"] = "x";
        Folders.Good(_folders.ReadOne(Good));
    }

    [Fact]
    [Trait("Row", "F67")]
    public void MutatedFile_IsReadOrRefusedSoon()
    {
        _folders.Environment["NAME"] = "x";
        var folder = _folders.Open();
        var path = _folders.PathOf("a/channel.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        Mutations.Sample(
            edits =>
            {
                File.WriteAllBytes(path, Encoding.UTF8.GetBytes(Mutate(edits)));
                var watch = Stopwatch.StartNew();
                var reading = folder.Read("a")!;

                Assert.Equal(reading.Definition is null, reading.Problems.Any(problem => problem.Severity == ProblemSeverity.Error));
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
                var lines = File.ReadAllText(path).Count(character => character is '\n' or '\r') + 1;
                Assert.All(reading.Problems, problem => Assert.InRange(problem.Line, 0, lines));
            },
            iter: 4_000,
            threads: 1);
    }

    [Fact]
    public void AnyBytes_AreReadOrRefused()
    {
        var folder = _folders.Open();
        var path = _folders.PathOf("a/channel.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        Gen.Byte.Array[0, 200].Sample(
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                Assert.Null(folder.Read("a")!.Definition);
            },
            iter: 2_000,
            threads: 1);
    }

    public void Dispose() => _folders.Dispose();

    /// <summary>Cuts, doubles and inserts: where (in thousandths of the text), how many characters, which piece.</summary>
    private static Gen<(int At, int Length, int Piece)[]> Mutations =>
        Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 12], Gen.Int[0, Pieces.Length]).Select((at, length, piece) => (at, length, piece)).Array[1, 6];

    private static string Mutate((int At, int Length, int Piece)[] edits)
    {
        var text = Good;
        foreach (var (thousandth, length, piece) in edits)
        {
            var at = text.Length * thousandth / 1001;
            var end = Math.Min(text.Length, at + length);
            var insert = piece == Pieces.Length ? text[at..end] + text[at..end] : Pieces[piece];
            text = string.Concat(text.AsSpan(0, at), insert, text.AsSpan(end));
        }

        return text;
    }
}
