using System.Diagnostics;
using ChannelHost.Server.Commands;
using CsCheck;

namespace ChannelHost.Tests.Server;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void DistantChanges_AreHunksOfTheirOwn_WithThreeLinesAround()
    {
        var before = string.Concat(Enumerable.Range(1, 30).Select(number => $"{number}\n"));
        var after = before.Replace("5\n6\n", "5\nnew\n6\n", StringComparison.Ordinal).Replace("20\n", "twenty\n", StringComparison.Ordinal);

        Assert.Equal(
            """
            --- a/f
            +++ b/f
            @@ -3,6 +3,7 @@
             3
             4
             5
            +new
             6
             7
             8
            @@ -17,7 +18,7 @@
             17
             18
             19
            -20
            +twenty
             21
             22
             23
            """,
            Diff(before, after));
    }

    [Theory]
    [InlineData(null, "a\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1,1 @@\n+a")]
    [InlineData("a\n", null, "--- a/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a")]
    [InlineData("a\n", "a", "--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file")]
    [InlineData("a\r\n", "a\n", "--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a\r\n+a")]
    [InlineData("a\n", "a\n", "")]
    public void Difference_IsWrittenAsPatchReadsIt(string? before, string? after, string expected) => Assert.Equal(expected, Diff(before, after));

    [Fact]
    public async Task AppliedByGit_MakesTheSecondOfTheFirst()
    {
        // Judged by a program that the form is made for.
        var folder = Directory.CreateTempSubdirectory("channelhost-diff-").FullName;
        try
        {
            var line = Gen.Int[0, 4].Select(number => new[] { "a\n", "b\n", "c\n", "\n", "  x\n" }[number]);
            await Gen.Select(line.Array[0, 30], line.Array[0, 30]).SampleAsync(async (one, two) =>
            {
                var (before, after) = (string.Concat(one), string.Concat(two));
                if (before == after || before.Length == 0 || after.Length == 0)
                {
                    return;
                }

                var place = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
                await File.WriteAllTextAsync(Path.Combine(place, "f"), before);
                using var git = Process.Start(new ProcessStartInfo("git", ["apply", "--whitespace=nowarn", "-"]) { RedirectStandardInput = true, WorkingDirectory = place })!;
                await git.StandardInput.WriteAsync(Diff(before, after) + "\n");
                git.StandardInput.Close();
                await git.WaitForExitAsync();
                Assert.Equal((0, after), (git.ExitCode, await File.ReadAllTextAsync(Path.Combine(place, "f"))));
            }, iter: 100, threads: 2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Diff(string? before, string? after) =>
        string.Join('\n', UnifiedDiff.Of(Files(before), Files(after)).Select(line => line.Text));

    private static IReadOnlyList<ChannelFile> Files(string? text) => text is null ? [] : [new ChannelFile("f", text)];
}
