using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Secrets;

/// <summary>The right to change the file of secrets: two commands at once would each undo what the other did. Ends with the process at the latest.</summary>
internal sealed class SecretTurn : IDisposable
{
    private const string FileName = "secrets.lock";
    private readonly int _descriptor;

    private SecretTurn(int descriptor) => _descriptor = descriptor;

    /// <summary>Takes it.</summary>
    /// <exception cref="SecretException">Somebody else has it.</exception>
    public static SecretTurn Take(string dataFolder)
    {
        ChannelFolder.MakePrivate(dataFolder);
        var path = Path.Combine(dataFolder, FileName);
        var descriptor = Posix.Open(path, Posix.ReadWrite | Posix.Create, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            return Posix.TryLock(descriptor, path)
                ? new SecretTurn(descriptor)
                : throw new SecretException("another command, which changes secrets just now", "this one again in a moment");
        }
        catch
        {
            Posix.Close(descriptor);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Posix.Close(_descriptor);
}
