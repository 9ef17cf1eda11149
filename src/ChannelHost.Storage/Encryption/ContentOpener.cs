using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using ChannelHost.Storage.Keys;

namespace ChannelHost.Storage.Encryption;

/// <summary>Opens what any writer of the channel has sealed. Safe for use by many threads.</summary>
internal sealed class ContentOpener(string channel, EncryptionKeys keys) : IDisposable
{
    // Each time a store was opened for writing has a salt of its own; a page of messages rarely spans more of them.
    private const int MostCiphers = 64;
    private const int MostOnStack = 256;

    private readonly byte[] _purpose = SealedPiece.PurposeOf(channel);
    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong Key, UInt128 Salt), AesGcm> _ciphers = [];

    /// <summary>The content of a piece.</summary>
    /// <exception cref="InvalidDataException">It is not what was sealed for this place, or its key is not there.</exception>
    internal byte[] Open(in ContentPlace place, ReadOnlySpan<byte> piece)
    {
        if (!SealedPiece.Is(piece))
        {
            throw new InvalidDataException("the encrypted content is damaged: it does not begin as one");
        }

        var plain = new byte[piece.Length - SealedPiece.Overhead];
        Span<byte> nonce = stackalloc byte[SecretKey.NonceLength];
        SealedPiece.WriteNonce(piece, nonce);
        var most = SealedPiece.MostBound(place);
        var bound = most <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[most];
        var length = SealedPiece.WriteBound(piece[0], place, bound);
        try
        {
            lock (_gate)
            {
                CipherOf(piece).Decrypt(nonce, piece[SealedPiece.Overhead..], piece[SealedPiece.TagAt..SealedPiece.Overhead], plain, bound[..length]);
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new InvalidDataException("the encrypted content is not what was written here: it was changed, or belongs elsewhere");
        }

        return piece[0] == SealedPiece.Compressed ? Expand(plain) : plain;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            Clear();
        }
    }

    private AesGcm CipherOf(ReadOnlySpan<byte> piece)
    {
        var salt = piece.Slice(SealedPiece.SaltAt, SealedPiece.SaltLength);
        var name = (BinaryPrimitives.ReadUInt64BigEndian(piece[SealedPiece.KeyIdAt..]), BinaryPrimitives.ReadUInt128BigEndian(salt));
        if (_ciphers.TryGetValue(name, out var known))
        {
            return known;
        }

        var id = SealedPiece.KeyOf(piece);
        var key = keys.Ring?.Find(id) ?? throw new InvalidDataException($"the content is encrypted with the key {id}, which is not among the keys there are");
        if (_ciphers.Count == MostCiphers)
        {
            Clear();
        }

        return _ciphers[name] = key.Cipher(salt, _purpose);
    }

    private void Clear()
    {
        foreach (var cipher in _ciphers.Values)
        {
            cipher.Dispose();
        }

        _ciphers.Clear();
    }

    private static byte[] Expand(byte[] compressed)
    {
        // Authenticated, so this is what the sealer wrote; the checks are for a sealer that had a fault.
        var content = new byte[BinaryPrimitives.ReadInt32BigEndian(compressed)];
        return BrotliDecoder.TryDecompress(compressed.AsSpan(sizeof(int)), content, out var length) && length == content.Length
            ? content
            : throw new InvalidDataException("the compressed content cannot be expanded");
    }
}
