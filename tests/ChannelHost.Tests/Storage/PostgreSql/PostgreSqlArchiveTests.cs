using ChannelHost.Storage;
using ChannelHost.Storage.PostgreSql.Verification;
using ChannelHost.Tests.Storage.Archives;

namespace ChannelHost.Tests.Storage.PostgreSql;

/// <summary>Archives of channels in PostgreSQL.</summary>
[Collection(PostgreSqlStoreCollection.Name)]
public sealed class PostgreSqlArchiveTests(PostgreSqlStoreFixture fixture) : ArchiveContract
{
    protected override string Channel { get; } = $"clinic/archive-{Guid.NewGuid():n}";

    protected override IChannelStores OpenStores() => fixture.Open(_folder.Path);

    private protected override async Task<IReadOnlyList<StoreProblem>> VerifyAsync() =>
        [.. (await new PostgreSqlVerifier(fixture.Settings).VerifyAsync(Token)).Where(problem => problem.Channel.StartsWith(Channel, StringComparison.Ordinal))];
}
