using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.PostgreSql;
using ChannelHost.Storage.PostgreSql.Messages;
using ChannelHost.Storage.PostgreSql.Verification;
using ChannelHost.Tests.Storage.Encryption;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>What lies in the database of an encrypted channel.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlEncryptionTests(PostgreSqlStoreFixture fixture) : EncryptionContract
{
    protected override string Channel { get; } = $"clinic/sealed-{Guid.NewGuid():n}";

    [Theory]
    [InlineData(EncryptionScope.None, EncryptionScope.All)]
    [InlineData(EncryptionScope.All, EncryptionScope.Content)]
    public async Task WhileTheScopeChanges_WhatIsSearchedByIsFound(EncryptionScope from, EncryptionScope to)
    {
        const int count = 600;
        await using (var stores = Open(Keys(_key) with { Scope = from }))
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            await Task.WhenAll(Enumerable.Range(1, count).Select(number =>
                store.AddAsync(Some.Message(store.NextId()) with { ControlId = $"C{number}", Metadata = new Dictionary<string, string> { ["mrn"] = $"M{number}" } }).AsTask()));
        }

        await using var after = Open(Keys(_key) with { Scope = to });
        var changing = (PgMessageStore)after.OpenMessages(Channel, new StoreSettings());
        var looked = 0;
        for (var hasOldForm = true; hasOldForm; looked++)
        {
            hasOldForm = changing.Forms.Count > 1;
            var number = count - (looked * 37 % count);
            Assert.Single(changing.Find(new MessageQuery { ControlId = $"C{number}" }));
            Assert.Single(changing.Find(new MessageQuery { Metadata = new("mrn", $"M{number}") }));
            Assert.NotEqual(0, changing.FindEarlier(new EarlierQuery { ControlId = $"C{number}" }));
        }

        Assert.True(looked > 1, "it had changed over before anybody looked");
    }

    [Fact]
    [Trait("Row", "S37")]
    public async Task FlippedByte_IsFoundByVerifyWithAndWithoutKeys()
    {
        await using (var stores = Open(Keys(_key)))
        {
            var store = (PgMessageStore)stores.OpenMessages(Channel, new StoreSettings());
            await store.AddAsync(Some.Message(store.NextId(), content: "first") with { Attachments = [new Attachment("a", "text/plain", "attached"u8.ToArray())] });
            await store.AddAsync(Some.Message(store.NextId(), content: "other"));
            await RunAsync($"UPDATE {store.Tables.Contents} SET data = set_byte(data, octet_length(data) - 1, get_byte(data, octet_length(data) - 1) # 1) WHERE key = 1 << 16");
            await RunAsync($"UPDATE {store.Tables.Attachments} SET data = set_byte(data, 50, get_byte(data, 50) # 1)");
        }

        foreach (var keys in KeysThatVerify())
        {
            var problems = await ProblemsAsync(keys);
            Assert.Equal(2, problems.Count);
            Assert.Contains(problems, problem => problem.StartsWith("message 1: the stored content is damaged", StringComparison.Ordinal));
            Assert.Contains(problems, problem => problem.StartsWith("message 1: the checksum of an attachment", StringComparison.Ordinal));
        }
    }

    [Fact]
    [Trait("Row", "S38")]
    public async Task DamagedDocuments_KeepTheirKeyWhileTheOthersAreSealedAnew()
    {
        const int damaged = 600;
        await using (var stores = Open(Keys(_key)))
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            stores.OpenState(Channel, store, new StateSettings()).WriteDocument("cursor", "{}");

            // Under names that they were not written for, and that come before the sound one's.
            await RunAsync($"INSERT INTO channelhost.documents SELECT channel, 'a' || n, body, crc FROM channelhost.documents, generate_series(1, {damaged}) n WHERE channel = {Number(store)}");
        }

        var left = await LeftAfterNextKeyAsync(["SELECT body FROM channelhost.documents"]);
        Assert.Equal([damaged], left);
    }

    [Fact]
    [Trait("Row", "S38")]
    public async Task DamagedStateRows_KeepTheirKeyWhileTheOthersAreSealedAnew()
    {
        (string Table, string Column)[] rows = [("state_changes", "changes"), ("state_map", "value"), ("state_taken", "once_key")];
        await using (var stores = Open(Keys(_key)))
        {
            var store = stores.OpenMessages(Channel, new StoreSettings());
            for (var number = 1; number <= 6; number++)
            {
                await store.AddAsync(Some.Message(store.NextId()) with { StateChanges = [new(StateChangeKind.MapPut, $"key {number}", number), new(StateChangeKind.Taken, $"taken {number}")] });
            }

            store.ForgetStateChanges(3);
            foreach (var (table, column) in rows)
            {
                await RunAsync(
                    $"UPDATE channelhost.{table} SET {column} = set_byte({column}, octet_length({column}) - 1, get_byte({column}, octet_length({column}) - 1) # 1) WHERE ctid = (SELECT ctid FROM channelhost.{table} WHERE channel = {Number(store)} LIMIT 1)");
            }
        }

        var left = await LeftAfterNextKeyAsync([.. rows.Select(row => $"SELECT {row.Column} FROM channelhost.{row.Table}")]);
        Assert.Equal([1, 1, 1], left);
        Assert.Equal(3, (await ProblemsAsync(Keys(_key))).Count(problem => problem.StartsWith("state changes", StringComparison.Ordinal)));
    }

    private static int Number(IMessageStore store) => ((PgMessageStore)store).Tables.Channel;

    // Opens the channel with another key, until everything is sealed with it that can be. Gives how many pieces of each kind need the old one still.
    private async Task<long[]> LeftAfterNextKeyAsync(string[] kinds)
    {
        var next = NewKey();
        await using var stores = Open(Keys($"{next},{_key}"));
        var store = (PgMessageStore)stores.OpenMessages(Channel, new StoreSettings());
        Assert.Null(await store.ResealedAsync(Token));
        var left = kinds.Select(pieces => store.Read(connection => connection.Number(
            $"SELECT count(*) FROM ({pieces} WHERE channel = $1) AS p(piece) WHERE substring(piece FROM 2 FOR 8) = $2", Number(store), Convert.FromHexString(IdOf(_key))))).ToArray();

        Assert.Equal(new[] { IdOf(_key), IdOf(next) }.Order(), store.Forms.Order());
        Assert.Equal(left.Sum(), store.Read(connection => StoredForms.Kept(new PgFormRows(connection, Number(store))))[IdOf(_key)]);
        return left;
    }

    // Which kinds of text are to be found in any table of the channel, and in those that channels share.
    protected override async Task<int> KindsFoundAsync()
    {
        await using var connection = await fixture.Server.ConnectAsync(Token);
        var number = NumberOf(connection);
        string[] tables =
        [
            .. new[] { "messages", "destinations", "contents", "metadata", "attachments" }.Select(table => $"channelhost.{table}_{number}"),
            .. new[] { "answers", "state_changes", "state_map", "state_taken", "documents" }.Select(table => $"(SELECT * FROM channelhost.{table} WHERE channel = {number})"),
        ];

        // A row as text holds bytes in hexadecimal; what is JSON within a string may be escaped.
        return SealedChannel.Kinds.Count(kind => tables.Any(table => connection.Number(
            $"SELECT count(*) FROM {table} t WHERE position($1 in t::text) > 0", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(kind + SealedChannel.Patient))) > 0));
    }

    protected override async Task MoveContentAsync()
    {
        await using var connection = await fixture.Server.ConnectAsync(Token);
        var contents = $"channelhost.contents_{NumberOf(connection)}";
        var moved = connection.List(row => row.GetFieldValue<byte[]>(0), $"SELECT data FROM {contents} WHERE key = 2 << 16").Single();
        connection.Run($"UPDATE {contents} SET data = $1, crc = $2 WHERE key = 1 << 16", moved, PgContent.CheckOf(1 << 16, PgContent.Sealed, moved));
    }

    protected override async Task<List<string>> ProblemsAsync(EncryptionSettings keys) =>
        [.. (await new PostgreSqlVerifier(fixture.Settings) { Encryption = keys }.VerifyAsync(Token)).Where(problem => problem.Channel == Channel).Select(problem => problem.What)];

    private long NumberOf(NpgsqlConnection connection) => connection.Number("SELECT id FROM channelhost.channels WHERE name = $1", Channel);

    private Task RunAsync(string sql) => fixture.Server.RunAsync(sql, Token);

    protected override StoreKeyRotation Rotation(EncryptionSettings settings) => new(_folder["data"], settings, NullLoggerFactory.Instance) { PostgreSql = fixture.Settings };

    protected override PostgreSqlStores Open(EncryptionSettings encryption) => fixture.Open(_folder["data"], encryption: encryption);
}
