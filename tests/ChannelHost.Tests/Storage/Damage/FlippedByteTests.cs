using System.Globalization;
using System.Security.Cryptography;
using ChannelHost.Storage.Encryption;

namespace ChannelHost.Tests.Storage.Damage;

/// <summary>Bytes of a store's files that turned into others. Each is found when the store is opened or verified, or changes nothing that can be read.</summary>
public sealed class FlippedByteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Row", "F18")]
    [Trait("Row", "S38")]
    [InlineData(false, 50, 11)]
    [InlineData(true, 50, 12)]
    public Task FlippedByte_IsFoundOrWithoutEffect(bool encrypted, int flips, int seed) => FlipAsync(encrypted, flips, seed);

    // dotnet run --project tests/ChannelHost.Tests -- -explicit only -method "*ManyFlippedBytes*"
    [Theory(Explicit = true)]
    [Trait("Row", "F18")]
    [InlineData(false)]
    [InlineData(true)]
    public Task ManyFlippedBytes_AreFoundOrWithoutEffect(bool encrypted) => FlipAsync(encrypted, 1_000, 13);

    private async Task FlipAsync(bool encrypted, int flips, int seed)
    {
        var store = new SmallStore(_folder, encrypted ? new EncryptionSettings { Keys = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) } : EncryptionSettings.None);
        await store.MakeAsync();
        var random = new Random(seed);
        var (found, without) = (0, 0);
        var silent = new List<string>();
        for (var flip = 0; flip < flips; flip++)
        {
            store.Renew();
            var where = Flip(random);
            if ((await store.VerifyAsync()).Count > 0)
            {
                found++;
                continue;
            }

            try
            {
                await using var stores = store.Open(store.Damaged);
                if (SmallStore.Dump(stores) == store.Expected)
                {
                    without++;
                }
                else
                {
                    silent.Add(where);
                }
            }
            catch (StoreException)
            {
                found++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{flips} flips: {found} found, {without} without effect, {silent.Count} silent");
        Assert.Empty(silent);
        Assert.True(found > flips / 10, $"only {found} of {flips} flips were found: most struck nothing");

        string Flip(Random from)
        {
            // Each file as often as the others, whatever its size: the small ones matter as much.
            var files = SmallStore.Files(store.Damaged).Where(file => file.Length > 0).ToList();
            var file = files[from.Next(files.Count)];
            var bytes = File.ReadAllBytes(file.FullName);
            var at = from.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << from.Next(8));
            File.WriteAllBytes(file.FullName, bytes);
            return string.Create(CultureInfo.InvariantCulture, $"{file.Name} at {at} of {bytes.Length}");
        }
    }
}
