using System.Security.Cryptography;

namespace ChannelHost.Scripting.Java.Security;

/// <summary>A key of a pair: RSA, or an elliptic curve.</summary>
/// <param name="Algorithm"><c>RSA</c> or <c>EC</c>.</param>
/// <param name="IsPrivate">True for the half that signs.</param>
/// <param name="Encoded">PKCS#8 for a private key, X.509's SubjectPublicKeyInfo for a public one.</param>
internal sealed record AsymmetricKey(string Algorithm, bool IsPrivate, byte[] Encoded)
{
    // Signing costs the cube of the length, and nothing stops it in between.
    private const int MostRsaBits = 8192;

    /// <summary>Reads a key; null when it is none of that kind.</summary>
    public static AsymmetricKey? Read(string algorithm, bool isPrivate, byte[] encoded)
    {
        var key = new AsymmetricKey(algorithm, isPrivate, encoded);
        try
        {
            using AsymmetricAlgorithm opened = algorithm == "RSA" ? key.Rsa() : key.Curve();
            return key;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The key, to use it.</summary>
    public RSA Rsa()
    {
        var rsa = RSA.Create();
        Import(rsa);
        if (rsa.KeySize <= MostRsaBits)
        {
            return rsa;
        }

        rsa.Dispose();
        throw new CryptographicException($"An RSA key may have {MostRsaBits} bits here.");
    }

    /// <summary>The key, to use it.</summary>
    public ECDsa Curve()
    {
        var curve = ECDsa.Create();
        Import(curve);
        return curve;
    }

    private void Import(AsymmetricAlgorithm key)
    {
        try
        {
            if (IsPrivate)
            {
                key.ImportPkcs8PrivateKey(Encoded, out _);
            }
            else
            {
                key.ImportSubjectPublicKeyInfo(Encoded, out _);
            }
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}

/// <summary><c>KeyFactory</c>, <c>Signature</c> and their keys.</summary>
internal static class AsymmetricKeys
{
    private const string BadKey = "java.security.spec.InvalidKeySpecException";

    private static readonly JavaClass Key = new JavaClass("java.security.Key")
        .Method<AsymmetricKey>("getEncoded", static (key, call) => call.Return((byte[])key.Encoded.Clone()))
        .Method<AsymmetricKey>("getAlgorithm", static (key, call) => call.Return(key.Algorithm))
        .Method<AsymmetricKey>("getFormat", static (key, call) => call.Return(key.IsPrivate ? "PKCS#8" : "X.509"))

        // A private key must not find its way into a log.
        .Method<AsymmetricKey>("toString", static (key, call) => call.Return($"{key.Algorithm} {(key.IsPrivate ? "private" : "public")} key"));

    private static readonly JavaClass PrivateKey = new("java.security.PrivateKey", Key);
    private static readonly JavaClass PublicKey = new("java.security.PublicKey", Key);

    /// <summary>All.</summary>
    public static readonly JavaClass[] All =
    [
        Key, PrivateKey, PublicKey, Spec("java.security.spec.PKCS8EncodedKeySpec", isPrivate: true), Spec("java.security.spec.X509EncodedKeySpec", isPrivate: false), Factory(), Signature(),
    ];

    private static JavaClass Spec(string name, bool isPrivate) => new JavaClass(name)
        .New(call => new KeySpec(isPrivate, (byte[])call.Bytes(0).Clone()))
        .Method<KeySpec>("getEncoded", static (spec, call) => call.Return((byte[])spec.Encoded.Clone()))
        .Method<KeySpec>("getFormat", static (spec, call) => call.Return(spec.IsPrivate ? "PKCS#8" : "X.509"));

    private static JavaClass Factory()
    {
        var type = new JavaClass("java.security.KeyFactory");
        return type
            .Static("getInstance", call => call.New(type, new FactoryKind(call.Text(0).ToUpperInvariant() switch
            {
                "RSA" => "RSA",
                "EC" or "ECDSA" => "EC",
                _ => throw call.Throw("java.security.NoSuchAlgorithmException", $"{call.Text(0)} KeyFactory is not available here: use RSA or EC."),
            })))
            .Method<FactoryKind>("getAlgorithm", static (factory, call) => call.Return(factory.Algorithm))
            .Method<FactoryKind>("generatePrivate", static (factory, call) => call.New(PrivateKey, Read(factory, call, isPrivate: true)))
            .Method<FactoryKind>("generatePublic", static (factory, call) => call.New(PublicKey, Read(factory, call, isPrivate: false)));
    }

    private static AsymmetricKey Read(FactoryKind factory, JavaCall call, bool isPrivate)
    {
        var spec = call.Object<KeySpec>(0);
        return spec.IsPrivate == isPrivate
            ? AsymmetricKey.Read(factory.Algorithm, isPrivate, spec.Encoded) ?? throw call.Throw(BadKey, $"The bytes are no {factory.Algorithm} {(isPrivate ? "private key in PKCS#8" : "public key in X.509")} form, or it is longer than allowed.")
            : throw call.Throw(BadKey, isPrivate ? "A private key needs a PKCS8EncodedKeySpec." : "A public key needs an X509EncodedKeySpec.");
    }

    private static JavaClass Signature()
    {
        var type = new JavaClass("java.security.Signature");
        return type
            .Static("getInstance", call => call.New(type, JavaSignature.Of(call, call.Text(0))))
            .Void<JavaSignature>("initSign", static (signature, call) => signature.Begin(call, call.Object<AsymmetricKey>(0), signs: true))
            .Void<JavaSignature>("initVerify", static (signature, call) => signature.Begin(call, call.Object<AsymmetricKey>(0), signs: false))
            .Void<JavaSignature>("update", static (signature, call) => signature.Take(call))
            .Method<JavaSignature>("sign", static (signature, call) => call.Return(signature.Sign(call)))
            .Method<JavaSignature>("verify", static (signature, call) => signature.Verify(call, call.Bytes(0)))
            .Method<JavaSignature>("getAlgorithm", static (signature, call) => call.Return(signature.Name));
    }

    private sealed record KeySpec(bool IsPrivate, byte[] Encoded);

    private sealed record FactoryKind(string Algorithm);
}
