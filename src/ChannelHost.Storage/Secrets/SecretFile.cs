using System.Text.Json.Serialization;
using System.Text.Json;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Keys;

namespace ChannelHost.Storage.Secrets;

/// <summary>The encrypted file of secrets as it stands on the disk: names, times and who set them in the clear, values encrypted one by one.</summary>
internal sealed record SecretFile
{
    /// <summary>Its name in the data folder.</summary>
    public const string Name = "secrets.json";

    private const int KnownFormat = 1;
    private const int Longest = 16 * 1024 * 1024;

    /// <summary>The layout of the file.</summary>
    public int Format { get; init; } = KnownFormat;

    /// <summary>Names the default key file of this data folder, so that two data folders of one user do not share keys.</summary>
    public required string Ring { get; init; }

    /// <summary>The secrets by name.</summary>
    public SortedDictionary<string, SecretEntry> Secrets { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Where it is.</summary>
    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, Name);

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="SecretException">It cannot be read.</exception>
    public static SecretFile? Read(string dataFolder)
    {
        var path = PathIn(dataFolder);
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            if (new FileInfo(path).Length > Longest)
            {
                throw Damaged(path);
            }

            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), SecretJson.Default.SecretFile);
            return file is { Format: KnownFormat } && file.Ring.Length > 0 && file.Ring.All(char.IsAsciiHexDigit) ? file : throw Damaged(path);
        }
        catch (JsonException)
        {
            throw Damaged(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretException($"{path}, which cannot be read ({ChannelFiles.Reading.TextFile.Reason(error)})", "a file that the host's user may read");
        }
    }

    /// <summary>Writes it durably, for its owner only.</summary>
    public void Write(string dataFolder) =>
        DurableFiles.WritePrivate(PathIn(dataFolder), JsonSerializer.SerializeToUtf8Bytes(this, SecretJson.Default.SecretFile), overwrite: true);

    private static SecretException Damaged(string path) =>
        new($"{path}, which is no file of secrets or is damaged", "the file restored from a backup, or removed and every secret set anew (channelhost secret set)");
}

/// <summary>An encrypted secret.</summary>
/// <param name="Value">Nonce, tag and encrypted value, in base64.</param>
/// <param name="Key">The id of the key it was written with.</param>
/// <param name="SetAt">When it was set, in UTC.</param>
/// <param name="SetBy">By whom.</param>
internal sealed record SecretEntry(string Value, string Key, DateTimeOffset SetAt, string SetBy)
{
    /// <summary>An entry for a value.</summary>
    public static SecretEntry Of(SecretKey key, string name, string value, DateTimeOffset at, string by) => new(key.Encrypt(value, Bound(name, at, by)), key.Id, at, by);

    /// <summary>The value; null when this is not what the key wrote for just this name.</summary>
    public string? Open(SecretKey key, string name) => key.Decrypt(Value, Bound(name, SetAt, SetBy));

    // Whoever may write the file cannot give one secret's value another's name, nor pretend that it was set by somebody else.
    private static string Bound(string name, DateTimeOffset at, string by) => $"channelhost secret 1\n{name}\n{at.UtcTicks}\n{by}";
}

/// <summary>How the file is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SecretFile))]
internal sealed partial class SecretJson : JsonSerializerContext;
