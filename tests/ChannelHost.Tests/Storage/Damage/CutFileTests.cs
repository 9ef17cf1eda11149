using System.Globalization;
using ChannelHost.Storage.Encryption;

namespace ChannelHost.Tests.Storage.Damage;

/// <summary>Files that end too early: at every page, and between pages. Nothing that was acknowledged may be missing without a word.</summary>
public sealed class CutFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Row", "F18")]
    [InlineData("messages.db", 4096)]
    [InlineData("messages.db-wal", 4096 * 8)]
    [InlineData("messages.mark", 5)]
    [InlineData("state.db", 8192)]
    [InlineData("state.db-log", 8192)]
    [InlineData("state.mark", 5)]
    public Task CutFile_LosesNothingWithoutAWord(string name, int step) => CutAsync(name, step);

    // dotnet run --project tests/ChannelHost.Tests -- -explicit only -method "*EveryFrame*"
    [Fact(Explicit = true)]
    [Trait("Row", "F18")]
    public Task LogCutAtEveryFrame_LosesNothingWithoutAWord() => CutAsync("messages.db-wal", 4096 + 24);

    private async Task CutAsync(string name, int step)
    {
        var store = new SmallStore(_folder, EncryptionSettings.None);
        await store.MakeAsync();
        var length = SmallStore.Files(store.Original).Single(file => file.Name == name).Length;
        var (refused, rebuilt, whole) = (0, 0, 0);
        var silent = new List<string>();
        foreach (var end in Ends(length, step))
        {
            store.Renew();
            using (var file = File.OpenWrite(SmallStore.Files(store.Damaged).Single(file => file.Name == name).FullName))
            {
                file.SetLength(end);
            }

            var problems = await store.VerifyAsync();
            try
            {
                await using var stores = store.Open(store.Damaged);
                var said = SmallStore.Dump(stores, withDocuments: false);
                var state = stores.StateOf(SmallStore.Channel)!;
                var isWhole = said == Without(store.Expected) && (state.Rebuilt is not null || state.ReadDocument("cursor") == "{\"at\":23}");
                if (!isWhole || (state.Rebuilt is not null && problems.Count == 0))
                {
                    silent.Add(string.Create(CultureInfo.InvariantCulture, $"{name} cut to {end} of {length}: {(isWhole ? "rebuilt, but verify found nothing" : "something is missing")}; {state.Rebuilt}"));
                }

                rebuilt += state.Rebuilt is null ? 0 : 1;
                whole += state.Rebuilt is null ? 1 : 0;
            }
            catch (StoreException refusal)
            {
                refused++;
                Assert.Contains(SmallStore.Channel, refusal.Message, StringComparison.Ordinal);
                Assert.Contains("restore", refusal.Message, StringComparison.Ordinal);
                Assert.NotEmpty(problems);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {refused} refused, {rebuilt} rebuilt, {whole} without effect, {silent.Count} silent");
        Assert.Empty(silent);
    }

    // What the documents said stands at the end.
    private static string Without(string dump) => dump[..(dump.LastIndexOf('\n') + 1)];

    private static IEnumerable<long> Ends(long length, int step)
    {
        for (long end = 0; end < length; end += step)
        {
            yield return end;
        }

        yield return 1;
        yield return length / 3;
        yield return length / 2 + 1;
        yield return length - 1;
    }
}
