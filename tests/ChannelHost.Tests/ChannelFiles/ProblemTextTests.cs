using ChannelHost.Storage.ChannelFiles;

namespace ChannelHost.Tests.ChannelFiles;

public sealed class ProblemTextTests
{
    [Fact]
    public void Problem_IsShownWithItsLineAndACaret()
    {
        var problem = new ChannelProblem("a/channel.yaml", 2, 3, "source.usr", "`usr`", "a known key; did you mean `url`?");

        var text = ProblemText.Render(problem, ["source:", "  usr: x"]);

        Assert.Equal(
            """
            a/channel.yaml:2:3: error: source.usr
              2 |   usr: x
                |   ^
              found  `usr`
              wanted a known key; did you mean `url`?

            """, text);
    }

    [Fact]
    public void Problems_AreGroupedByFileAndToldOnce()
    {
        var shared = new ChannelProblem("lib/x.js", 1, 1, "", "a", "b");
        var unused = new ChannelProblem("a/t.js", 0, 0, "", "c", "d", ProblemSeverity.Warning);

        var text = ProblemText.RenderAll(
            [new ChannelReading("a", null, [shared, unused]), new ChannelReading("b", null, [shared])],
            file => file == "lib/x.js" ? ["BAD"] : null);

        Assert.Equal(
            """
            lib/x.js
              lib/x.js:1:1: error
                1 | BAD
                  | ^
                found  a
                wanted b

            a/t.js
              a/t.js: warning
                found  c
                wanted d


            """, text);
    }

    [Fact]
    public void WhatTheFileHolds_CannotSteerATerminal()
    {
        var problem = new ChannelProblem("a\u001b]0;x\u0007", 1, 4, "f\u001b[1m", "found\u0007", "wanted\u202e");

        var text = ProblemText.Render(problem, ["\tx\u001b[31m\u202e: y"]);

        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains("  1 |  x\uFFFD[31m\uFFFD: y\n    |    ^\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  password: hunter2", "  password: *******")]
    [InlineData("{ user: x, clientSecret: 'ab, c', usr: z }", "{ user: x, clientSecret: *******, usr: z }")]
    [InlineData("  token: ${env:TOKEN}", "  token: ${env:TOKEN}")]
    public void ValueOfASecret_IsCovered(string line, string shown)
    {
        var text = ProblemText.Render(new ChannelProblem("a", 1, 1, "", "x", "y"), [line]);

        Assert.Contains($"  1 | {shown}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void LongLine_IsCutAroundTheColumn()
    {
        var line = new string('a', 500) + "X" + new string('b', 500);

        var shown = ProblemText.Render(new ChannelProblem("a", 1, 501, "", "x", "y"), [line]).Split('\n');

        Assert.InRange(shown[1].Length, 1, 140);
        Assert.Equal('X', shown[1][shown[2].IndexOf('^', StringComparison.Ordinal)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void LineThatIsNotThere_IsLeftOut(int line) =>
        Assert.DoesNotContain("|", ProblemText.Render(new ChannelProblem("a", line, 99, "", "x", "y"), ["one"]), StringComparison.Ordinal);
}
