using System.Text.RegularExpressions;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Makes the settings of <c>attachments:</c>, and says what does not go together.</summary>
internal sealed class AttachmentReader(ProblemList problems)
{
    private const string Field = "attachments";

    /// <summary>The settings; null when there are none. Mistakes are in the problems.</summary>
    /// <param name="value">What stands there.</param>
    /// <param name="keys">The same, bound; null when nothing stands there.</param>
    public AttachmentSettings? Read(YamlValue? value, AttachmentKeys? keys)
    {
        if (value is not YamlBlock block || keys is null)
        {
            return null;
        }

        switch (keys.Kind)
        {
            case AttachmentWord.Javascript when block.Find("script") is null:
                problems.Add(block, $"{Field}.script", "nothing", "`script`: the script that takes the attachments out");
                break;
            case AttachmentWord.Regex when keys.Patterns.Count == 0 && block.Find("patterns") is null:
                problems.Add(block, $"{Field}.patterns", "nothing", "`patterns`: at least one, each with a `pattern`");
                break;
        }

        CheckPatterns(block, keys);
        return new AttachmentSettings
        {
            Kind = keys.Kind switch { AttachmentWord.Entire => AttachmentKind.Entire, AttachmentWord.Regex => AttachmentKind.Regex, _ => AttachmentKind.JavaScript },
            Patterns = [.. keys.Patterns.Select(pattern => new AttachmentPattern(pattern.Pattern, pattern.Type))],
            Type = keys.Type,
            Script = keys.Script,
            Inbound = [.. keys.Inbound.Select(replacement => (replacement.From, replacement.To))],
            Outbound = [.. keys.Outbound.Select(replacement => (replacement.From, replacement.To))],
        };
    }

    private void CheckPatterns(YamlBlock block, AttachmentKeys keys)
    {
        var items = (block.Find("patterns") as YamlList)?.Items;
        for (var index = 0; index < keys.Patterns.Count && index < items?.Count; index++)
        {
            try
            {
                _ = new Regex(keys.Patterns[index].Pattern);
            }
            catch (ArgumentException error)
            {
                var at = (items[index] as YamlBlock)?.Find("pattern") ?? items[index];
                problems.Add(at, $"{Field}.patterns[{index}].pattern", at.Shape, $"a regular expression: {Shown.Text(error.Message)}");
            }
        }
    }
}
