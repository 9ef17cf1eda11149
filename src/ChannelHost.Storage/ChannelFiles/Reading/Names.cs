namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>What channels, groups, destinations and metadata may be called: names that are safe as folder names, in addresses and in scripts.</summary>
internal static class Names
{
    /// <summary>The rule, for people.</summary>
    public const string Wanted = "1 to 64 letters (a to z), digits, -, _ and .";

    private const int Longest = 64;

    public static bool IsGood(string name) =>
        name.Length is >= 1 and <= Longest
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
        && name.Any(character => character != '.');
}
