using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Makes a channel's definition of the values in its file. Goes on after every problem, so that all are told at once.</summary>
internal sealed class ChannelAssembly(Catalog catalog, OptionBinder binder, EnvironmentText environment, ProblemList problems)
{
    private const int MostDestinations = 256;
    private const int MostMetadata = 64;

    private static readonly string[] OtherKeys = ["description", "source", "destinations", "metadata"];

    private readonly ConnectorBlock _connectors = new(catalog, binder, environment, problems);

    /// <summary>What running destinations and the source claim.</summary>
    public List<Claim> Claims { get; } = [];

    /// <summary>The definition, without version and library; null when source or destinations cannot be made.</summary>
    public ChannelDefinition? Assemble(string name, YamlBlock file)
    {
        var settings = (ChannelSettings)binder.Bind(catalog.Channel, file, file, "", OtherKeys);
        var source = ReadSource(file);
        var destinations = ReadDestinations(file, source);
        var metadata = ReadMetadata(file);
        CheckAcknowledge(file, source, destinations, settings);
        if (!settings.Enabled)
        {
            Claims.Clear();
        }

        return source is null || destinations.Contains(null) ? null : new ChannelDefinition
        {
            Name = name,
            Version = "",
            Description = (file.Find("description") as YamlText)?.Text.Trim() ?? "",
            Enabled = settings.Enabled,
            Source = source,
            Destinations = [.. destinations.OfType<DestinationDefinition>()],
            Preprocessor = settings.Preprocessor,
            Filter = settings.Filter,
            Transformer = settings.Transform,
            Postprocessor = settings.Postprocessor,
            ScriptLimits = new ScriptLimits { Time = settings.Scripts.Time, Memory = settings.Scripts.Memory, CallDepth = settings.Scripts.CallDepth },
            Metadata = metadata,
            Store = new StoreSettings { Keep = settings.Store.Keep, Retention = settings.Store.Retention },
            State = new StateSettings { KeepGlobalChannelMap = settings.State.GlobalChannelMap == MapLife.Keep },
            Threads = settings.Threads,
        };
    }

    private SourceDefinition? ReadSource(YamlBlock file)
    {
        if (file.Find("description") is { } description and not YamlText)
        {
            problems.Add(description, "description", description.Shape, "a text");
        }

        var block = binder.AsBlock(file.Find("source"), "source", "a block with a `type`");
        if (block is null)
        {
            if (file.Find("source") is null or YamlText { IsNothing: true })
            {
                problems.Add(file.Find("source") ?? file, "source", "nothing", "`source`: a block with a `type`");
            }

            return null;
        }

        var acknowledge = new AcknowledgeReader(binder, problems).Read(block.Find("acknowledge"));
        if (_connectors.Connector(block, "source", asSource: true) is not { } connector)
        {
            _connectors.DataType(block, "source", () => null);
            return null;
        }

        var dataType = _connectors.DataType(block, "source", () => _connectors.DefaultDataType(connector, block, "source"));
        var options = _connectors.Options(connector, block, "source", asSource: true, Catalog.SourceKeys);
        if (options is not null)
        {
            Claims.AddRange(_connectors.Claims(connector, options, block, "source"));
        }

        return options is null || dataType is null || acknowledge is null
            ? null
            : new SourceDefinition { Connector = connector, Options = options, DataType = dataType, Acknowledge = acknowledge };
    }

    private List<DestinationDefinition?> ReadDestinations(YamlBlock file, SourceDefinition? source)
    {
        switch (file.Find("destinations"))
        {
            case null or YamlText { IsNothing: true }:
                return [];
            case YamlList list when list.Items.Count <= MostDestinations:
                var names = new Dictionary<string, int>(StringComparer.Ordinal);
                return [.. list.Items.Select((item, index) => ReadDestination(item, $"destinations[{index}]", source, names))];
            case YamlList list:
                problems.Add(list, "destinations", $"{list.Items.Count} destinations", $"at most {MostDestinations}");
                return [null];
            case var other:
                problems.Add(other, "destinations", other.Shape, "a list: `- name: ...` for each destination");
                return [null];
        }
    }

