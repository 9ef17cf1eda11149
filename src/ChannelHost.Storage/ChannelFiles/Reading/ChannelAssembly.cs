using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Makes a channel's definition of the values in its file. Goes on after every problem, so that all are told at once.</summary>
internal sealed class ChannelAssembly(Catalog catalog, OptionBinder binder, EnvironmentText environment, ProblemList problems)
{
    /// <summary>How many metadata there may be.</summary>
    public const int MostMetadata = 64;

    private static readonly string[] OtherKeys = ["description", "source", "destinations", "metadata"];

    private readonly ConnectorBlock _connectors = new(catalog, binder, environment, problems);

    /// <summary>What running destinations and the source claim.</summary>
    public List<Claim> Claims { get; } = [];

    /// <summary>The channels that it waits for, as written.</summary>
    public IReadOnlyList<Dependency> DependsOn { get; private set; } = [];

    /// <summary>The channel's id; null when it has none.</summary>
    public string? Id { get; private set; }

    /// <summary>False when the file says <c>enabled: false</c>.</summary>
    public bool IsMeantToRun { get; private set; } = true;

    /// <summary>The definition, without version and library; null when source or destinations cannot be made.</summary>
    /// <param name="name">Group and name.</param>
    /// <param name="file">Its file.</param>
    /// <param name="global">The scripts of all channels.</param>
    public ChannelDefinition? Assemble(string name, YamlBlock file, GlobalScripts global)
    {
        var settings = (ChannelSettings)binder.Bind(catalog.Channel, file, file, "", OtherKeys);
        IsMeantToRun = settings.Enabled;
        environment.MayLackSecrets = !settings.Enabled;
        environment.Dialect = settings.Compatibility == Compatibility.Mirth ? TemplateDialect.Velocity : TemplateDialect.Strict;
        Id = settings.Id;
        DependsOn = ReadDependencies(file);
        var access = new AccessReader(problems).Read(file.Find("access"), settings.Access);
        var attachments = new AttachmentReader(problems).Read(file.Find("attachments"), settings.Attachments);
        var source = ReadSource(file);
        var destinations = new DestinationReader(catalog, binder, _connectors, problems, Claims).ReadAll(file.Find("destinations"), source);
        var metadata = ReadMetadata(file, source?.DataType.DataType);
        CheckAcknowledge(file, source, destinations, global);
        ClaimId(file);
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
            Id = settings.Id,
            Title = TitleReading.Of(settings.Title, file, "title", problems),
            Compatibility = settings.Compatibility,
            E4x = settings.E4x,
            Access = access,
            Attachments = attachments,
            DeployScript = settings.Deploy,
            UndeployScript = settings.Undeploy,
            DependsOn = settings.DependsOn,
            Source = source,
            Destinations = [.. destinations.OfType<DestinationDefinition>()],
            Preprocessor = settings.Preprocessor,
            Filter = settings.Filter,
            Transformer = settings.Transform,
            Postprocessor = settings.Postprocessor,
            ScriptLimits = new ScriptLimits { Time = settings.Scripts.Time, Memory = settings.Scripts.Memory, CallDepth = settings.Scripts.CallDepth },
            Metadata = metadata,
            Store = settings.Store.ToSettings(),
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

        var errors = problems.Errors;
        var acknowledge = new AcknowledgeReader(binder, problems).Read(block.Find("acknowledge"));
        if (_connectors.Connector(block, "source", asSource: true) is not { } connector)
        {
            _connectors.DataType(block, "source", () => null);
            return null;
        }

        var dataType = _connectors.DataType(block, "source", () => _connectors.DefaultDataType(connector, block, "source"));
        var options = _connectors.Options(connector, block, "source", asSource: true, [.. Catalog.SourceKeys, .. catalog.Source.Names]);
        var settings = (SourceSettings)binder.Bind(catalog.Source, block, block, "source", [.. block.Entries.Select(entry => entry.Key)]);
        var outbound = block.Find("outbound") is null ? null : _connectors.DataType(block, "source", () => null, "outbound");
        if (options is not null)
        {
            Claims.AddRange(_connectors.Claims(connector, options, block, "source"));
        }

        var batch = new BatchReader(catalog, binder, _connectors, problems).Read(block.Find("batch"), dataType);
        return options is null || dataType is null || acknowledge is null || problems.Errors > errors
            ? null
            : new SourceDefinition
            {
                Connector = connector,
                Options = options,
                DataType = dataType,
                Batch = batch,
                Acknowledge = acknowledge,
                Duplicates = new DuplicateSettings { Action = settings.Duplicates.Action, By = settings.Duplicates.By, Window = settings.Duplicates.Window },
                Template = settings.Template,
                Outbound = outbound,
            };
    }

