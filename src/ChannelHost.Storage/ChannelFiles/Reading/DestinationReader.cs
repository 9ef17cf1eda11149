using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads <c>destinations:</c>.</summary>
/// <param name="catalog">The connectors there are.</param>
/// <param name="binder">Binds settings.</param>
/// <param name="connectors">Reads what sources and destinations share.</param>
/// <param name="problems">Where problems go.</param>
/// <param name="claims">Where claims of enabled destinations go.</param>
internal sealed class DestinationReader(Catalog catalog, OptionBinder binder, ConnectorBlock connectors, ProblemList problems, List<Claim> claims)
{
    /// <summary>How many destinations there may be.</summary>
    public const int MostDestinations = 256;

    /// <summary>The destinations in order; null stands for one that cannot be made.</summary>
    public List<DestinationDefinition?> ReadAll(YamlValue? value, SourceDefinition? source)
    {
        switch (value)
        {
            case null or YamlText { IsNothing: true }:
                return [];
            case YamlList list when list.Items.Count <= MostDestinations:
                var names = new Dictionary<string, int>(StringComparer.Ordinal);
                var read = list.Items.Select((item, index) => Read(item, index, source, names)).ToList();
                CheckIds(list, read);
                CheckTitles(list, read);
                return read;
            case YamlList list:
                problems.Add(list, "destinations", $"{list.Items.Count} destinations", $"at most {MostDestinations}");
                return [null];
            case var other:
                problems.Add(other, "destinations", other.Shape, "a list: `- name: ...` for each destination");
                return [null];
        }
    }

    private DestinationDefinition? Read(YamlValue item, int index, SourceDefinition? source, Dictionary<string, int> names)
    {
        var field = $"destinations[{index}]";
        if (item is not YamlBlock block)
        {
            problems.Add(item, field, item.Shape, "a block with `name` and `type`");
            return null;
        }

        var errors = problems.Errors;
        var name = ReadName(block, field, names);
        var connector = connectors.Connector(block, field, asSource: false);
        var settings = ReadSettings(block, field, connector);
        var title = TitleReading.Of(settings.Title, block, $"{field}.title", problems);
        var dataType = connectors.DataType(block, field, () => source?.DataType);
        var responseDataType = block.Find("responseDataType") is null ? null : connectors.DataType(block, field, () => null, "responseDataType");
        var options = connector is null ? null : ReadOptions(connector, block, field, settings.Enabled);
        var queue = new QueueReader(problems).Read(block, field, settings.Queue, connector, options);
        if (problems.Errors > errors || name is null || connector is null || options is null || dataType is null)
        {
            return null;
        }

        return new DestinationDefinition
        {
            Name = name,
            Title = title,
            Id = settings.Id ?? index + 1,
            WaitForPrevious = settings.WaitForPrevious,
            Template = settings.Template,
            Content = catalog.HasContentOfItsOwn(connector) ? null : settings.Content,
            ResponseDataType = responseDataType,
            Enabled = settings.Enabled,
            Connector = connector,
            Options = options,
            DataType = dataType,
            Filter = settings.Filter,
            Reattach = settings.Attachments == AttachmentSending.Reattach,
            Transformer = settings.Transform,
            ResponseTransformer = settings.Response,
            Queue = queue,
        };
    }

    /// <summary>Destinations are known for life by their numbers, so two of one channel must not have the same.</summary>
    private void CheckIds(YamlList list, List<DestinationDefinition?> read)
    {
        var first = new Dictionary<int, int>();
        for (var index = 0; index < read.Count; index++)
        {
            if (read[index] is not { } destination || first.TryAdd(destination.Id, index))
            {
                continue;
            }

            var at = (list.Items[index] as YamlBlock)?.Find("id") ?? list.Items[index];
            problems.Add(
                at, $"destinations[{index}].id", $"the number {destination.Id}, which {Shown.Value(read[first[destination.Id]]!.Name)} has",
                "an `id` of its own; one that is not given is the place in the list, from 1");
            read[index] = null;
        }
    }

    /// <summary>Scripts name destinations by title as well as by name, and must not have a choice.</summary>
    private void CheckTitles(YamlList list, List<DestinationDefinition?> read)
    {
        var taken = new HashSet<string>(read.OfType<DestinationDefinition>().Select(destination => destination.Name), StringComparer.Ordinal);
        for (var index = 0; index < read.Count; index++)
        {
            if (read[index] is not { Title: { } title } destination || title == destination.Name || taken.Add(title))
            {
                continue;
            }

            var at = (list.Items[index] as YamlBlock)?.Find("title") ?? list.Items[index];
            problems.Add(at, $"destinations[{index}].title", $"the title {Shown.Value(title)}, which another destination has as its name or title", "a title of its own");
            read[index] = null;
        }
    }

    /// <summary>Binds what every destination has, and refuses keys that neither this nor the connector knows. Without a connector nobody can tell.</summary>
    private DestinationSettings ReadSettings(YamlBlock block, string field, IConnector? connector)
    {
        var connectorKeys = connector is null ? Keys(block) : catalog.Options(connector, asSource: false)!.Names;
        return (DestinationSettings)binder.Bind(catalog.Destination, block, block, field, [.. Catalog.DestinationKeys, .. connectorKeys]);
    }

    private object? ReadOptions(IConnector connector, YamlBlock block, string field, bool isEnabled)
    {
        // Unknown keys were refused together with those of every destination.
        var options = connectors.Options(connector, block, field, asSource: false, Keys(block));
        if (options is not null && isEnabled)
        {
            claims.AddRange(connectors.Claims(connector, options, block, field));
        }

        return options;
    }

    private static IReadOnlyCollection<string> Keys(YamlBlock block) => [.. block.Entries.Select(entry => entry.Key)];

    private string? ReadName(YamlBlock block, string field, Dictionary<string, int> names)
    {
        if (block.Find("name") is not { } value)
        {
            problems.Add(block, $"{field}.name", "nothing", $"`name`: {Names.Wanted}");
            return null;
        }

        if (binder.AsText(value, $"{field}.name", Names.Wanted) is not { } name)
        {
            return null;
        }

        if (!Names.IsGood(name))
        {
            problems.Add(value, $"{field}.name", value.Shape, Names.Wanted);
        }
        else if (name == "source")
        {
            problems.Add(value, $"{field}.name", value.Shape, "another name: `source` stands for the channel's source");
        }
        else if (!names.TryAdd(name, value.Line))
        {
            problems.Add(value, $"{field}.name", $"{value.Shape} a second time", $"a name of its own; the first is on line {names[name]}");
        }

        return name;
    }
}
