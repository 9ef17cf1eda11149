using System.Text.Json.Nodes;
using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>The parts of the schema that depend on the connectors and data types there are.</summary>
internal sealed class SchemaParts
{
    private const string AcknowledgeNamed = @"^(destination|variable): *\S|\$\{";
    private const string ScriptBatch = "script-batch";

    private readonly IReadOnlyList<IConnector> _connectors;
    private readonly IReadOnlyList<IDataType> _dataTypes;
    private readonly Dictionary<Type, OptionSet> _sets = [];
    private readonly Dictionary<OptionSet, string> _names = [];
    private readonly SortedDictionary<string, JsonObject> _definitions = new(StringComparer.Ordinal);

    public SchemaParts(IReadOnlyList<IConnector> connectors, IReadOnlyList<IDataType> dataTypes)
    {
        _connectors = [.. connectors.OrderBy(connector => connector.Type, StringComparer.Ordinal)];
        _dataTypes = [.. dataTypes.OrderBy(dataType => dataType.Name, StringComparer.Ordinal)];
    }

    /// <summary>Defines a block once and gives a reference to it: a block may hold itself, and many connectors have the same.</summary>
    public JsonObject Blocks(OptionSet set)
    {
        if (!_names.TryGetValue(set, out var name))
        {
            name = Free(set.Name);
            _names[set] = name;
            _definitions[name] = [];
            _definitions[name] = SchemaText.Block(set, Blocks);
        }

        return Reference(name);
    }

    /// <summary><c>source:</c></summary>
    public JsonObject Source()
    {
        var types = _connectors.Where(connector => connector.SourceOptions is not null).ToList();
        DefineBatches();
        return ByType(types, "source", SourceOf, ["type"]);
    }

    /// <summary><c>destinations:</c></summary>
    public JsonObject Destinations()
    {
        var types = _connectors.Where(connector => connector.DestinationOptions is not null).ToList();
        var item = ByType(types, "destination", connector => Side(connector, connector.DestinationOptions!, DestinationKeys(), ["name", "type"]), ["name", "type"]);
        return new JsonObject { ["type"] = new JsonArray("array", "null"), ["maxItems"] = DestinationReader.MostDestinations, ["items"] = item };
    }

