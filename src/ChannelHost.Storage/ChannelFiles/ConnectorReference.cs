using System.Text;
using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles;

/// <summary>Writes the reference pages from the same descriptions that channels are checked against, so that they cannot disagree.</summary>
public static class ConnectorReference
{
    private const string Head = "| Setting | Type | Default | Limits | Required | Meaning |\n|---|---|---|---|---|---|\n";

    /// <summary>A connector's page: what it is, and a table of settings for each of its sides.</summary>
    public static string Markdown(IConnector connector)
    {
        var page = new StringBuilder($"# {connector.Type}\n\n{connector.Summary}\n\n");
        page.Append("The data type of its messages, unless the channel says otherwise: `").Append(connector.DefaultDataType).Append("`.\n");
        AppendSide(page, $"As a source: `source: {{ type: {connector.Type} }}`", connector.SourceOptions);
        AppendSide(page, $"As a destination: `- {{ name: ..., type: {connector.Type} }}`", connector.DestinationOptions);
        return page.ToString();
    }

    /// <summary>A data type's page.</summary>
    public static string Markdown(IDataType dataType)
    {
        var page = new StringBuilder($"# {dataType.Name}\n\n{dataType.Summary}\n");
        AppendSide(page, $"Settings: `dataType: {{ type: {dataType.Name} }}`", dataType.OptionsType);
        AppendSide(page, "Batches: `batch:` of a source", dataType.BatchOptionsType);
        return page.ToString();
    }

    /// <summary>The page of what every channel and every destination has.</summary>
    public static string ChannelMarkdown()
    {
        var page = new StringBuilder("# channel.yaml\n\nThe keys that every channel has; those of its connectors are on their own pages.\n");
        AppendSide(page, "The channel", typeof(ChannelSettings));
        AppendSide(page, "Every source", typeof(SourceSettings));
        AppendSide(page, "Every destination", typeof(DestinationSettings));
        AppendSide(page, "Every batch: `batch:` of a source, beside the settings of its data type", typeof(BatchSettings));
        AppendSide(page, "A library of code templates: `lib/<library>/library.yaml`", typeof(LibrarySettings));
        return page.ToString();
    }

    private static void AppendSide(StringBuilder page, string title, Type? type)
    {
        if (type is null)
        {
            return;
        }

        page.Append("\n## ").Append(title).Append("\n\n");
        var set = OptionSet.For(type, []);
        if (set.Options.Count == 0)
        {
            page.Append("No settings.\n");
            return;
        }

        page.Append(Head);
        AppendRows(page, set, set.Create(), "", [set]);
    }

    private static void AppendRows(StringBuilder page, OptionSet set, object? defaults, string prefix, IReadOnlyList<OptionSet> within)
    {
        foreach (var option in set.Options)
        {
            var value = defaults is null ? null : option.Property.GetValue(defaults);
            var name = prefix + option.Name + (option.IsList ? "[]" : "");
            var summary = option.Attribute.Example is { } example ? $"{option.Attribute.Summary} Example: `{example}`." : option.Attribute.Summary;
            string[] cells =
            [
                $"`{name}`",
                TypeName(option),
                Default(option, value),
                option.Kind == OptionKind.Choice ? string.Join(", ", option.Choices!.Keys.Select(key => $"`{key}`")) : option.Limits.TrimStart(',', ' '),
                option.Attribute.Required ? "yes" : "",
                summary,
            ];
            page.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");

            // A block may hold itself; its page must end all the same.
            if (option.Block is { } block && !within.Contains(block))
            {
                AppendRows(page, block, option.IsList ? block.Create() : value ?? block.Create(), name + ".", [.. within, block]);
            }
        }
    }

    private static string TypeName(OptionModel option)
    {
        var name = option.Kind switch
        {
            OptionKind.Text => option.Attribute.IsPath ? "path" : "text",
            OptionKind.Integer or OptionKind.Long => "whole number",
            OptionKind.Number => "number",
            OptionKind.Boolean => "true or false",
            OptionKind.Time => "time",
            OptionKind.Size => "size",
            OptionKind.Choice => "choice",
            OptionKind.Template when option.InPlace is not null => "template or script",
            OptionKind.Template => option.Attribute.IsPath ? "path template" : "template",
            OptionKind.Script => "script",
            OptionKind.Block when option.Block!.Plain is { } plain => $"{TypeName(plain)}, or block",
            _ => "block",
        };
        return (option.Attribute.IsSecret ? "secret " : "") + (option.IsList ? $"list of {name}" : name);
    }

    private static string Default(OptionModel option, object? value) => value switch
    {
        _ when option.Kind == OptionKind.Block || option.Attribute.Required => "",
        System.Collections.IEnumerable items when option.IsList => Quoted(string.Join(", ", items.Cast<object>().Select(OptionText.Format))),
        _ => Quoted(OptionText.Format(value)),
    };

    private static string Quoted(string text) =>
        text.Length == 0 ? "" : $"`{text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}`";

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
