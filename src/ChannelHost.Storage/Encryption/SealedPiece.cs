using System.Buffers.Binary;
using System.Text;
using ChannelHost.Storage.Keys;

namespace ChannelHost.Storage.Encryption;

/// <summary>The layout of a sealed piece: form (1), key id (8), salt (16), counter (4), tag (16), encrypted bytes.</summary>
internal static class SealedPiece
{
    // No text in UTF-8 begins with these, so that what is sealed can be told from JSON and from plain text.
    internal const byte Whole = 0xF8;
    internal const byte Compressed = 0xF9;

    internal const int KeyIdAt = 1;
    internal const int KeyIdLength = 8;
    internal const int SaltAt = KeyIdAt + KeyIdLength;
    internal const int SaltLength = 16;
    internal const int CounterAt = SaltAt + SaltLength;
    internal const int TagAt = CounterAt + sizeof(uint);

    /// <summary>How much longer a sealed piece is than its content.</summary>
    internal const int Overhead = TagAt + SecretKey.TagLength;

    /// <summary>The most bytes of <see cref="WriteBound"/> beside the name.</summary>
    internal const int BoundLength = 14;

    /// <summary>True when bytes that are either sealed or UTF-8 text are sealed.</summary>
    internal static bool Is(ReadOnlySpan<byte> stored) => stored.Length >= Overhead && stored[0] is Whole or Compressed;

    /// <summary>The id of the key that a piece needs.</summary>
    internal static string KeyOf(ReadOnlySpan<byte> piece) => Convert.ToHexStringLower(piece.Slice(KeyIdAt, KeyIdLength));

    /// <summary>The nonce of a counter: unique, because each salt makes a key of its own.</summary>
    internal static void WriteNonce(ReadOnlySpan<byte> piece, Span<byte> nonce)
    {
        nonce.Clear();
        piece.Slice(CounterAt, sizeof(uint)).CopyTo(nonce[(SecretKey.NonceLength - sizeof(uint))..]);
    }

    /// <summary>What is authenticated beside the content: the form, and where the piece belongs. Gives its length.</summary>
    internal static int WriteBound(byte form, in ContentPlace place, Span<byte> bound)
    {
        bound[0] = form;
        bound[1] = (byte)place.Kind;
        BinaryPrimitives.WriteInt64BigEndian(bound[2..], place.Id);
        BinaryPrimitives.WriteInt32BigEndian(bound[10..], place.Slot);
        return BoundLength + Encoding.UTF8.GetBytes(place.Name, bound[BoundLength..]);
    }

    /// <summary>The room that <see cref="WriteBound"/> needs.</summary>
    internal static int MostBound(in ContentPlace place) => BoundLength + Encoding.UTF8.GetMaxByteCount(place.Name.Length);

    /// <summary>What the keys of a channel's pieces are derived for.</summary>
    internal static byte[] PurposeOf(string channel) => Encoding.UTF8.GetBytes("channelhost store 1\n" + channel);
}