    private DestinationDefinition? ReadDestination(YamlValue item, string field, SourceDefinition? source, Dictionary<string, int> names)
    {
        if (item is not YamlBlock block)
        {
            problems.Add(item, field, item.Shape, "a block with `name` and `type`");
            return null;
        }

        var errors = problems.Errors;
        var name = ReadName(block, field, names);
        var connector = _connectors.Connector(block, field, asSource: false);
        IReadOnlyCollection<string> connectorKeys = connector is null ? [.. block.Entries.Select(entry => entry.Key)] : catalog.Options(connector, asSource: false)!.Names;
        var settings = (DestinationSettings)binder.Bind(
            catalog.Destination, block, block, field, [.. Catalog.DestinationKeys, .. connectorKeys]);
        var queue = ReadQueue(block, field, settings.Queue);
        var dataType = _connectors.DataType(block, field, () => source?.DataType);
        if (connector is null)
        {
            return null;
        }

        // Unknown keys were told above, where the keys of both are known.
        IReadOnlyCollection<string> all = [.. block.Entries.Select(entry => entry.Key)];
        var options = _connectors.Options(connector, block, field, asSource: false, all);
        if (options is not null && settings.Enabled)
        {
            Claims.AddRange(_connectors.Claims(connector, options, block, field));
        }

        return problems.Errors > errors || name is null || options is null || dataType is null ? null : new DestinationDefinition
        {
            Name = name,
            Enabled = settings.Enabled,
            Connector = connector,
            Options = options,
            DataType = dataType,
            Filter = settings.Filter,
            Transformer = settings.Transform,
            ResponseTransformer = settings.Response,
            Queue = queue,
        };
    }

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

    private QueueSettings ReadQueue(YamlBlock destination, string field, QueueKeys keys)
    {
        var retry = (destination.Find("queue") as YamlBlock)?.Find("retry") as YamlBlock;
        if (keys is { Mode: QueueMode.Never, Retry.Attempts: 0 } && retry?.Find("attempts") is { } attempts)
        {
            problems.Add(attempts, $"{field}.queue.retry.attempts", attempts.Shape, "1 or more, or `mode: always` or `on-failure`: without a queue the sender would wait for ever");
        }

        var longest = keys.Retry.Maximum;
        if (longest < keys.Retry.Delay)
        {
            if (retry?.Find("maximum") is { } maximum)
            {
                problems.Add(maximum, $"{field}.queue.retry.maximum", maximum.Shape, $"at least the delay, {OptionText.Format(keys.Retry.Delay)}");
            }

            longest = keys.Retry.Delay;
        }

        return new QueueSettings { Mode = keys.Mode, Attempts = keys.Retry.Attempts, Delay = keys.Retry.Delay, MaximumDelay = longest };
    }

    private Dictionary<string, string> ReadMetadata(YamlBlock file)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var block = binder.AsBlock(file.Find("metadata"), "metadata", "a block of names and paths: `mrn: PID-3.1`");
        if (block?.Entries.Count > MostMetadata)
        {
            problems.Add(block, "metadata", $"{block.Entries.Count} entries", $"at most {MostMetadata}");
            return metadata;
        }

        foreach (var entry in block?.Entries ?? [])
        {
            var field = $"metadata.{Shown.Text(entry.Key)}";
            if (!Names.IsGood(entry.Key))
            {
                problems.Add(entry.Line, entry.Column, field, $"the name {Shown.Value(entry.Key)}", Names.Wanted);
            }

            var path = binder.AsText(entry.Value, field, "a path into the message, for example `PID-3.1`");
            if (path?.Length == 0)
            {
                problems.Add(entry.Value, field, entry.Value.Shape, "a path into the message, for example `PID-3.1`");
            }

            metadata[entry.Key] = path ?? "";
        }

        return metadata;
    }

    /// <summary>What <c>acknowledge:</c> promises must be there.</summary>
    private void CheckAcknowledge(YamlBlock file, SourceDefinition? source, List<DestinationDefinition?> destinations, ChannelSettings settings)
    {
        var at = (file.Find("source") as YamlBlock)?.Find("acknowledge");
        if (source is null || at is null)
        {
            return;
        }

        if (source.Acknowledge.When == AcknowledgeWhen.Postprocess && file.Find("postprocessor") is null)
        {
            problems.Add(at, "source.acknowledge", at.Shape, "a `postprocessor`, which gives the answer");
        }

        // Names are taken from the file: a destination with a mistake in it exists all the same.
        if (source.Acknowledge.Destination is not { } wanted)
        {
            return;
        }

        var names = ((file.Find("destinations") as YamlList)?.Items ?? [])
            .Select(item => ((item as YamlBlock)?.Find("name") as YamlText)?.Text).OfType<string>().ToList();
        if (!names.Contains(wanted))
        {
            problems.Add(at, "source.acknowledge", $"the destination {Shown.Value(wanted)}, which does not exist", names.Count == 0 ? "a destination of this channel; it has none" : Suggestion.OneOf(wanted, names));
        }
        else if (destinations.Exists(destination => destination?.Name == wanted && !destination.Enabled))
        {
            problems.Add(at, "source.acknowledge", $"the destination {Shown.Value(wanted)}, which is not enabled", "a destination that is");
        }
    }
}
