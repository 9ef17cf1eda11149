using System.Security.Cryptography;
using System.Text;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Security;

// Scripts compute what their partners ask for, old algorithms included.
#pragma warning disable CA5350, CA5351, CA5358

/// <summary>Hashes, keys and ciphers of <c>java.security</c> and <c>javax.crypto</c>.</summary>
internal static class SecurityClasses
{
    private static readonly JavaClass KeySpec = new JavaClass("javax.crypto.spec.SecretKeySpec")
        .New(static call => new Key(call.Bytes(0), call.Text(call.Count - 1)))
        .Method<Key>("getEncoded", static (key, call) => call.Return(key.Bytes))
        .Method<Key>("getAlgorithm", static (key, call) => call.Return(key.Algorithm));

    /// <summary>The classes.</summary>
    public static readonly JavaClass[] All =
    [
        KeySpec,
        new JavaClass("javax.crypto.spec.IvParameterSpec").New(static call => new Vector(call.Bytes(0), 0)).Method<Vector>("getIV", static (vector, call) => call.Return(vector.Bytes)),
        new JavaClass("javax.crypto.spec.GCMParameterSpec").New(static call => new Vector(call.Bytes(1), call.Int(0) / 8)),
        Digest(), Mac(), Cipher(),
        new JavaClass("javax.crypto.spec.PBEKeySpec").New(static call => new Password(call.Java.Show(call[0]) is var shown && JavaText.Is(call[0], out var text) ? text : Chars(call, shown), call.Bytes(1), call.Int(2), call.Int(3, 256))),
        KeyFactory(),
        new JavaClass("javax.xml.bind.DatatypeConverter")
            .Static("printBase64Binary", static call => call.Return(Convert.ToBase64String(call.Bytes(0))))
            .Static("parseBase64Binary", static call => call.Return(Convert.FromBase64String(call.Text(0))))
            .Static("printHexBinary", static call => call.Return(Convert.ToHexString(call.Bytes(0))))
            .Static("parseHexBinary", static call => call.Return(Convert.FromHexString(call.Text(0)))),
    ];

    /// <summary>The hash of a name as Java writes it; null for an unknown one.</summary>
    public static HashAlgorithmName? HashOf(string name) => name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "MD5" => HashAlgorithmName.MD5,
        "SHA" or "SHA1" => HashAlgorithmName.SHA1,
        "SHA256" => HashAlgorithmName.SHA256,
        "SHA384" => HashAlgorithmName.SHA384,
        "SHA512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static JavaClass Digest()
    {
        var type = new JavaClass("java.security.MessageDigest");
        return type
            .Static("getInstance", call => call.New(type, new Hashing(call.Text(0), IncrementalHash.CreateHash(HashOf(call.Text(0)) ?? throw Unknown(call)))))
            .Static("isEqual", static call => CryptographicOperations.FixedTimeEquals(call.Bytes(0), call.Bytes(1)))
            .Void<Hashing>("update", static (hash, call) => hash.Take(call))
            .Void<Hashing>("reset", static (hash, _) => hash.Hash.GetHashAndReset())
            .Method<Hashing>("digest", static (hash, call) => call.Return(hash.Finish(call)))
            .Method<Hashing>("getAlgorithm", static (hash, call) => call.Return(hash.Name));
    }

    private static JavaClass Mac()
    {
        var type = new JavaClass("javax.crypto.Mac");
        return type
            .Static("getInstance", call => call.New(type, new Hashing(call.Text(0), null)))
            .Void<Hashing>("init", static (mac, call) => mac.Hash = IncrementalHash.CreateHMAC(HashOf(mac.Name.Replace("Hmac", "", StringComparison.OrdinalIgnoreCase)) ?? throw Unknown(call), call.Object<Key>(0).Bytes))
            .Void<Hashing>("update", static (mac, call) => mac.Take(call))
            .Void<Hashing>("reset", static (mac, _) => mac.Hash.GetHashAndReset())
            .Method<Hashing>("doFinal", static (mac, call) => call.Return(mac.Finish(call)));
    }

