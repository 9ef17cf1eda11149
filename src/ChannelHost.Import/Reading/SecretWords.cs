namespace ChannelHost.Import.Reading;

/// <summary>Which names tell that a value is a secret.</summary>
internal static class SecretWords
{
    private static readonly string[] Words = ["password", "passwd", "pwd", "passphrase", "pass_phrase", "secret", "apikey", "api_key", "api-key", "api.key", "privatekey", "private_key", "accesskey", "access_key", "token", "credential", "cookie", "authorization", "subscription-key", "subscriptionkey", "functions-key"];

    /// <summary>True when a value of this name is to be kept as a secret.</summary>
    public static bool Are(string name) =>
        Array.Exists(Words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) && !name.StartsWith("quote", StringComparison.Ordinal)
        && !name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("usePreemptive", StringComparison.Ordinal);
}
