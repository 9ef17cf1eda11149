using ChannelHost.Server.Api;

namespace ChannelHost.Server.Exporting;

/// <summary>Which contents of a message are exported.</summary>
/// <param name="What"><c>raw</c>, <c>sent</c>, <c>response</c> or <c>attachments</c>.</param>
/// <param name="Destination">Of this destination only; null for all.</param>
internal sealed record ContentChoice(string What, string? Destination)
{
    /// <summary>Those of one message.</summary>
    public IEnumerable<ExportedContent> Of(ContentView view)
    {
        if (What == "raw")
        {
            if (view.Raw is { } raw)
            {
                yield return new ExportedContent(null, raw);
            }

            yield break;
        }

        if (What == "attachments")
        {
            for (var index = 0; index < view.Attachments.Count; index++)
            {
                // Numbered: an id is whatever a script made it.
                yield return new ExportedContent(FormattableString.Invariant($"attachment-{index + 1}"), view.Attachments[index].Content) { IsAttachment = true };
            }

            yield break;
        }

        foreach (var (name, bytes) in What == "sent" ? view.Sent : view.Responses)
        {
            if (Destination is null || name == Destination)
            {
                yield return new ExportedContent(name, bytes);
            }
        }
    }
}
