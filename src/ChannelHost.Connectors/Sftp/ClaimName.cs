using System.Buffers;
using System.Security.Cryptography;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// The name under which a file stands while one host works on it: <c>.NAME.HHHHHHHHIIIIIIIIIIII.claim</c>, with the host's name and the claim's, both
/// in hexadecimal digits. Renaming is the one thing of which a server lets only one of two succeed.
/// </summary>
/// <param name="Host">The claiming host: the name of its channel's state.</param>
/// <param name="Id">This claim; no two have the same.</param>
internal sealed record ClaimName(string Host, string Id)
{
    private const string Ending = ".claim";
    private const int HostLength = 8;
    private const int IdLength = 12;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>What a claim adds to a name, in bytes.</summary>
    public const int Overhead = 2 + HostLength + IdLength + 6;

    private const char TakenOver = 'f';
    private const char Fresh = '0';

    /// <summary>The file was claimed by another host before, which may have stored it. Stands in the name, so that it is not forgotten with a crash.</summary>
    public bool IsTakenOver => Id[0] == TakenOver;

    /// <summary>Made just now: nothing of the file can have been handed over under it. False for one that was found at the server.</summary>
    public bool IsNew { get; private init; }

    /// <summary>A new claim.</summary>
    public static ClaimName By(string host, bool isTakenOver = false) =>
        new(host, (isTakenOver ? TakenOver : Fresh) + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2))[1..]) { IsNew = true };

    /// <summary>Where a claimed file stands.</summary>
    public string FileName(string name) => $".{name}.{Host}{Id}{Ending}";

    /// <summary>Reads a claim's name; null when it is none.</summary>
    public static ClaimName? Read(string fileName, out string name)
    {
        name = "";
        if (fileName.Length <= Overhead || fileName[0] != '.' || !fileName.EndsWith(Ending, StringComparison.Ordinal))
        {
            return null;
        }

        var digits = fileName.AsSpan(fileName.Length - Ending.Length - HostLength - IdLength, HostLength + IdLength);
        if (digits.ContainsAnyExcept(Digits) || fileName[fileName.Length - Ending.Length - digits.Length - 1] != '.')
        {
            return null;
        }

        name = fileName[1..^(Overhead - 1)];
        return new ClaimName(digits[..HostLength].ToString(), digits[HostLength..].ToString());
    }
}
