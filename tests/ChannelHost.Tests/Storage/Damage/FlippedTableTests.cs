using System.Buffers.Binary;
using System.Globalization;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Tests.Storage.Damage;

/// <summary>Bytes that turned in the small tables that say how far a store is, how many stand where, and what messages are searched by.</summary>
public sealed class FlippedTableTests : IDisposable
{
    private const int Flips = 24;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Row", "F18")]
    [Trait("Row", "F25")]
    [InlineData("progress", false)]
    [InlineData("counts", false)]
    [InlineData("metadata", false)]
    [InlineData("metadata", true)]
    public async Task FlippedByteOfATable_IsFoundByVerifyOrChangesNothing(string table, bool encrypted)
    {
        var store = new SmallStore(_folder, encrypted ? new EncryptionSettings { Keys = Convert.ToBase64String(new byte[32]) } : EncryptionSettings.None);
        await store.MakeAsync();
        var path = await WithoutLogAsync(store);
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var (from, to) = CellsOf(table, path, whole);
        var random = new Random(17);
        var found = 0;
        var silent = new List<string>();
        for (var flip = 0; flip < Flips; flip++)
        {
            var (at, bit) = (random.Next(from, to), random.Next(8));
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << bit);
            await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
            if ((await store.VerifyAsync()).Count > 0)
            {
                found++;
            }
            else if (!await IsWithoutEffectAsync(store))
            {
                silent.Add(string.Create(CultureInfo.InvariantCulture, $"{table}, byte {at - from} of {to - from}, bit {bit}"));
            }

            RemoveLog(path);
            await File.WriteAllBytesAsync(path, whole, TestContext.Current.CancellationToken);
        }

        Assert.Empty(silent);
        Assert.InRange(found, Flips / 2, Flips);
        Assert.Empty(await store.VerifyAsync());
    }

    [Fact]
    [Trait("Row", "F25")]
    public async Task ChangedSearchValue_IsToldWithItsMessageAndWhatToDo()
    {
        var store = new SmallStore(_folder, EncryptionSettings.None);
        await store.MakeAsync();
        var path = await WithoutLogAsync(store);
        using (var database = SqliteDatabase.Open(path))
        {
            database.Execute("UPDATE metadata SET value = 'M3x' WHERE value = 'M3'");
        }

        var problem = Assert.Single(await store.VerifyAsync());

        Assert.Contains("message 3: its value of 'mrn' is missing", problem.What, StringComparison.Ordinal);
        Assert.Contains("Next: ", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "F18")]
    public async Task ChangedProgress_KeepsTheChannelFromStarting()
    {
        var store = new SmallStore(_folder, EncryptionSettings.None);
        await store.MakeAsync();
        var path = await WithoutLogAsync(store);
        using (var database = SqliteDatabase.Open(path))
        {
            database.Execute("UPDATE progress SET id_ceiling = id_ceiling - 8");
        }

        await using var stores = store.Open(store.Damaged);
        var refusal = Assert.Throws<StoreException>(() => stores.OpenMessages(SmallStore.Channel, new StoreSettings()));

        Assert.Contains("table of progress does not fit", refusal.Message, StringComparison.Ordinal);
    }

    // All of it stands in the file then, so that a byte of the file is a byte of a table.
    private static async Task<string> WithoutLogAsync(SmallStore store)
    {
        await using (var stores = store.Open(store.Damaged))
        {
            Assert.Equal(store.Expected, SmallStore.Dump(stores));
        }

        return SmallStore.Files(store.Damaged).Single(file => file.Name == "messages.db").FullName;
    }

    private static async Task<bool> IsWithoutEffectAsync(SmallStore store)
    {
        try
        {
            await using var stores = store.Open(store.Damaged);
            return SmallStore.Dump(stores) == store.Expected;
        }
        catch (StoreException)
        {
            return true;
        }
    }

    // The table is small enough to lie on its root page alone.
    private static (int From, int To) CellsOf(string table, string path, byte[] file)
    {
        const int pageSize = 4096;
        long root;
        using (var database = SqliteDatabase.Open(path))
        {
            database.LeaveLogOnClose();
            root = database.Number($"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
        }

        RemoveLog(path);
        var start = (int)(root - 1) * pageSize;
        Assert.Contains(file[start], new byte[] { 10, 13 });
        return (start + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(start + 5)), start + pageSize);
    }

    private static void RemoveLog(string path)
    {
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
    }
}
