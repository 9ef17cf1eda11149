using System.Text.RegularExpressions;
using ChannelHost.Engine.Cases;
using ChannelHost.Import.Messages;

namespace ChannelHost.Server.Importing;

/// <summary>What of a case's differences counts against an export, and what counts that a case does not look at: the same status may have another reason.</summary>
internal sealed partial class ReplayDifferences(ChannelDefinition definition, ReplayedCase replayed)
{
    /// <summary>What no proof says anything about, because exports do not hold it, for the summary.</summary>
    public const string NotCompared =
        "not compared: settings filled in for a message (file names, URLs, statements), what JavaScript writers are handed, what scripts route to other channels, maps, attachments";

    /// <summary>The differences of a message.</summary>
    public IReadOnlyList<CaseDifference> Of(ExportedMessage message, CaseResult result, ChannelCase @case)
    {
        var differences = result.Differences.Select(Counted).OfType<CaseDifference>().ToList();
        if (result.Actual?.Outcome?.Messages is not [var actual] || @case.Expectation?.Outcome?.Messages is not [var expected])
        {
            return differences;
        }

        if (expected.Status == MessageStatus.Error && actual.Status == MessageStatus.Error)
        {
            Add("source", message.Source?.Error, actual.Text);
        }

        foreach (var connector in message.Destinations)
        {
            if (replayed.DestinationOf(connector) is { } destination
                && expected.Destinations.GetValueOrDefault(destination.Name)?.Status == MessageStatus.Error
                && actual.Destinations.GetValueOrDefault(destination.Name) is { Status: MessageStatus.Error } failed
                && !IsPartners(connector, failed.Text, result))
            {
                Add(destination.Name, connector.Error, failed.Text);
            }
        }

        return differences;

        void Add(string subject, string? there, string? here)
        {
            if (!IsSameKind(there, here))
            {
                differences.Add(new CaseDifference(subject, null, $"failed in the export and here, and not for the same reason as far as the export says; here: {here ?? "no reason is known"}"));
            }
        }
    }

    /// <summary>The path of a place without the number of a message of a batch before it.</summary>
    public static string WithoutMessage(string path) => MessageNumber().Replace(path, "");

    // What goes to other channels is no part of an export, and what a channel writer sends is compared as that destination's.
    private CaseDifference? Counted(CaseDifference difference)
    {
        if (difference.Subject.StartsWith(CaseFileNames.Routed + " ", StringComparison.Ordinal))
        {
            return null;
        }

        if (difference.Subject == "outcome")
        {
            var places = difference.Places.Where(place => place.Path != CaseFileNames.Routed).ToList();
            return places.Count == 0 ? null : difference with { Places = places };
        }

        var isUncompared = definition.Destinations.Any(destination =>
            ReplayedCase.IsUncompared(destination)
            && (difference.Subject == destination.Name || difference.Subject.StartsWith(destination.Name + " (message ", StringComparison.Ordinal)));
        return isUncompared ? null : difference;
    }

    // The partner refused there and its stand-in does here: what it answered is the export's, and no script of ours failed.
    private static bool IsPartners(ExportedConnector connector, string? here, CaseResult result) =>
        ReplayedCase.WasHanded(connector) && here is not null
        && (here.Contains(ReplayedCase.PartnerFailed, StringComparison.Ordinal)
            || (connector.ResponseStatus is not null && !result.Errors.Any(error => InScript().IsMatch(error) && error.Contains(here, StringComparison.Ordinal))));

    /// <summary>True when both say the same: the text that was thrown, or an error of the same name about the same thing.</summary>
    private static bool IsSameKind(string? there, string? here)
    {
        if (string.IsNullOrWhiteSpace(there) || string.IsNullOrWhiteSpace(here))
        {
            return false;
        }

        var match = ErrorName().Match(here);
        var text = here[match.Length..].Trim();
        if (text.Length > 0 && there.Contains(text, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var name = match.Groups["name"].Value;
        return name.Length > 0 && there.Contains(name, StringComparison.Ordinal)
            && Quoted().Matches(text).Any(word => there.Contains(word.Groups["word"].Value, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^message \d+, ")]
    private static partial Regex MessageNumber();

    [GeneratedRegex(@"^\S+\.js:\d+:\d+: ")]
    private static partial Regex InScript();

    [GeneratedRegex(@"^(?<name>[A-Z][A-Za-z]*Error|Error): ")]
    private static partial Regex ErrorName();

    [GeneratedRegex("""['"](?<word>[^'"]{2,})['"]|reading '(?<word>[^']+)'|^(?<word>[A-Za-z_$][\w$]*) is not """)]
    private static partial Regex Quoted();
}
