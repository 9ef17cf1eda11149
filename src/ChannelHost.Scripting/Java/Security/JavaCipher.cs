using System.Security.Cryptography;

namespace ChannelHost.Scripting.Java.Security;

#pragma warning disable CA5350, CA5351, CA5358, CA5401

/// <summary>The state of a <c>javax.crypto.Cipher</c>: AES in ECB, CBC and GCM; DES and triple DES in ECB and CBC.</summary>
internal sealed class JavaCipher
{
    private const int GcmTag = 16;

    private readonly string _algorithm;
    private readonly string _mode;
    private readonly PaddingMode _padding;
    private bool _encrypts;
    private byte[] _key = [];
    private int _tag = GcmTag;

    private JavaCipher(string algorithm, string mode, PaddingMode padding)
    {
        _algorithm = algorithm;
        _mode = mode;
        _padding = padding;
    }

    /// <summary>The initialisation vector.</summary>
    public byte[] Iv { get; private set; } = [];

    /// <summary>What GCM authenticates beside the content.</summary>
    public byte[] Associated { get; set; } = [];

    /// <summary>Bytes in a block.</summary>
    public int BlockSize => _algorithm == "AES" ? 16 : 8;

    /// <summary>The cipher of a transformation: <c>AES/CBC/PKCS5Padding</c>.</summary>
    public static JavaCipher Of(JavaCall call, string transformation)
    {
        var parts = transformation.ToUpperInvariant().Split('/');
        var (algorithm, mode, padding) = (parts[0], parts.Length > 1 ? parts[1] : "ECB", parts.Length > 2 ? parts[2] : "PKCS5PADDING");
        return algorithm is "AES" or "DES" or "DESEDE" && mode is "ECB" or "CBC" or "GCM" && padding is "PKCS5PADDING" or "PKCS7PADDING" or "NOPADDING" && (mode != "GCM" || algorithm == "AES")
            ? new JavaCipher(algorithm, mode, padding == "NOPADDING" ? PaddingMode.None : PaddingMode.PKCS7)
            : throw call.Throw("java.security.NoSuchAlgorithmException", $"{transformation} is not available here: use AES, DES or DESede with ECB, CBC or (AES only) GCM.");
    }

    /// <summary>Takes key and vector. Where none is given to encrypt, one is made by chance.</summary>
    public void Begin(JavaCall call, int mode, byte[] key, SecurityClasses.Vector? vector)
    {
        _encrypts = mode == 1;
        _key = key;
        _tag = vector is { Tag: > 0 } ? vector.Tag : GcmTag;
        Iv = vector?.Bytes ?? (_mode == "ECB" ? [] : _encrypts ? RandomNumberGenerator.GetBytes(_mode == "GCM" ? 12 : BlockSize)
            : throw call.Throw("java.security.InvalidKeyException", "To decrypt, this cipher needs the initialisation vector."));
    }

    /// <summary>Encrypts or decrypts.</summary>
    public byte[] Finish(JavaCall call, byte[] input)
    {
        if (_key.Length == 0)
        {
            throw call.Throw("java.lang.IllegalStateException", "init was not called.");
        }

        call.Run.Limits.CheckRoom(input.Length * 2d);
        return _mode == "GCM" ? Gcm(input) : Block(call, input);
    }

    private byte[] Gcm(byte[] input)
    {
        using var cipher = new AesGcm(_key, _tag);
        if (_encrypts)
        {
            var output = new byte[input.Length + _tag];
            cipher.Encrypt(Iv, input, output.AsSpan(0, input.Length), output.AsSpan(input.Length), Associated);
            return output;
        }

        var length = input.Length - _tag;
        var plain = new byte[length >= 0 ? length : throw new CryptographicException("Input too short")];
        cipher.Decrypt(Iv, input.AsSpan(0, length), input.AsSpan(length), plain, Associated);
        return plain;
    }

    private byte[] Block(JavaCall call, byte[] input)
    {
        using SymmetricAlgorithm cipher = _algorithm switch { "AES" => Aes.Create(), "DES" => DES.Create(), _ => TripleDES.Create() };
        if (!cipher.ValidKeySize(_key.Length * 8))
        {
            throw call.Throw("java.security.InvalidKeyException", $"Invalid {_algorithm} key length: {_key.Length} bytes");
        }

        cipher.Key = _key;
        return (_mode, _encrypts) switch
        {
            ("ECB", true) => cipher.EncryptEcb(input, _padding),
            ("ECB", false) => cipher.DecryptEcb(input, _padding),
            (_, true) => cipher.EncryptCbc(input, Iv, _padding),
            _ => cipher.DecryptCbc(input, Iv, _padding),
        };
    }
}
