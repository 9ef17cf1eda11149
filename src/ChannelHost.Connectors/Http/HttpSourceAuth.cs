namespace ChannelHost.Connectors.Http;

/// <summary>The <c>auth:</c> block of an HTTP source: who may send. One that fits is enough. Several entries of a kind may be live at once, for rotation.</summary>
internal sealed record HttpSourceAuth
{
    /// <summary>API keys.</summary>
    [Option("API keys, sent in the header that keyHeader names; two live ones let senders change over.")]
    public IReadOnlyList<HttpCredential> Keys { get; init; } = [];

    /// <summary>The header of API keys; default <c>X-API-Key</c>.</summary>
    [Option("The header that carries an API key.")]
    public string KeyHeader { get; init; } = "X-API-Key";

    /// <summary>Bearer tokens.</summary>
    [Option("Bearer tokens (Authorization: Bearer, RFC 6750).")]
    public IReadOnlyList<HttpCredential> Tokens { get; init; } = [];

    /// <summary>Users with passwords.</summary>
    [Option("Users with their passwords (Authorization: Basic, RFC 7617); name is the user's.")]
    public IReadOnlyList<HttpCredential> Users { get; init; } = [];

    /// <summary>What attributes cannot say.</summary>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Keys.Count + Tokens.Count + Users.Count == 0)
        {
            yield return new OptionProblem("auth", "nobody", "at least one of keys, tokens and users; leave auth out when anybody may send");
        }

        if (!HeaderName.IsValid(KeyHeader))
        {
            yield return new OptionProblem("auth.keyHeader", KeyHeader, "the name of a header");
        }

        foreach (var (kind, entries) in new[] { ("keys", Keys), ("tokens", Tokens), ("users", Users) })
        {
            for (var index = 0; index < entries.Count; index++)
            {
                if (!SecretHash.TryParse(entries[index].Hash, out _))
                {
                    yield return new OptionProblem($"auth.{kind}[{index}].hash", "a value that is not shown", SecretHash.Wanted);
                }
            }
        }
    }
}

/// <summary>One key, token or user. Only the hash of the secret is known here.</summary>
internal sealed record HttpCredential
{
    /// <summary>Who it is: scripts read it as <c>user</c> of the source map.</summary>
    [Option("Whose it is; scripts read it as `user` from the source map.", Required = true, Example = "pms-2026")]
    public string Name { get; init; } = "";

    /// <summary>The hash of the secret.</summary>
    [Option("The hash of the secret, as `channelhost hash-key` writes it.", Required = true, IsSecret = true, IsHash = true, Example = "sha256:...")]
    public string Hash { get; init; } = "";
}
