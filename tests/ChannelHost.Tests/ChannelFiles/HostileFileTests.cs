using System.Diagnostics;
using System.Text;

namespace ChannelHost.Tests.ChannelFiles;

/// <summary>Files made to cost time or memory. Each must end in a problem, soon.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const string Source = "source: { type: sample, listen: 127.0.0.1:1 }\n";

    private readonly Folders _folders = new();

    public static TheoryData<string, string> Bombs => new()
    {
        { "more than 64 levels", Source + "a: " + new string('[', 1000) },
        { "more than 64 levels", Source + "a: " + new string('[', 900_000) },
        { "more than 64 levels", Source + "a: " + string.Concat(Enumerable.Repeat("{a: ", 200_000)) },
        { "more than 64 levels", Source + "a:\n" + string.Concat(Enumerable.Range(1, 100).Select(depth => new string(' ', depth) + "a:\n")) },
        { "more than 20,000 values (aliases counted each time)", Source + "a: [" + string.Concat(Enumerable.Repeat("x,", 200_000)) + "]\n" },
        { "more than 20,000 values (aliases counted each time)", Laughs(20) },
        { "more than 20,000 values (aliases counted each time)", Source + "a: &a [1,2,3,4,5,6,7,8,9]\nb: [" + string.Concat(Enumerable.Repeat("*a,", 3000)) + "]\n" },
        { "300,002 lines", Source + string.Concat(Enumerable.Repeat("\n", 300_000)) },
        { "a file of more than 1 MB", Source + "#" + new string('x', 1024 * 1024) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Bomb_IsAProblemSoon(string found, string yaml)
    {
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = Folders.Only(_folders.ReadOne(yaml));

        Assert.Equal(found, problem.Found);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200L * 1024 * 1024);
    }

    [Fact]
    public void LongTextManyTimes_IsReadOnce()
    {
        var watch = Stopwatch.StartNew();

        var reading = _folders.ReadOne(Source + $"a: &a '{new string('x', 500_000)}'\n" + "destinations: [{ name: a, type: sample, folder: x, headers: [" + string.Concat(Enumerable.Repeat("{ name: *a },", 3000)) + "] }]\n");

        Assert.Null(reading.Definition);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Fact]
    public void BytesThatAreNoText_AreToldByPlace()
    {
        _folders.Write("a/channel.yaml", Source);
        File.WriteAllBytes(_folders.PathOf("a/channel.yaml"), [.. Encoding.UTF8.GetBytes(Source), .. "description: b"u8, 0xFC, .. "se\n"u8]);

        var problem = Folders.Only(_folders.Open().Read("a")!);

        Assert.Equal(new ChannelProblem("a/channel.yaml", 2, 15, "", "a byte that is not UTF-8", "the file saved as UTF-8"), problem);
    }

    [Fact]
    public void ByteOrderMarkAndWindowsLineEnds_AreNoProblem()
    {
        Folders.Good(_folders.ReadOne("\uFEFF" + Source.ReplaceLineEndings("\r\n") + "threads: 2\r\n"));
    }

    [Fact]
    public void FileThatMayNotBeRead_IsAProblem()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "makes a pipe");
        _folders.Write("a/channel.yaml", Source);
        File.Delete(_folders.PathOf("a/channel.yaml"));
        using var made = Process.Start("mkfifo", _folders.PathOf("a/channel.yaml"));
        made.WaitForExit();

        // Opening a pipe would wait for somebody to write into it.
        Assert.Equal("an empty file", Folders.Only(_folders.Open().Read("a")!).Found);
    }

    public void Dispose() => _folders.Dispose();

    /// <summary>Each line names the one before twice.</summary>
    private static string Laughs(int lines)
    {
        var yaml = new StringBuilder(Source + "a0: &a0 [x, x]\n");
        for (var line = 1; line <= lines; line++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{line}: &a{line} [*a{line - 1}, *a{line - 1}]\n");
        }

        return yaml.ToString();
    }
}