    private static List<Dependency> ReadDependencies(YamlBlock file) =>
    [
        .. ((file.Find("dependsOn") as YamlList)?.Items ?? []).Select((item, index) => (item, index)).Where(pair => pair.item is YamlText)
            .Select(pair => new Dependency(((YamlText)pair.item).Text, pair.index, pair.item.Line, pair.item.Column)),
    ];

    /// <summary>An id belongs to one channel: messages that are sent to it must not have a choice.</summary>
    private void ClaimId(YamlBlock file)
    {
        if (Id is null || file.Find("id") is not { } at)
        {
            return;
        }

        if (Id.Length is 0 or > 100 || Id.Any(character => char.IsControl(character) || char.IsWhiteSpace(character)))
        {
            problems.Add(at, "id", at.Shape, "1 to 100 characters without blanks");
            return;
        }

        Claims.Add(new Claim($"channel-id:{Id}", $"the id {Shown.Value(Id)}", "id", at.Line, at.Column));
    }

    private Dictionary<string, string> ReadMetadata(YamlBlock file, IDataType? dataType)
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
            else if (path is not null && dataType?.PathProblem(path) is { } problem)
            {
                // No reason to refuse the channel: such a path indexes nothing, and the messages go their way.
                problems.Add(new ChannelProblem(
                    problems.File, entry.Value.Line, entry.Value.Column, field, entry.Value.Shape, $"a path into {dataType.Name} messages, or nothing is indexed: {problem}", ProblemSeverity.Warning));
            }

            metadata[entry.Key] = path ?? "";
        }

        return metadata;
    }

    /// <summary>What <c>acknowledge:</c> promises must be there.</summary>
    private void CheckAcknowledge(YamlBlock file, SourceDefinition? source, List<DestinationDefinition?> destinations, GlobalScripts global)
    {
        var at = (file.Find("source") as YamlBlock)?.Find("acknowledge");
        if (source is null || at is null)
        {
            return;
        }

        if (source.Acknowledge.When == AcknowledgeWhen.Postprocess && file.Find("postprocessor") is null && global.Postprocessor is null)
        {
            problems.Add(at, "source.acknowledge", at.Shape, "a `postprocessor`, which gives the answer");
        }

        // Names are taken from the file: a destination with a mistake in it exists all the same.
        if (source.Acknowledge is not { When: AcknowledgeWhen.Destination, Destination: { } wanted })
        {
            return;
        }

        var names = ((file.Find("destinations") as YamlList)?.Items ?? [])
            .Select(item => ((item as YamlBlock)?.Find("name") as YamlText)?.Text).OfType<string>().ToList();
        if (!names.Contains(wanted))
        {
            var known = names.Count == 0 ? "a destination of this channel; it has none" : Suggestion.OneOf(wanted, names);
            problems.Add(at, "source.acknowledge", $"the destination {Shown.Value(wanted)}, which does not exist", known);
        }
        else if (destinations.Exists(destination => destination?.Name == wanted && !destination.Enabled))
        {
            problems.Add(at, "source.acknowledge", $"the destination {Shown.Value(wanted)}, which is not enabled", "a destination that is");
        }
    }
}
