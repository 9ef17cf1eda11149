using System.Security.Cryptography;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary><c>HashUtil</c>.</summary>
internal static class HashUtilClass
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "HashUtil")
        .Static("generate", static call => call.Count switch
        {
            >= 3 => call.Run.Text(Hash(call, Charsets.Of(call, 1).GetBytes(call.Text(0)), call.Text(2))),
            2 => call.Run.Text(Hash(call, call.Bytes(0), call.Text(1))),
            _ => call.Run.Text(Hash(call, call.Bytes(0), "SHA-256")),
        })
        .Build();

    private static string Hash(UserCall call, byte[] bytes, string algorithm)
    {
        var name = algorithm.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal) switch
        {
            "MD5" => HashAlgorithmName.MD5,
            "SHA" or "SHA1" => HashAlgorithmName.SHA1,
            "SHA256" => HashAlgorithmName.SHA256,
            "SHA384" => HashAlgorithmName.SHA384,
            "SHA512" => HashAlgorithmName.SHA512,
            _ => throw call.Throw("java.security.NoSuchAlgorithmException", $"{algorithm} MessageDigest not available"),
        };
        return Convert.ToHexStringLower(CryptographicOperations.HashData(name, bytes));
    }
}
