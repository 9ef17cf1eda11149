using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ChannelHost.Connectors.Http;

/// <summary>Finds out who sends a request. Slow hashes are computed one at a time, and a password that was proven once is known again by a fast hash in memory.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle.")]
internal sealed class CredentialCheck
{
    /// <summary>So many secrets may wait for their slow hash: some seconds' worth.</summary>
    private const int MostWaiting = 32;

    private const string Basic = "Basic ";
    private const string Bearer = "Bearer ";

    private readonly string _keyHeader;
    private readonly Entry[] _keys;
    private readonly Entry[] _tokens;
    private readonly Entry[] _users;
    private readonly byte[] _memoryKey = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim _slow = new(1, 1);
    private int _waiting;

    public CredentialCheck(HttpSourceAuth auth)
    {
        _keyHeader = auth.KeyHeader;
        (_keys, _tokens, _users) = (Entries(auth.Keys), Entries(auth.Tokens), Entries(auth.Users));
        var challenges = new List<string>();
        if (_users.Length > 0)
        {
            challenges.Add("Basic realm=\"channelhost\", charset=\"UTF-8\"");
        }

        if (_tokens.Length > 0)
        {
            challenges.Add("Bearer realm=\"channelhost\"");
        }

        if (_keys.Length > 0)
        {
            challenges.Add($"ApiKey header=\"{_keyHeader}\"");
        }

        Challenge = string.Join(", ", challenges);
    }

    /// <summary>What a sender without credentials is asked for (<c>WWW-Authenticate</c>).</summary>
    public string Challenge { get; }

    /// <summary>Whose credentials the request carries; null for nobody's.</summary>
    public async ValueTask<string?> WhoAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (_keys.Length > 0 && request.Headers.TryGetValue(_keyHeader, out var key) && key is [{ } presented])
        {
            return await FindAsync(_keys, null, presented, cancellationToken);
        }

        if (request.Headers.Authorization is not [{ } authorization])
        {
            return null;
        }

        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return await FindAsync(_tokens, null, authorization[Bearer.Length..].Trim(), cancellationToken);
        }

        return authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) && TryDecode(authorization.AsSpan(Basic.Length).Trim(), out var user, out var password)
            ? await FindAsync(_users, user, password, cancellationToken)
            : null;
    }

    private async ValueTask<string?> FindAsync(Entry[] entries, string? user, string secret, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (Known(entries, user, bytes) is { } known)
        {
            return known;
        }

        string? found = null;
        var wasAsked = false;
        foreach (var entry in entries)
        {
            // All are looked at, so that the time says nothing about which one nearly fitted.
            if ((user is null || entry.Name == user) && await IsOfAsync(entry, bytes, cancellationToken))
            {
                found = entry.Name;
            }

            wasAsked |= user is null || entry.Name == user;
        }

        if (!wasAsked && entries.Length > 0)
        {
            // A name that nobody has must take as long as a wrong password.
            _ = await IsOfAsync(entries[0], bytes, cancellationToken);
        }

        return found;
    }

    private async ValueTask<bool> IsOfAsync(Entry entry, byte[] secret, CancellationToken cancellationToken)
    {
        if (!entry.Hash.IsSlow)
        {
            return entry.Hash.IsOf(secret);
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, "Too many unknown credentials at once. Send it again.", "credentials");
        }

        try
        {
            await _slow.WaitAsync(cancellationToken);
            try
            {
                var fits = entry.Hash.IsOf(secret);
                entry.Proven = fits ? Quick(secret) : entry.Proven;
                return fits;
            }
            finally
            {
                _slow.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Whose proven secret this is. Asked of all entries before any slow hash: one that was not shown yet must not make the other one slow.</summary>
    private string? Known(Entry[] entries, string? user, byte[] secret)
    {
        byte[]? quick = null;
        foreach (var entry in entries)
        {
            if (entry.Proven is { } proven && (user is null || entry.Name == user) && CryptographicOperations.FixedTimeEquals(proven, quick ??= Quick(secret)))
            {
                return entry.Name;
            }
        }

        return null;
    }

    private byte[] Quick(byte[] secret) => HMACSHA256.HashData(_memoryKey, secret);

    private static bool TryDecode(ReadOnlySpan<char> credentials, out string user, out string password)
    {
        (user, password) = ("", "");
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(credentials.Length)];
        if (!Convert.TryFromBase64Chars(credentials, bytes, out var length))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return false;
        }

        (user, password) = (text[..colon], text[(colon + 1)..]);
        return true;
    }

    private static Entry[] Entries(IReadOnlyList<HttpCredential> credentials) => [.. credentials.Select(credential =>
        SecretHash.TryParse(credential.Hash, out var hash)
            ? new Entry(credential.Name, hash)
            : throw new ConnectorException($"The hash of '{credential.Name}' in auth cannot be used: wanted {SecretHash.Wanted}."))];

    private sealed class Entry(string name, SecretHash hash)
    {
        private volatile byte[]? _proven;

        public string Name { get; } = name;

        public SecretHash Hash { get; } = hash;

        /// <summary>A fast hash, under a key of this process, of the secret that fitted.</summary>
        public byte[]? Proven
        {
            get => _proven;
            set => _proven = value;
        }
    }
}
