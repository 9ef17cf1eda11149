using System.Globalization;

namespace ChannelHost.Engine.Cases;

/// <summary>
/// How the files of an expectation are called: <c>ehr.json</c>, and <c>ehr.2.json</c> for the second message of a batch; <c>response.hl7</c>;
/// <c>routed.1.json</c>. A destination that has the name of one of our own files goes with <c>to-</c> before it.
/// </summary>
public static class CaseFileNames
{
    /// <summary>The stem of the answer to the sender.</summary>
    public const string Response = "response";

    /// <summary>The stem of messages to other channels.</summary>
    public const string Routed = "routed";

    private const string Outcome = "outcome";

    /// <summary>The name of what a destination gets.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="number">The message's number in its batch, from 1.</param>
    /// <param name="count">How many messages there are.</param>
    /// <param name="extension">Without a dot.</param>
    public static string Of(string destination, int number, int count, string extension) =>
        count == 1 ? $"{Stem(destination)}.{extension}" : Numbered(Stem(destination), number, extension);

    /// <summary>The name of a message to another channel.</summary>
    public static string OfRouted(int number, string extension) => Numbered(Routed, number, extension);

    /// <summary>What a destination's files begin with.</summary>
    public static string Stem(string destination) => destination is Response or Routed or Outcome ? $"to-{destination}" : destination;

    /// <summary>The number of a file that begins with a stem (1 when it has none); null when it does not begin with it.</summary>
    public static int? NumberOf(string file, string stem)
    {
        if (!file.StartsWith(stem + ".", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = file[(stem.Length + 1)..].Split('.');
        return rest.Length == 1 ? 1
            : rest.Length == 2 && int.TryParse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
            : null;
    }

    private static string Numbered(string stem, int number, string extension) => string.Create(CultureInfo.InvariantCulture, $"{stem}.{number}.{extension}");
}
