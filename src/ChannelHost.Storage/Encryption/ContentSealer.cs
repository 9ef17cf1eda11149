using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using ChannelHost.Storage.Keys;

namespace ChannelHost.Storage.Encryption;

/// <summary>
/// Seals what one writer writes. Nonces never repeat: the sealer draws a random salt of 128 bits, derives a key of its own from it, and counts;
/// after 2^32 pieces it draws another salt. Nothing has to be remembered over a crash. Used by one thread at a time.
/// </summary>
internal sealed class ContentSealer(string channel) : IDisposable
{
    /// <summary>Compressing costs more than encrypting; below this it gains less than a page.</summary>
    private const int CompressFrom = 4096;

    private const int Quality = 1;
    private const int Window = 18;
    private const int KeptBuffer = 256 * 1024;
    private const int MostOnStack = 256;

    private readonly byte[] _purpose = SealedPiece.PurposeOf(channel);
    private readonly byte[] _header = new byte[SealedPiece.TagAt];
    private byte[] _piece = [];
    private byte[] _compressed = [];
    private SecretKey? _key;
    private AesGcm? _cipher;
    private uint _counter;

    /// <summary>Seals a piece; what it gives is good until the next call.</summary>
    internal ReadOnlySpan<byte> Seal(SecretKey key, in ContentPlace place, ReadOnlySpan<byte> content)
    {
        if (_cipher is null || _key != key || _counter == uint.MaxValue)
        {
            Begin(key);
        }

        var compressed = content.Length < CompressFrom ? default : Compress(content);
        return compressed.Length > 0 ? Encrypt(SealedPiece.Compressed, place, compressed) : Encrypt(SealedPiece.Whole, place, content);
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher?.Dispose();

    private ReadOnlySpan<byte> Encrypt(byte form, in ContentPlace place, ReadOnlySpan<byte> plain)
    {
        var piece = Room(ref _piece, SealedPiece.Overhead + plain.Length);
        _header.CopyTo(piece);
        piece[0] = form;
        BinaryPrimitives.WriteUInt32BigEndian(piece[SealedPiece.CounterAt..], ++_counter);
        Span<byte> nonce = stackalloc byte[SecretKey.NonceLength];
        SealedPiece.WriteNonce(piece, nonce);
        var most = SealedPiece.MostBound(place);
        var bound = most <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[most];
        var length = SealedPiece.WriteBound(form, place, bound);
        _cipher!.Encrypt(nonce, plain, piece[SealedPiece.Overhead..], piece[SealedPiece.TagAt..SealedPiece.Overhead], bound[..length]);
        return piece;
    }

    // The length of the content, and the content compressed; empty when that is not shorter.
    private ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> content)
    {
        var room = Room(ref _compressed, content.Length);
        if (!BrotliEncoder.TryCompress(content, room[sizeof(int)..], out var length, Quality, Window) || length + sizeof(int) >= content.Length)
        {
            return default;
        }

        BinaryPrimitives.WriteInt32BigEndian(room, content.Length);
        return room[..(sizeof(int) + length)];
    }

    private void Begin(SecretKey key)
    {
        _cipher?.Dispose();
        Convert.FromHexString(key.Id).CopyTo(_header, SealedPiece.KeyIdAt);
        var salt = _header.AsSpan(SealedPiece.SaltAt, SealedPiece.SaltLength);
        RandomNumberGenerator.Fill(salt);
        _cipher = key.Cipher(salt, _purpose);
        _key = key;
        _counter = 0;
    }

    // One large content must not hold its memory for ever.
    private static Span<byte> Room(ref byte[] buffer, int length)
    {
        if (buffer.Length < length || buffer.Length > KeptBuffer)
        {
            buffer = new byte[Math.Max(length, SealedPiece.Overhead + CompressFrom)];
        }

        return buffer.AsSpan(0, length);
    }
}