    /// <summary>What was defined so far.</summary>
    public JsonObject Definitions() => new(_definitions.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));

    /// <summary>An object whose <c>type</c> decides on its other keys.</summary>
    private JsonObject ByType(List<IConnector> types, string side, Func<IConnector, JsonObject> schema, string[] required)
    {
        var cases = new JsonArray();
        foreach (var connector in types)
        {
            var name = $"{connector.Type}-{side}";
            _definitions[name] = schema(connector);
            cases.Add(When("type", connector.Type, Reference(name)));
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["type"] = SchemaText.Described(
                    SchemaText.OneOf(types.Select(type => type.Type)), string.Join("; ", types.Select(type => $"{type.Type}: {type.Summary}"))),
            },
            ["required"] = Texts(required),
            ["allOf"] = cases,
        };
    }

    private JsonObject SourceOf(IConnector connector)
    {
        var source = Side(connector, connector.SourceOptions!, SourceKeys(), ["type"]);
        source["allOf"] = new JsonArray(Reference("batches"), new JsonObject
        {
            // Without a data type of its own the source has its connector's.
            ["if"] = new JsonObject { ["not"] = new JsonObject { ["required"] = new JsonArray("dataType") } },
            ["then"] = BatchOf(connector.DefaultDataType),
        });
        return source;
    }

    /// <summary>Which settings <c>batch:</c> has is decided by the data type; one that has no batches takes none.</summary>
    private void DefineBatches()
    {
        var cases = new JsonArray();
        _definitions[ScriptBatch] = SchemaText.Block(OptionSet.For(typeof(BatchSettings), _sets), Blocks);
        _definitions[ScriptBatch]["required"] = new JsonArray("script");
        foreach (var dataType in _dataTypes)
        {
            if (dataType.BatchOptionsType is { } type)
            {
                var batch = SchemaText.Block(OptionSet.For(type, _sets), Blocks);
                var every = SchemaText.Block(OptionSet.For(typeof(BatchSettings), _sets), Blocks);
                Move((JsonObject)every["properties"]!, (JsonObject)batch["properties"]!);
                batch["type"] = batch.ContainsKey("required") ? "object" : new JsonArray("object", "null");
                _definitions[$"{dataType.Name}-batch"] = batch;
            }

            var named = new JsonObject { ["const"] = dataType.Name };
            var block = new JsonObject
            {
                // Without this word any text would do: it has no properties that could be wrong.
                ["type"] = "object",
                ["properties"] = new JsonObject { ["type"] = named.DeepClone() },
                ["required"] = new JsonArray("type"),
            };
            cases.Add(new JsonObject
            {
                ["if"] = new JsonObject
                {
                    ["properties"] = new JsonObject { ["dataType"] = new JsonObject { ["anyOf"] = new JsonArray(named, block) } },
                    ["required"] = new JsonArray("dataType"),
                },
                ["then"] = BatchOf(dataType.Name),
            });
        }

        _definitions["batches"] = new JsonObject { ["allOf"] = cases };
    }

    private JsonObject BatchOf(string dataType)
    {
        JsonNode batch = _definitions.ContainsKey($"{dataType}-batch")
            ? new JsonObject { ["anyOf"] = new JsonArray(Reference($"{dataType}-batch"), Reference(ScriptBatch)) }
            : Reference(ScriptBatch);
        return new JsonObject { ["properties"] = new JsonObject { ["batch"] = batch } };
    }

    private static void Move(JsonObject from, JsonObject to)
    {
        foreach (var (name, schema) in from.ToList())
        {
            from.Remove(name);
            to[name] = schema;
        }
    }

    private JsonObject Side(IConnector connector, Type options, IEnumerable<KeyValuePair<string, JsonObject>> keys, string[] required)
    {
        var side = SchemaText.Block(OptionSet.For(options, _sets), Blocks);
        var properties = (JsonObject)side["properties"]!;
        var index = 0;
        foreach (var (name, schema) in keys)
        {
            // `content` is the connector's own where it has one.
            if (!properties.ContainsKey(name))
            {
                properties.Insert(index++, name, schema);
            }
        }

        side["required"] = Texts([.. required, .. ((JsonArray?)side["required"] ?? []).Select(name => name!.GetValue<string>())]);
        side.Insert(0, "description", connector.Summary);
        return side;
    }

    private IEnumerable<KeyValuePair<string, JsonObject>> SourceKeys()
    {
        yield return new("type", []);
        yield return new("dataType", DataType("How messages are read."));
        yield return new("acknowledge", SchemaText.Described(Acknowledge(), "When the sender gets its answer. Default: after-destinations."));
        yield return new("batch", SchemaText.Described([], "Takes what arrives apart into messages; the settings are those of the data type. {} for the defaults."));
        yield return new("outbound", DataType("How the source's scripts leave the message; as it came in when not given."));
        foreach (var (name, schema) in EveryOf(typeof(SourceSettings)))
        {
            yield return new(name, schema);
        }
    }

    private IEnumerable<KeyValuePair<string, JsonObject>> DestinationKeys()
    {
        yield return new("name", SchemaText.Described(new JsonObject { ["type"] = "string", ["pattern"] = @"^[A-Za-z0-9_.-]{1,64}$|\$\{" }, "Its name, unique in the channel."));
        yield return new("type", []);
        yield return new("dataType", DataType("How the message that is sent is written; the source's when not given."));
        yield return new("responseDataType", DataType("How answers are read; the destination's own data type when not given."));
        foreach (var (name, schema) in EveryOf(typeof(DestinationSettings)))
        {
            yield return new(name, schema);
        }
    }

    private IEnumerable<KeyValuePair<string, JsonObject>> EveryOf(Type settings)
    {
        var every = (JsonObject)SchemaText.Block(OptionSet.For(settings, _sets), Blocks)["properties"]!;
        foreach (var (name, schema) in every.ToList())
        {
            every.Remove(name);
            yield return new(name, (JsonObject)schema!);
        }
    }

    private JsonObject DataType(string description)
    {
        const string Name = "data-type";
        if (!_definitions.ContainsKey(Name))
        {
            _definitions[Name] = [];
            _definitions[Name] = DataTypes();
        }

        return SchemaText.Described(new JsonObject { ["allOf"] = new JsonArray(Reference(Name)) }, description);
    }

    // A name, or a block with the name and its settings.
    private JsonObject DataTypes()
    {
        var names = SchemaText.OneOf(_dataTypes.Select(dataType => dataType.Name));
        var cases = new JsonArray();
        foreach (var dataType in _dataTypes)
        {
            var settings = SchemaText.Block(OptionSet.For(dataType.OptionsType, _sets), Blocks);
            ((JsonObject)settings["properties"]!).Insert(0, "type", new JsonObject());
            settings.Insert(0, "description", dataType.Summary);
            _definitions[$"{dataType.Name}-data-type"] = settings;
            cases.Add(When("type", dataType.Name, Reference($"{dataType.Name}-data-type")));
        }

        var block = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["type"] = SchemaText.OneOf(_dataTypes.Select(dataType => dataType.Name)) },
            ["required"] = new JsonArray("type"),
            ["allOf"] = cases,
        };
        return new JsonObject { ["anyOf"] = new JsonArray(names, block) };
    }

    private static JsonObject Acknowledge()
    {
        var words = SchemaText.OneOf(AcknowledgeReader.Words.Keys);
        ((JsonArray)words["anyOf"]!).Add((JsonNode)new JsonObject { ["type"] = "string", ["pattern"] = AcknowledgeNamed });
        foreach (var key in new[] { "destination", "variable" })
        {
            ((JsonArray)words["anyOf"]!).Add((JsonNode)new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { [key] = SchemaText.AnyText() },
                ["required"] = new JsonArray(key),
                ["additionalProperties"] = false,
            });
        }

        return words;
    }

    private static JsonObject When(string property, string value, JsonObject then) => new()
    {
        ["if"] = new JsonObject
        {
            ["properties"] = new JsonObject { [property] = new JsonObject { ["const"] = value } },
            ["required"] = new JsonArray(property),
        },
        ["then"] = then,
    };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/definitions/{name}" };

    private static JsonArray Texts(string[] texts) => [.. texts.Select(text => (JsonNode)text)];

    private string Free(string name)
    {
        var free = name;
        for (var number = 2; _definitions.ContainsKey(free); number++)
        {
            free = $"{name}-{number}";
        }

        return free;
    }
}
