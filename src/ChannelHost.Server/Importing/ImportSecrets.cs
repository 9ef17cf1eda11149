using ChannelHost.Connectors.Http;
using ChannelHost.Import;
using ChannelHost.Server.Commands;
using ChannelHost.Server.Hosting;
using ChannelHost.Storage.Secrets;

namespace ChannelHost.Server.Importing;

/// <summary>Keeps the secrets that stood in exports in the encrypted file of secrets.</summary>
internal static class ImportSecrets
{
    /// <summary>Sets those that are not there yet, or all.</summary>
    /// <param name="secrets">The secrets.</param>
    /// <param name="dataFolder">The data folder; made when it is absent.</param>
    /// <param name="overwrites">Whether those that are there are set anew.</param>
    /// <returns>Those that were there and were left, and the key file when one was made.</returns>
    /// <exception cref="CommandFailure">They cannot be kept.</exception>
    public static (IReadOnlyList<string> Left, string? KeyMade) Keep(IReadOnlyList<ImportedSecret> secrets, string dataFolder, bool overwrites)
    {
        if (secrets.Count == 0)
        {
            return ([], null);
        }

        try
        {
            DataFolder.Prepare(dataFolder);
            var vault = HostSetup.SecretVault(dataFolder);
            var audit = HostSetup.Audit(dataFolder);
            var known = vault.List().Select(secret => secret.Name).ToHashSet(StringComparer.Ordinal);
            var (left, made) = (new List<string>(), (string?)null);
            foreach (var secret in secrets)
            {
                if (known.Contains(secret.Name) && !overwrites)
                {
                    left.Add(secret.Name);
                    continue;
                }

                // On the record first: a change of secrets that nobody can trace must not happen.
                audit.Write(Caller.Name(), "secret-set", secret.Name, "by import", "asked");
                made = vault.Set(secret.Name, secret.Hashed ? SecretHash.OfPassword(secret.Value) : secret.Value, Caller.Name()) ?? made;
                audit.Write(Caller.Name(), "secret-set", secret.Name, "by import", "done");
            }

            return (left, made);
        }
        catch (SecretException error)
        {
            throw new CommandFailure(HostSetup.Secrets(dataFolder).KeyFault is null ? ExitCode.Usage : ExitCode.KeyUnusable, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.DataFolderUnusable, error.Message, error);
        }
    }
}
