using System.Globalization;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>How parts of messages are taken out and kept beside them.</summary>
internal static class AttachmentConversion
{
    /// <summary>Sets <c>attachments:</c>, when there is a handler.</summary>
    public static void Convert(ChannelDraft draft, ExportElement properties)
    {
        var handler = properties.Find("attachmentProperties");
        properties.Skip("storeAttachments", "removeAttachmentsOnCompletion");
        if (handler is null)
        {
            return;
        }

        var settings = Settings(handler);
        var yaml = new YamlBlock { Origin = handler };
        switch (handler.Word("type"))
        {
            case "" or "None":
                handler.MarkAll();
                return;
            case "Entire Message":
                yaml.Set("kind", "entire", handler.Find("type"));
                yaml.Set("type", settings.TryGetValue("identity.mimetype", out var mime) ? mime.Text : null, mime);
                break;
            case "Regex":
                yaml.Set("kind", "regex", handler.Find("type"));
                Patterns(yaml, settings);
                break;
            case "JavaScript":
                yaml.Set("kind", "javascript", handler.Find("type"));
                if (settings.TryGetValue("javascript.script", out var script))
                {
                    draft.Script("attachment.js").Script(script.Text, script);
                    yaml.Set("script", "attachment.js", script);
                }

                break;
            case var other:
                draft.Keep(ImportLevel.Unsupported, handler.MarkAll(), $"the attachment handler {other} is not there: messages are kept whole");
                draft.Obstacles.Add("attachments");
                return;
        }

        handler.MarkAll();
        draft.Yaml.Set("attachments", yaml, handler);
    }

    private static void Patterns(YamlBlock yaml, Dictionary<string, ExportElement> settings)
    {
        var patterns = new List<YamlBlock>();
        foreach (var number in Numbers())
        {
            if (settings.TryGetValue($"regex.pattern{number}", out var pattern))
            {
                patterns.Add(new YamlBlock { Origin = pattern }.Set("pattern", pattern.Text, pattern)
                    .Set("type", settings.TryGetValue($"regex.mimetype{number}", out var mime) ? mime.Text : "text/plain", mime));
            }
        }

        yaml.Set("patterns", new YamlBlocks(patterns));
        Replacements("inbound", "regex.");
        Replacements("outbound", "outbound.regex.");

        void Replacements(string key, string prefix)
        {
            var pairs = new List<YamlBlock>();
            foreach (var number in Numbers())
            {
                if (settings.TryGetValue($"{prefix}replaceKey{number}", out var from) && settings.TryGetValue($"{prefix}replaceValue{number}", out var to))
                {
                    pairs.Add(new YamlBlock { Origin = from }.Set("from", from.Text, from).Set("to", to.Text, to));
                }
            }

            if (pairs.Count > 0)
            {
                yaml.Set(key, new YamlBlocks(pairs));
            }
        }
    }

    // Old files have one without a number.
    private static IEnumerable<string> Numbers() => Enumerable.Range(0, 100).Select(number => number.ToString(CultureInfo.InvariantCulture)).Prepend("");

    private static Dictionary<string, ExportElement> Settings(ExportElement handler)
    {
        var settings = new Dictionary<string, ExportElement>(StringComparer.Ordinal);
        foreach (var entry in handler.Find("properties")?.All("entry") ?? [])
        {
            if (entry.All() is [var key, var value])
            {
                settings[key.Text.Trim()] = value;
            }
        }

        return settings;
    }
}
