using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace ChannelHost.Connectors.Sftp;

/// <summary>Reads private keys; opening a locked one is slow on purpose, so what was read is kept until its file changes.</summary>
internal sealed class SftpKeys(IReadOnlyList<SftpKeyOptions> options) : IDisposable
{
    private readonly (PrivateKeyFile? Key, DateTime Written, long Size)[] _read = new (PrivateKeyFile?, DateTime, long)[options.Count];

    /// <summary>All keys in order.</summary>
    /// <exception cref="ConnectorException">One cannot be read, with a reason for people.</exception>
    public IPrivateKeySource[] Read()
    {
        var keys = new IPrivateKeySource[options.Count];
        for (var index = 0; index < keys.Length; index++)
        {
            keys[index] = Read(index);
        }

        return keys;
    }

    public void Dispose()
    {
        foreach (var (key, _, _) in _read)
        {
            key?.Dispose();
        }
    }

    private PrivateKeyFile Read(int index)
    {
        var (file, text, passphrase) = (options[index].File, options[index].Text, options[index].Passphrase);
        var name = file ?? $"keys[{index}].text";
        try
        {
            var info = file is null ? null : new FileInfo(file);
            var (written, size) = (info?.LastWriteTimeUtc ?? default, info?.Length ?? 0);
            if (_read[index] is { Key: { } known } read && read.Written == written && read.Size == size)
            {
                return known;
            }

            using var content = new MemoryStream(file is null ? Encoding.UTF8.GetBytes(text ?? "") : File.ReadAllBytes(file));
            var key = string.IsNullOrEmpty(passphrase) ? new PrivateKeyFile(content) : new PrivateKeyFile(content, passphrase);

            // The one before is not disposed: a session that is being opened may still use it.
            _read[index] = (key, written, size);
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException($"The private key {name} cannot be read: {e.Message}", e);
        }
        catch (SshPassPhraseNullOrEmptyException e)
        {
            throw new ConnectorException($"The private key {name} is locked, and no passphrase is given: set keys[{index}].passphrase.", e);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !string.IsNullOrEmpty(passphrase))
        {
            // What a wrong passphrase makes of a key fails wherever the garbage first makes no sense.
            throw new ConnectorException($"The private key {name} cannot be opened: its passphrase is wrong, or it is no key in OpenSSH, PEM or PuTTY format ({e.GetType().Name}).", e);
        }
        catch (Exception e) when (e is SshException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException or CryptographicException or IndexOutOfRangeException or OverflowException)
        {
            throw new ConnectorException($"The private key {name} is no key in OpenSSH, PEM or PuTTY format that can be used ({e.GetType().Name}).", e);
        }
    }
}
