using System.Text;
using ChannelHost.Connectors.FileOutput;
using ChannelHost.Connectors.Files;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Files;

public sealed class FilesDestinationTests : DestinationConnectorContract
{
    private FilesDestination? _destination;

    public FilesDestinationTests() => Options = new FilesDestinationOptions { Folder = Out, File = Template.Parse("${controlId}.hl7"), CreateFolders = false };

    private FilesDestinationOptions Options { get; set; }

    private string Out => Bench.PathOf("out");

    private protected override IDestination Destination => _destination ??= new FilesDestination(Options, Bench.Context);

    private protected override IReadOnlyList<byte[]> Arrived =>
        [.. Directory.GetFiles(Out).OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private protected override Task PartnerUpAsync()
    {
        Directory.CreateDirectory(Out);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task CreateFolders_MakesThem()
    {
        Options = Options with { CreateFolders = true, File = Template.Parse("a/b/${controlId}.hl7") };

        Assert.Equal(MessageStatus.Sent, (await SendAsync("one")).Status);

        Assert.Equal("one", Bench.ReadText(Path.Combine(Out, "a/b/C1.hl7")));
    }

    [Fact]
    [Trait("Row", "F51")]
    public async Task ExistsFail_SecondMessageEndsInErrorAndFirstFileStays()
    {
        await PartnerUpAsync();
        await SendAsync("first");

        var second = await SendAsync("second");

        Assert.Equal(MessageStatus.Error, second.Status);
        Assert.Equal("first", Bench.ReadText(Path.Combine(Out, "C1.hl7")));
    }

    [Fact]
    public async Task ExistsFail_ReattemptOfWhatStandsThere_IsSent()
    {
        await PartnerUpAsync();
        await SendAsync("first");

        var again = await Destination.SendAsync(Bench.Outgoing("first"u8.ToArray(), variables: Names("C1"), isReattempt: true), Token);
        var other = await Destination.SendAsync(Bench.Outgoing("other"u8.ToArray(), variables: Names("C1"), isReattempt: true), Token);

        Assert.Equal(MessageStatus.Sent, again.Status);
        Assert.Equal(MessageStatus.Error, other.Status);
    }

    [Fact]
    [Trait("Row", "F51")]
    public async Task ExistsReplace_LastOneStands()
    {
        Options = Options with { Exists = FileExists.Replace };
        await PartnerUpAsync();

        await SendAsync("first");
        await SendAsync("second");

        Assert.Equal("second", Bench.ReadText(Assert.Single(Directory.GetFiles(Out))));
    }

    [Fact]
    [Trait("Row", "F51")]
    public async Task ExistsUnique_EveryMessageHasItsFile()
    {
        Options = Options with { Exists = FileExists.Unique };
        await PartnerUpAsync();

        for (var id = 1; id <= 50; id++)
        {
            Assert.Equal(MessageStatus.Sent, (await SendAsync($"m{id}", id)).Status);
        }

        await SendAsync("m50", 50);
        Assert.Equal(51, Directory.GetFiles(Out).Length);
        Assert.Equal(50, Directory.GetFiles(Out).Select(File.ReadAllText).Distinct().Count());
    }

    [Fact]
    [Trait("Row", "F51")]
    public async Task ExistsUnique_ReattemptTakesOnlyItsOwnNameForItsFile()
    {
        Options = Options with { Exists = FileExists.Unique };
        await PartnerUpAsync();
        File.WriteAllText(Path.Combine(Out, "C1.hl7"), "same");

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var response = await Destination.SendAsync(Bench.Outgoing("same"u8.ToArray(), 7, variables: Names("C1"), isReattempt: true), Token);
            Assert.Equal(MessageStatus.Sent, response.Status);
        }

        Assert.Equal(["C1-7.hl7", "C1.hl7"], Directory.GetFiles(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([Path.Combine(Out, "C1-7.hl7")], Bench.Files.Synced);
    }

    [Fact]
    [Trait("Row", "F51")]
    public async Task ExistsAppend_TwoWritersNeverInterleave()
    {
        Options = Options with { Exists = FileExists.Append, File = Template.Parse("all.txt") };
        await PartnerUpAsync();
        await using var second = new FilesDestination(Options, Bench.Context);

        await Task.WhenAll(Write(Destination, 'a'), Write(second, 'b'));

        var lines = File.ReadAllLines(Path.Combine(Out, "all.txt"));
        Assert.Equal(400, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length == 5000 && line.Distinct().Count() == 1));

        static Task Write(IDestination destination, char letter) => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await destination.SendAsync(Bench.Outgoing(Encoding.ASCII.GetBytes(new string(letter, 5000))), Token);
            }
        });
    }

    [Theory]
    [InlineData(28, "No space left on device")]
    [InlineData(13, "Permission denied")]
    [Trait("Row", "F50")]
    public async Task WriteFails_IsTriedAgainWithTheReasonButNotTheName(int error, string reason)
    {
        await PartnerUpAsync();
        Bench.Files.NextFailure = new IOException($"write {Path.Combine(Out, "DOE-JANE.hl7")}: {reason}", error);

        var failed = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names("DOE-JANE")), Token);
        var later = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names("DOE-JANE")), Token);

        Assert.Equal(MessageStatus.Queued, failed.Status);
        Assert.Contains(reason, failed.StatusMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("DOE", failed.StatusMessage, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Sent, later.Status);
    }

    [Fact]
    [Trait("Row", "F50")]
    public async Task WriteFailsInAFolderNamedByTheMessage_ItIsNotToldEither()
    {
        Options = Options with { CreateFolders = true, File = Template.Parse("${controlId}/x.hl7") };
        await PartnerUpAsync();
        File.WriteAllText(Path.Combine(Out, "DOE-JANE"), "a file where a folder should be");

        var noFolder = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names("DOE-JANE")), Token);
        Bench.Files.NextFailure = new IOException($"cannot open {Path.Combine(Out, "DOE-JOHN/.channelhost-0.tmp")}: No space left on device (errno 28)", 28);
        var noRoom = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names("DOE-JOHN")), Token);

        Assert.Equal([MessageStatus.Queued, MessageStatus.Queued], [noFolder.Status, noRoom.Status]);
        Assert.Contains("No space left", noRoom.StatusMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("DOE", noFolder.StatusMessage + noRoom.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F50")]
    public async Task ReattemptOfWhatStandsThere_IsSentOnlyOnceItIsSynced()
    {
        await PartnerUpAsync();
        var path = Path.Combine(Out, "C1.hl7");
        File.WriteAllText(path, "one");

        // The first sync fails as it did when the file got its name.
        Bench.Files.NextFailure = new IOException("cannot sync: Input/output error", 5);
        var failed = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names("C1"), isReattempt: true), Token);
        var later = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names("C1"), isReattempt: true), Token);

        Assert.Equal(MessageStatus.Queued, failed.Status);
        Assert.True(failed.IsUncertain);
        Assert.Equal(MessageStatus.Sent, later.Status);
        Assert.Equal([path], Bench.Files.Synced);
    }

    [Fact]
    [Trait("Row", "F50")]
    public async Task FolderVanishesMidWrite_NothingPartialAndTriedAgain()
    {
        await PartnerUpAsync();
        Bench.Files.BeforeRename = () => Directory.Delete(Out, recursive: true);

        var failed = await SendAsync("one");

        Assert.Equal(MessageStatus.Queued, failed.Status);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task NameTakenBetweenLookAndWrite_IsNotOverwritten()
    {
        await PartnerUpAsync();
        var path = Path.Combine(Out, "C1.hl7");
        Bench.Files.BeforeRename = () => File.WriteAllText(path, "somebody else's");

        var response = await SendAsync("ours");

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Equal("somebody else's", Bench.ReadText(path));
    }

    [Theory]
    [Trait("Row", "S28")]
    [InlineData("../escape")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("..\\escape")]
    [InlineData("C:\\windows")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("")]
    [InlineData("CON")]
    [InlineData("nul.hl7")]
    [InlineData("Com1.x")]
    [InlineData("trailing.")]
    [InlineData("trailing ")]
    public async Task ValueThatWouldLeadOut_FailsWithoutTheValueAndWritesNothing(string value)
    {
        Options = Options with { File = Template.Parse("${controlId}") };
        await PartnerUpAsync();

        var response = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names(value)), Token);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Contains("${controlId}", response.StatusMessage, StringComparison.Ordinal);
        Assert.True(value.Length < 6 || !response.StatusMessage.Contains(value, StringComparison.Ordinal));
        Assert.Equal([Out], Directory.GetFileSystemEntries(Bench.Folder));
        Assert.Empty(Directory.GetFileSystemEntries(Out));
    }

    [Fact]
    [Trait("Row", "S28")]
    public async Task ValueIsNoValidText_Fails()
    {
        await PartnerUpAsync();

        // Half of a surrogate pair: written as it is, two such names would fall together.
        var response = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names("\uD800")), Token);

        Assert.Equal(MessageStatus.Error, response.Status);
    }

    [Theory]
    [InlineData(255, MessageStatus.Sent)]
    [InlineData(256, MessageStatus.Error)]
    [Trait("Row", "S28")]
    public async Task NameLength_255BytesIsTheMost(int length, MessageStatus expected)
    {
        Options = Options with { File = Template.Parse("${controlId}") };
        await PartnerUpAsync();

        var value = new string('n', length - 2) + "é";
        var response = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray(), variables: Names(value)), Token);

        Assert.Equal(expected, response.Status);
    }

    [Fact]
    public async Task VariableMissing_FailsAndNamesIt()
    {
        await PartnerUpAsync();

        var response = await Destination.SendAsync(Bench.Outgoing("one"u8.ToArray()), Token);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Contains("'controlId'", response.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Base64_FileGetsTheBytes()
    {
        Options = Options with { Decode = FileDecode.Base64 };
        await PartnerUpAsync();
        var bytes = Enumerable.Range(0, 256).Select(b => (byte)b).ToArray();

        var good = await SendAsync(Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks));
        var bad = await SendAsync("JVBERi0*", 2);

        Assert.Equal(MessageStatus.Sent, good.Status);
        Assert.Equal(bytes, Assert.Single(Arrived));
        Assert.Equal(MessageStatus.Error, bad.Status);
        Assert.Contains("not base64", bad.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContentTemplate_IsWrittenInsteadOfTheMessage()
    {
        Options = Options with { Content = Template.Parse("id=${controlId}") };
        await PartnerUpAsync();

        await SendAsync("the message");

        Assert.Equal("id=C1", Encoding.UTF8.GetString(Assert.Single(Arrived)));
    }

    [Theory]
    [InlineData("../${a}")]
    [InlineData("/abs/${a}")]
    [InlineData("a\\b")]
    [InlineData("")]
    [InlineData("folder/")]
    public void TemplateThatLeadsOut_IsAProblemOfTheSettings(string template)
    {
        var problems = new FilesConnector().Validate(Options with { File = Template.Parse(template) });

        Assert.Equal("file", Assert.Single(problems).Option);
    }

    private ValueTask<Response> SendAsync(string content, long id = 1) =>
        Destination.SendAsync(Bench.Outgoing(Encoding.UTF8.GetBytes(content), id, variables: Names("C1")), Token);

    private static Dictionary<string, string> Names(string controlId) => new() { ["controlId"] = controlId };
}
