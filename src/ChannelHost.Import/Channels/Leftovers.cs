using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Channels;

/// <summary>What of a channel nobody looked at: kept in the report, so that nothing is lost in silence.</summary>
internal static class Leftovers
{
    /// <summary>Says it all.</summary>
    public static void Report(ChannelDraft draft)
    {
        foreach (var element in draft.Export.Unread().ToArray())
        {
            if (element.Children.Count == 0 && string.IsNullOrWhiteSpace(element.Text))
            {
                continue;
            }

            var isEmpty = element.Children.Count == 0 && element.Text.Trim() is "" or "false" or "0" or "null";
            draft.Keep(
                isEmpty ? ImportLevel.Runs : ImportLevel.Decision, element,
                $"{Below(element, draft.Export)} is not understood{(isEmpty ? ", and says nothing" : ": see what it did; it is kept in import-report.json")}");
            element.MarkAll();
        }
    }

    private static string Below(ExportElement element, ExportElement channel) =>
        element.Path[Math.Min(element.Path.Length, channel.Path.Length + 1)..];
}
