using System.IO.Compression;
using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Archives;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Archives;

/// <summary>Archives of message files, and what an archive itself must bear.</summary>
public sealed class ArchiveTests : ArchiveContract
{
    protected override IChannelStores OpenStores() => new ChannelStores(_folder.Path, NullLoggerFactory.Instance, TimeProvider.System);

    private protected override Task<IReadOnlyList<StoreProblem>> VerifyAsync() => new StoreVerifier(_folder.Path).VerifyAsync(Token);

    [Fact]
    [Trait("Row", "F23")]
    public async Task TornOrDamagedArchive_IsReadAsFarAsItGoesAndToldWhere()
    {
        var path = await MakeAsync(1_000);
        var whole = await File.ReadAllBytesAsync(path, Token);
        Assert.Equal((1_000, 0), Read(path));

        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var isTorn = round % 2 == 0;
            var at = random.Next(whole.Length);
            var bytes = isTorn ? whole[..at] : [.. whole];
            if (!isTorn)
            {
                bytes[at] ^= (byte)(1 << random.Next(8));
            }

            await File.WriteAllBytesAsync(path, bytes, Token);
            var (messages, problems) = Read(path);

            // Of 1,000 messages a damaged place costs those of one member, a tear those behind it.
            Assert.True(isTorn || messages >= 1_000 - 256, $"byte {at}: {messages} messages");
            Assert.True(problems > 0 || messages == 1_000, $"byte {at}: {messages} messages, and nothing told");
            Assert.True(!isTorn || problems > 0, $"cut at {at}");
        }
    }

    [Fact]
    public async Task Archive_IsReadByAnyGzipReader()
    {
        var path = await MakeAsync(300);

        await using var file = File.OpenRead(path);
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync(Token)).Split('\n');

        Assert.Contains("\"format\":\"channelhost-archive\"", lines[0], StringComparison.Ordinal);
        Assert.Equal(300, lines.Count(line => line.StartsWith("{\"id\":", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task UnfinishedArchiveOfACrash_GoesWithTheNext()
    {
        var folder = ArchiveWriter.FolderOf(_folder.Path, Channel);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, ".building-1"), "half", Token);

        await MakeAsync(1);

        Assert.DoesNotContain(Directory.GetFiles(folder), file => file.Contains(".building", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MessageThatIsNotFinished_IsRefused()
    {
        var folder = ArchiveWriter.FolderOf(_folder.Path, Channel);
        string path;
        using (var writer = new ArchiveWriter(folder, Channel, Now, null))
        {
            writer.Add(new ArchivedMessage
            {
                Id = 1, ReceivedAt = Now, Status = MessageStatus.Transformed, DataType = "hl7v2",
                Destinations = [new ArchivedDestination { Name = "ehr", Status = MessageStatus.Queued }],
            });
            path = writer.Finish(1);
        }

        var outcome = await ImportAsync(path);

        Assert.Equal((1, 0), (outcome.Read, outcome.Taken));
        Assert.Contains("not finished", Assert.Single(outcome.Problems), StringComparison.Ordinal);
    }

    private async Task<string> MakeAsync(int messages)
    {
        var store = Open();
        await FillAsync(store, messages);
        await store.PruneAsync(Now, Token);
        await CloseAsync();
        return Assert.Single(Archives());
    }

    private static (int Messages, int Problems) Read(string path)
    {
        var reader = new ArchiveReader(path, ChannelHost.Storage.Encryption.EncryptionKeys.None);
        return (reader.Read().Count(), reader.Problems.Count);
    }
}