    private static JavaClass Cipher()
    {
        var type = new JavaClass("javax.crypto.Cipher");
        return type
            .Constant("ENCRYPT_MODE", 1)
            .Constant("DECRYPT_MODE", 2)
            .Static("getInstance", call => call.New(type, JavaCipher.Of(call, call.Text(0))))
            .Void<JavaCipher>("init", static (cipher, call) => cipher.Begin(call, call.Int(0), call.Object<Key>(1).Bytes, call[2] is JavaObject { State: Vector vector } ? vector : null))
            .Void<JavaCipher>("updateAAD", static (cipher, call) => cipher.Associated = call.Bytes(0))
            .Method<JavaCipher>("getIV", static (cipher, call) => call.Return(cipher.Iv))
            .Method<JavaCipher>("getBlockSize", static (cipher, _) => cipher.BlockSize)
            .Method<JavaCipher>("doFinal", static (cipher, call) => call.Return(cipher.Finish(call, call.Bytes(0))));
    }

    private static JavaClass KeyFactory()
    {
        var type = new JavaClass("javax.crypto.SecretKeyFactory");
        return type
            .Static("getInstance", call => call.New(type, call.Text(0)))
            .Method<string>("generateSecret", static (algorithm, call) => call.New(KeySpec, Derive(call, algorithm, call.Object<Password>(0))));
    }

    private static string Chars(JavaCall call, string shown) =>
        JavaValues.ItemsOf(call[0]) is { } items ? string.Concat(items.Select(item => (char)(JavaValues.NumberOf(item) ?? 0))) : shown;

    // For each piece of the key as long as the hash; nothing stops the computation in between, so it must be short: some seconds at most.
    private const int MostRounds = 2_000_000;

    private static Key Derive(JavaCall call, string algorithm, Password password)
    {
        var hash = HashOf(algorithm.Replace("PBKDF2WithHmac", "", StringComparison.OrdinalIgnoreCase)) ?? throw Unknown(call);
        var size = hash.Name switch { "MD5" => 16, "SHA1" => 20, "SHA384" => 48, "SHA512" => 64, _ => 32 };
        if ((double)password.Rounds * ((password.Bits / 8 / size) + 1) > MostRounds)
        {
            throw call.Throw("java.security.spec.InvalidKeySpecException", $"The key needs more than {MostRounds} rounds in all: ask for fewer rounds or a shorter key.");
        }

        return new Key(Rfc2898DeriveBytes.Pbkdf2(password.Text, password.Salt, password.Rounds, hash, password.Bits / 8), algorithm);
    }

    private static Jint.Runtime.JavaScriptException Unknown(JavaCall call) => call.Throw("java.security.NoSuchAlgorithmException", $"{call.TextOrNull(0)} is not available here.");

    /// <summary>A secret key.</summary>
    internal sealed record Key(byte[] Bytes, string Algorithm);

    /// <summary>An initialisation vector; for GCM with the length of the tag in bytes.</summary>
    internal sealed record Vector(byte[] Bytes, int Tag);

    private sealed record Password(string Text, byte[] Salt, int Rounds, int Bits);

    private sealed class Hashing(string name, IncrementalHash? hash)
    {
        public string Name => name;

        public IncrementalHash Hash
        {
            get => hash ?? throw new InvalidOperationException("init was not called.");
            set => hash = value;
        }

        public void Take(JavaCall call)
        {
            if (call.Count == 1 && call[0] is JsNumber)
            {
                Hash.AppendData([unchecked((byte)call.Int(0))]);
                return;
            }

            var bytes = JavaText.Is(call[0], out var text) ? Encoding.UTF8.GetBytes(text) : call.Bytes(0);
            Hash.AppendData(bytes, call.Int(1, 0), call.Int(2, bytes.Length));
        }

        public byte[] Finish(JavaCall call)
        {
            if (call.Count > 0)
            {
                Take(call);
            }

            return Hash.GetHashAndReset();
        }
    }
}
