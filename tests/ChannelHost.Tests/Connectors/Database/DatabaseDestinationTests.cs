using System.Text;
using ChannelHost.Connectors.Database;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class DatabaseDestinationTests : DestinationConnectorContract
{
    private readonly SqliteFile _file;
    private IDestination? _destination;

    public DatabaseDestinationTests() => _file = new SqliteFile(Bench.PathOf("ehr/clinic.db"));

    private protected override IDestination Destination => _destination ??= Made(Options);

    private DatabaseDestinationOptions Options => new()
    {
        Kind = DatabaseWord.Sqlite,
        Connection = _file.Connection,
        Statement = Template.Parse("insert into arrived (content) values (${content})"),
        Timeout = TimeSpan.FromSeconds(2),
    };

    private protected override IReadOnlyList<byte[]> Arrived => _file.Run("select group_concat(content, '|~|') from (select content from arrived order by id)") is string all
        ? [.. all.Split("|~|").Select(Encoding.Latin1.GetBytes)]
        : [];

    private protected override Task PartnerUpAsync()
    {
        Directory.CreateDirectory(Bench.PathOf("ehr"));
        _file.Run("create table if not exists arrived (id integer primary key, content text unique, born text); pragma journal_mode = wal");
        return Task.CompletedTask;
    }

    private protected override OutgoingMessage Message(string content, long id) =>
        Bench.Outgoing(Encoding.Latin1.GetBytes(content), id, variables: new Dictionary<string, string> { ["content"] = content });

    [Fact]
    public async Task ValueThatIsSql_IsAValue()
    {
        const string Attack = "'); drop table arrived; --";
        await PartnerUpAsync();
        await Destination.StartAsync(Token);

        var response = await Destination.SendAsync(Message(Attack, 1), Token);

        Assert.Equal((MessageStatus.Sent, "1 row changed"), (response.Status, response.StatusMessage));
        Assert.Equal(Attack, _file.Run("select content from arrived"));
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task ConstraintViolated_IsAnErrorWithoutTheValue_AndTheNextIsSent()
    {
        await PartnerUpAsync();
        await Destination.StartAsync(Token);
        await Destination.SendAsync(Message("DOE^JANE", 1), Token);

        var second = await Destination.SendAsync(Message("DOE^JANE", 2), Token);
        var third = await Destination.SendAsync(Message("other", 3), Token);

        Assert.Equal((MessageStatus.Error, MessageStatus.Sent), (second.Status, third.Status));
        Assert.DoesNotContain("JANE", second.StatusMessage, StringComparison.Ordinal);
        Assert.Contains("UNIQUE", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoSuchTable_IsTriedAgain()
    {
        Directory.CreateDirectory(Bench.PathOf("ehr"));
        await Destination.StartAsync(Token);

        var response = await Destination.SendAsync(Message("one", 1), Token);

        Assert.Equal((MessageStatus.Queued, false), (response.Status, response.IsUncertain));
        Assert.Contains("arrived", response.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NullInAMap_IsNull_AndAMissingNameIsAnError()
    {
        await PartnerUpAsync();
        var destination = Made(Options with { Statement = Template.Parse("insert into arrived (content, born) values (${content}, ${born})") });
        await destination.StartAsync(Token);
        var maps = new MessageMaps();
        maps.Channel.Put("born", null);
        var variables = new Dictionary<string, string> { ["content"] = "one" };

        var sent = await destination.SendAsync(Bench.Outgoing([], variables: variables, maps: maps), Token);
        var failed = await destination.SendAsync(Bench.Outgoing([], variables: variables), Token);

        Assert.Equal((MessageStatus.Sent, MessageStatus.Error), (sent.Status, failed.Status));
        Assert.Contains("${born}", failed.StatusMessage, StringComparison.Ordinal);
        Assert.Equal(1L, _file.Run("select count(*) from arrived where born is null"));
        await destination.DisposeAsync();
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task SecondStatementFails_TheFirstIsTakenBack()
    {
        await PartnerUpAsync();
        var destination = Made(Options with { Statement = Template.Parse("insert into arrived (content) values (${content}); insert into arrived (content) values (${content})") });
        await destination.StartAsync(Token);

        var response = await destination.SendAsync(Message("one", 1), Token);

        Assert.Equal(MessageStatus.Error, response.Status);
        Assert.Empty(Arrived);
        await destination.DisposeAsync();
    }

    [Fact]
    [Trait("Row", "F59")]
    public async Task FileLockedByAnother_IsTriedAgainAfterItsTime()
    {
        await PartnerUpAsync();
        await Destination.StartAsync(Token);
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection(_file.Connection + ";Pooling=False"))
        {
            await other.OpenAsync(Token);
            await using var transaction = await other.BeginTransactionAsync(Token);

            var response = await Destination.SendAsync(Message("one", 1), Token);

            Assert.Equal(MessageStatus.Queued, response.Status);
        }

        Assert.Equal(MessageStatus.Sent, (await Destination.SendAsync(Message("one", 1), Token)).Status);
    }

    [Fact]
    public async Task Script_DecidesWhatBecameOfIt()
    {
        Bench.Scripts.Run = (_, _) => ScriptedCompiler.Returns("QUEUED");
        await using var destination = Made(new DatabaseDestinationOptions { Script = new ScriptFile("clinic/test/write.js", "") });
        await destination.StartAsync(Token);

        Assert.Equal(MessageStatus.Queued, (await destination.SendAsync(Message("one", 1), Token)).Status);
    }

    private IDestination Made(DatabaseDestinationOptions options) => new DatabaseConnector().CreateDestination(options, Bench.Context);
}
