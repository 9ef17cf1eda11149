using System.Security.Cryptography;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Security;

#pragma warning disable CA5350, CA5351

/// <summary>The state of a <c>java.security.Signature</c>: <c>SHA256withRSA</c>, <c>SHA256withECDSA</c>, <c>SHA256withRSA/PSS</c> and their kin.</summary>
internal sealed class JavaSignature
{
    private const string Failure = "java.security.SignatureException";

    private readonly HashAlgorithmName _hash;
    private readonly string _algorithm;
    private readonly RSASignaturePadding _padding;
    private IncrementalHash? _content;
    private AsymmetricKey? _key;
    private bool _signs;

    private JavaSignature(string name, HashAlgorithmName hash, string algorithm, RSASignaturePadding padding)
    {
        Name = name;
        _hash = hash;
        _algorithm = algorithm;
        _padding = padding;
    }

    /// <summary>The name it was made by.</summary>
    public string Name { get; }

    /// <summary>The signature of a name.</summary>
    public static JavaSignature Of(JavaCall call, string name)
    {
        var parts = name.ToUpperInvariant().Split("WITH");
        var algorithm = parts.Length == 2 ? parts[1] : "";
        return parts.Length == 2 && SecurityClasses.HashOf(parts[0]) is { } hash && algorithm is "RSA" or "ECDSA" or "RSA/PSS" or "RSAANDMGF1"
            ? new JavaSignature(name, hash, algorithm == "ECDSA" ? "EC" : "RSA", algorithm is "RSA" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss)
            : throw call.Throw("java.security.NoSuchAlgorithmException", $"{name} Signature is not available here: use one such as SHA256withRSA or SHA256withECDSA.");
    }

    /// <summary>Takes the key.</summary>
    public void Begin(JavaCall call, AsymmetricKey key, bool signs)
    {
        if (key.Algorithm != _algorithm || key.IsPrivate != signs)
        {
            throw call.Throw("java.security.InvalidKeyException", $"{Name} needs {(signs ? "a private" : "a public")} {_algorithm} key.");
        }

        (_key, _signs) = (key, signs);
        _content?.Dispose();
        _content = IncrementalHash.CreateHash(_hash);
    }

    /// <summary>Takes content.</summary>
    public void Take(JavaCall call)
    {
        var content = _content ?? throw call.Throw(Failure, "Call initSign or initVerify first.");
        if (call.Count == 1 && call[0] is JsNumber)
        {
            content.AppendData([unchecked((byte)call.Int(0))]);
            return;
        }

        var bytes = call.Bytes(0);
        content.AppendData(bytes, call.Int(1, 0), call.Int(2, bytes.Length));
    }

    /// <summary>Signs what was taken.</summary>
    public byte[] Sign(JavaCall call)
    {
        var hash = Hash(call, signs: true);
        if (_algorithm == "RSA")
        {
            using var rsa = _key!.Rsa();
            return rsa.SignHash(hash, _hash, _padding);
        }

        using var curve = _key!.Curve();
        return curve.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>True when that is the signature of what was taken.</summary>
    public bool Verify(JavaCall call, byte[] signature)
    {
        var hash = Hash(call, signs: false);
        if (_algorithm == "RSA")
        {
            using var rsa = _key!.Rsa();
            return rsa.VerifyHash(hash, signature, _hash, _padding);
        }

        using var curve = _key!.Curve();
        return curve.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence);
    }

    private byte[] Hash(JavaCall call, bool signs)
    {
        call.Run.Limits.Check();
        return _content is null || _signs != signs
            ? throw call.Throw(Failure, signs ? "Call initSign first." : "Call initVerify first.")
            : _content.GetHashAndReset();
    }
}
