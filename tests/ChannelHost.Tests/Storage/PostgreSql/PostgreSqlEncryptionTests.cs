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

    protected override EncryptionSettings[] KeysThatVerify => [Keys(_key), EncryptionSettings.None];

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
            await using var connection = Connect();
            connection.RunAll($"UPDATE {store.Tables.Contents} SET data = set_byte(data, octet_length(data) - 1, get_byte(data, octet_length(data) - 1) # 1) WHERE key = 1 << 16");
            connection.RunAll($"UPDATE {store.Tables.Attachments} SET data = set_byte(data, 50, get_byte(data, 50) # 1)");
        }

        foreach (var keys in new[] { Keys(_key), EncryptionSettings.None })
        {
            var problems = await ProblemsAsync(keys);
            Assert.Equal(2, problems.Count);
            Assert.Contains(problems, problem => problem.StartsWith("message 1: the stored content is damaged", StringComparison.Ordinal));
            Assert.Contains(problems, problem => problem.StartsWith("message 1: the checksum of an attachment", StringComparison.Ordinal));
        }
    }

    // Which kinds of text are to be found in any table of the channel, and in those that channels share.
    protected override async Task<int> KindsFoundAsync()
    {
        await using var connection = Connect();
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

    protected override void MoveContent()
    {
        using var connection = Connect();
        var contents = $"channelhost.contents_{NumberOf(connection)}";
        var moved = connection.List(row => row.GetFieldValue<byte[]>(0), $"SELECT data FROM {contents} WHERE key = 2 << 16").Single();
        connection.Run($"UPDATE {contents} SET data = $1, crc = $2 WHERE key = 1 << 16", moved, PgContent.CheckOf(1 << 16, PgContent.Sealed, moved));
    }

    protected override async Task<List<string>> ProblemsAsync(EncryptionSettings keys) =>
        [.. (await new PostgreSqlVerifier(fixture.Settings) { Encryption = keys }.VerifyAsync(Token)).Where(problem => problem.Channel == Channel).Select(problem => problem.What)];

    private NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(fixture.Server.ConnectionString);
        connection.Open();
        return connection;
    }

    private long NumberOf(NpgsqlConnection connection) => connection.Number("SELECT id FROM channelhost.channels WHERE name = $1", Channel);

    protected override StoreKeyRotation Rotation(EncryptionSettings settings) => new(_folder["data"], settings, NullLoggerFactory.Instance) { PostgreSql = fixture.Settings };

    protected override PostgreSqlStores Open(EncryptionSettings encryption) => fixture.Open(_folder["data"], encryption: encryption);
}
