using System.Security.Cryptography;
using System.Text;
using ChannelHost.Storage.Encryption;

namespace ChannelHost.Tests.Storage.Encryption;

public sealed class ContentCodecTests
{
    private const string Channel = "clinic/registration";
    private static readonly ContentPlace Place = new(ContentKind.Content, 7, 1);
    private readonly string _key = Some.Key();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(900)]
    [InlineData(5_000)]
    [InlineData(400_000)]
    public void SealedPiece_OpensAsWhatItWas(int length)
    {
        using var codec = Codec(_key);
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("PID|1||4711^^^CLINIC||", length / 22 + 1)))[..length];

        var piece = codec.Seal(Place, content).ToArray();

        Assert.Equal(content, codec.Open(Place, piece));
        Assert.Equal(codec.PresentForm, ContentCodec.FormOf(piece));
        Assert.True(length < 5_000 ? piece.Length == length + SealedPiece.Overhead : piece.Length < length / 4, $"{length} became {piece.Length}");
        Assert.Equal(-1, piece.AsSpan().IndexOf("4711"u8));
    }

    [Fact]
    public void PieceThatIsMoved_IsNotAccepted()
    {
        using var codec = Codec(_key);
        using var otherChannel = new ContentCodec("clinic/other", new EncryptionKeys(new EncryptionSettings { Keys = _key }), EncryptionScope.Content);
        var piece = codec.Seal(Place with { Name = "a" }, "content"u8).ToArray();

        Assert.Throws<InvalidDataException>(() => codec.Open(Place with { Name = "a", Id = 8 }, piece));
        Assert.Throws<InvalidDataException>(() => codec.Open(Place with { Name = "a", Slot = 2 }, piece));
        Assert.Throws<InvalidDataException>(() => codec.Open(Place with { Name = "a", Kind = ContentKind.Error }, piece));
        Assert.Throws<InvalidDataException>(() => codec.Open(Place with { Name = "b" }, piece));
        Assert.Throws<InvalidDataException>(() => otherChannel.Open(Place with { Name = "a" }, piece));
        Assert.Equal("content"u8.ToArray(), codec.Open(Place with { Name = "a" }, piece));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(6_000)]
    [Trait("Row", "S38")]
    public void AnyFlippedBit_IsNotAccepted(int length)
    {
        using var codec = Codec(_key);
        var piece = codec.Seal(Place, new byte[length]).ToArray();

        for (var bit = 0; bit < piece.Length * 8; bit++)
        {
            piece[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => codec.Open(Place, piece));
            piece[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Nonces_NeverRepeat()
    {
        using var one = Codec(_key);
        using var other = Codec(_key);
        var seen = new HashSet<string>();

        for (var count = 0; count < 2_000; count++)
        {
            Assert.True(seen.Add(SaltAndCounter(one.Seal(Place, "same"u8))));
            Assert.True(seen.Add(SaltAndCounter(other.Seal(Place, "same"u8))));
        }
    }

    [Fact]
    public void NewKeyBeforeTheOld_WritesWithTheNewOneAndReadsBoth()
    {
        byte[] before;
        using (var codec = Codec(_key))
        {
            before = codec.Seal(Place, "before"u8).ToArray();
        }

        using var rotated = Codec($"{Some.Key()},{_key}");

        Assert.Equal("before"u8.ToArray(), rotated.Open(Place, before));
        Assert.NotEqual(ContentCodec.FormOf(before), ContentCodec.FormOf(rotated.Seal(Place, "after"u8)));
    }

    [Fact]
    [Trait("Row", "S37")]
    public void KeyFileThatOthersMayRead_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode there");
        File.WriteAllText(folder["store.key"], _key + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["store.key"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        var keys = new EncryptionKeys(new EncryptionSettings { KeyFile = folder["store.key"] });

        var refusal = Assert.Throws<StoreException>(() => keys.CodecFor(Channel, new StoreSettings()));

        Assert.Contains("chmod 600", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Channel, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S37")]
    public void NoKey_OnlyChannelsThatAreEncryptedAreRefused()
    {
        var keys = new EncryptionKeys(EncryptionSettings.None);

        Assert.Contains("there is no key", Assert.Throws<StoreException>(() => keys.CodecFor(Channel, new StoreSettings { Encrypt = true })).Message, StringComparison.Ordinal);
        using var codec = keys.CodecFor(Channel, new StoreSettings());
        Assert.False(codec.Seals);
    }

    private static ContentCodec Codec(string keys) => new(Channel, new EncryptionKeys(new EncryptionSettings { Keys = keys }), EncryptionScope.Content);

    private static string SaltAndCounter(ReadOnlySpan<byte> piece) => Convert.ToHexString(piece[SealedPiece.SaltAt..SealedPiece.TagAt]);

    private static class Some
    {
        internal static string Key() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    }
}
