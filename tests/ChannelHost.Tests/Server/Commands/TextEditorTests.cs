using System.Text;
using ChannelHost.Server;
using ChannelHost.Server.Commands;

namespace ChannelHost.Tests.Server.Commands;

/// <summary>A message in an editor; <c>sed</c> stands for the person.</summary>
public sealed class TextEditorTests
{
    [Fact]
    public async Task LinesThatEndWithCarriageReturns_AreLinesForTheEditorAndWhatTheyWereAfter()
    {
        var edited = await EditAsync("sed -i 2s/Quill/Reed/", "MSH|^~\\&|PMS\rPID|1||1||Quill\rPV1|1\r");

        Assert.Equal("MSH|^~\\&|PMS\rPID|1||1||Reed\rPV1|1\r", edited);
    }

    [Fact]
    public async Task TextWithLineFeeds_KeepsThem() => Assert.Equal("a\r\nd\n", await EditAsync("sed -i s/b/d/", "a\r\nb\n"));

    [Fact]
    public async Task NothingChanged_IsNothing() => Assert.Null(await EditAsync("true", "a\r"));

    [Theory]
    [InlineData("false", "ended with code 1")]
    [InlineData("no-such-editor-anywhere", "cannot be started")]
    public async Task EditorThatFails_ChangesNothing(string editor, string told)
    {
        var failure = await Assert.ThrowsAsync<CommandFailure>(() => EditAsync(editor, "a\r"));

        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> EditAsync(string editor, string content) =>
        await TextEditor.EditAsync(editor, Encoding.UTF8.GetBytes(content), TestContext.Current.CancellationToken) is { } edited ? Encoding.UTF8.GetString(edited) : null;
}
