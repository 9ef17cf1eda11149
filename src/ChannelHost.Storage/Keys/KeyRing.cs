using System.Text;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Secrets;

namespace ChannelHost.Storage.Keys;

/// <summary>
/// The keys there are, the one to write with first. Older ones stay, so that a rotation has no moment in which something cannot be read, and a copy of the
/// data folder from before it still can.
/// </summary>
/// <param name="Keys">The first is the present one.</param>
/// <param name="Source">The file or variable, for people.</param>
internal sealed record KeyRing(IReadOnlyList<SecretKey> Keys, string Source)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const int LongestFile = 64 * 1024;

    /// <summary>The key to write with.</summary>
    public SecretKey Present => Keys[0];

    /// <summary>A key by its id.</summary>
    public SecretKey? Find(string id) => Keys.FirstOrDefault(key => key.Id == id);

    /// <summary>Keys from the variable.</summary>
    /// <exception cref="SecretException">One of them is no key.</exception>
    public static KeyRing FromText(string text, KeyWords words) => Parse(text.Split(','), $"the variable {words.Variable}");

    /// <summary>Reads a key file; null when there is none.</summary>
    /// <exception cref="SecretException">It cannot be used: others may read it, or it holds no key.</exception>
    public static KeyRing? FromFile(string path, KeyWords words)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            CheckMode(path, words);
            if (new FileInfo(path).Length > LongestFile)
            {
                throw new SecretException($"the key file {path}, which is too large to be one", "a file of keys, 32 bytes in base64 a line");
            }

            return Parse(File.ReadAllLines(path).Where(line => line.Trim().Length > 0 && line[0] != '#'), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretException($"the key file {path}, which cannot be read ({Reason(error)})", "a key file that the host's user, and nobody else, may read");
        }
    }

    /// <summary>Writes a key file, for its owner only, durably.</summary>
    public static void Write(string path, IReadOnlyList<SecretKey> keys, bool overwrite, KeyWords words)
    {
        ChannelFolder.MakePrivate(Path.GetDirectoryName(path)!);
        var text = new StringBuilder("# ").Append(words.Heading).Append('\n');
        foreach (var key in keys)
        {
            text.Append(key.ToText()).Append('\n');
        }

        DurableFiles.WritePrivate(path, Encoding.ASCII.GetBytes(text.ToString()), overwrite);
    }

    /// <summary>Refuses a key that others on this machine may have read already.</summary>
    private static void CheckMode(string path, KeyWords words)
    {
        var mode = new FileInfo(path).UnixFileMode & (UnixFileMode)0b111_111_111;
        if ((mode & Others) != 0)
        {
            throw new SecretException(
                $"the key file {path}, which others may use (mode {Convert.ToString((int)mode, 8)})",
                $"a file for its owner only: chmod 600 {path}; when somebody may have read it, also: {words.Rotate}");
        }
    }

    private static KeyRing Parse(IEnumerable<string> texts, string source)
    {
        var keys = texts.Select(SecretKey.Parse).ToList();
        return keys.Count > 0 && !keys.Contains(null)
            ? new KeyRing(keys.OfType<SecretKey>().ToList(), source)
            : throw new SecretException($"{source}, which does not hold keys", $"{SecretKey.Length} bytes in base64 for each key (openssl rand -base64 {SecretKey.Length})");
    }

    private static string Reason(Exception error) => ChannelFiles.Reading.TextFile.Reason(error);
}
