namespace ChannelHost.Storage.Secrets;

/// <summary>What secrets may be called: names that are safe as file names and can be told apart from values.</summary>
public static class SecretName
{
    /// <summary>The rule, for people.</summary>
    public const string Wanted = "1 to 64 letters (a to z), digits, -, _ and ., beginning with a letter or digit";

    private const int Longest = 64;
    private const string VariablePrefix = "CHANNELHOST_SECRET_";

    /// <summary>True for a name.</summary>
    public static bool IsGood(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is >= 1 and <= Longest
            && char.IsAsciiLetterOrDigit(name[0])
            && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
    }

    /// <summary>The environment variable of a secret: <c>ehr-token</c> is in <c>CHANNELHOST_SECRET_EHR_TOKEN</c>.</summary>
    public static string VariableOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return VariablePrefix + name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
    }
}
