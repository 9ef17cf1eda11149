using ChannelHost.Server.Api;

namespace ChannelHost.Server.Exporting;

/// <summary>Which contents of a message are exported.</summary>
/// <param name="What"><c>raw</c>, <c>sent</c> or <c>response</c>.</param>
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

        foreach (var (name, bytes) in What == "sent" ? view.Sent : view.Responses)
        {
            if (Destination is null || name == Destination)
            {
                yield return new ExportedContent(name, bytes);
            }
        }
    }
}
