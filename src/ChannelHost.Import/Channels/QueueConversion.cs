using System.Globalization;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>The queue of a destination, and what else all destinations have.</summary>
internal static class QueueConversion
{
    /// <summary>Sets <c>queue:</c>.</summary>
    public static void Convert(ConnectorDraft draft, ExportElement common)
    {
        var isQueued = common.Flag("queueEnabled");
        var interval = common.Number("retryIntervalMillis", 10_000);
        var retries = common.Number("retryCount");
        if (isQueued || retries > 0)
        {
            // Pauses were all of one length.
            var pause = ConnectorDraft.Milliseconds(Math.Clamp(interval, 10, 3_600_000));
            var retry = new YamlBlock();
            if (!isQueued)
            {
                retry.Set("attempts", (retries + 1).ToString(CultureInfo.InvariantCulture), common.Find("retryCount"));
            }

            retry.Set("delay", pause, common.Find("retryIntervalMillis")).Set("maximum", pause);
            var queue = new YamlBlock { Origin = common };
            if (isQueued)
            {
                queue.Set("mode", common.Flag("sendFirst") ? "on-failure" : "always", common.Find("queueEnabled"));
            }

            draft.Yaml.Set("queue", queue.Set("retry", retry), common);
        }

        if (isQueued && common.Flag("rotate"))
        {
            draft.Decide(common.Find("rotate"), "after a failure the queue went on with the next message; here messages keep their order and the first one is tried again");
        }

        if (isQueued && common.Number("threadCount", 1) > 1)
        {
            draft.Decide(common.Find("threadCount"), $"the queue was worked off by {common.Word("threadCount")} threads; here messages are sent one after the other");
        }

        if (isQueued && common.Flag("regenerateTemplate"))
        {
            draft.Note(common.Find("regenerateTemplate"), "settings were filled in anew at each attempt; so they are here");
        }

        if (common.Flag("includeFilterTransformer"))
        {
            draft.Decide(common.Find("includeFilterTransformer"), "filter and transformer ran again at each attempt; here they run once");
        }

        if (!common.Flag("reattachAttachments", otherwise: true))
        {
            draft.Yaml.Set("attachments", "keep", common.Find("reattachAttachments"));
        }

        Resources.Check(draft.Channel, common.Find("resourceIds"));
        common.Skip("queuePollInterval", "threadAssignmentVariable", "queueBufferSize", "validateResponse", "regenerateTemplate", "rotate", "threadCount", "sendFirst", "retryCount", "retryIntervalMillis");
    }
}
