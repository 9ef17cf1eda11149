using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ChannelHost.Tests.Server.Editing;

/// <summary>
/// Checks a YAML file against a JSON schema, for the words of draft-07 that ours uses; a word that it does not know is an error, so that none is passed
/// over. Stands in for a library: none of those on NuGet restores here.
/// </summary>
internal sealed class SchemaCheck(string schema)
{
    private static readonly string[] Annotations = ["$schema", "$comment", "title", "description", "definitions"];

    private readonly JsonNode _root = JsonNode.Parse(schema)!;

    /// <summary>What is wrong, by place; empty when nothing is.</summary>
    public List<string> Problems(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        var problems = new List<string>();
        Check(_root, stream.Documents.Count == 0 ? null : Json(stream.Documents[0].RootNode), "", problems);
        return problems;
    }

    private bool Allows(JsonNode schema, JsonNode? value)
    {
        var problems = new List<string>();
        Check(schema, value, "", problems);
        return problems.Count == 0;
    }

    private void Check(JsonNode schema, JsonNode? value, string at, List<string> problems)
    {
        if (schema is JsonValue flag)
        {
            AddUnless(flag.GetValue<bool>(), "nothing is taken here");
            return;
        }

        var words = schema.AsObject();
        foreach (var (word, wanted) in words)
        {
            switch (word)
            {
                case "$ref":
                    Check(Resolve(wanted!.GetValue<string>()), value, at, problems);
                    break;
                case "type":
                    var types = wanted is JsonArray several ? several.Select(type => type!.GetValue<string>()) : [wanted!.GetValue<string>()];
                    AddUnless(types.Any(type => IsOf(type, value)), $"no {wanted.ToJsonString()}");
                    break;
                case "properties" when value is JsonObject item:
                    foreach (var (name, property) in wanted!.AsObject().Where(pair => item.ContainsKey(pair.Key)))
                    {
                        Check(property!, item[name], $"{at}/{name}", problems);
                    }

                    break;
                case "additionalProperties" when value is JsonObject item:
                    foreach (var (name, other) in item.Where(pair => words["properties"]?.AsObject().ContainsKey(pair.Key) != true))
                    {
                        Check(wanted!, other, $"{at}/{name}", problems);
                    }

                    break;
                case "propertyNames" when value is JsonObject item:
                    foreach (var (name, _) in item)
                    {
                        Check(wanted!, name, $"{at}/{name}", problems);
                    }

                    break;
                case "required" when value is JsonObject item:
                    foreach (var name in wanted!.AsArray().Select(name => name!.GetValue<string>()))
                    {
                        AddUnless(item.ContainsKey(name), $"{name} is missing");
                    }

                    break;
                case "maxProperties" when value is JsonObject item:
                    AddUnless(item.Count <= wanted!.GetValue<int>(), "too many keys");
                    break;
                case "items" when value is JsonArray list:
                    for (var index = 0; index < list.Count; index++)
                    {
                        Check(wanted!, list[index], $"{at}/{index}", problems);
                    }

                    break;
                case "maxItems" when value is JsonArray list:
                    AddUnless(list.Count <= wanted!.GetValue<int>(), "too many items");
                    break;
                case "enum":
                    AddUnless(wanted!.AsArray().Any(choice => JsonNode.DeepEquals(choice, value)), $"none of {wanted.ToJsonString()}");
                    break;
                case "const":
                    AddUnless(JsonNode.DeepEquals(wanted, value), $"not {wanted!.ToJsonString()}");
                    break;
                case "pattern" when IsOf("string", value):
                    AddUnless(Regex.IsMatch(value!.GetValue<string>(), wanted!.GetValue<string>()), $"does not match {wanted}");
                    break;
                case "minimum" when IsOf("number", value):
                    AddUnless(Number(value) >= Number(wanted), $"less than {wanted}");
                    break;
                case "maximum" when IsOf("number", value):
                    AddUnless(Number(value) <= Number(wanted), $"more than {wanted}");
                    break;
                case "anyOf":
                    AddUnless(wanted!.AsArray().Any(choice => Allows(choice!, value)), "none of what may stand here");
                    break;
                case "allOf":
                    foreach (var part in wanted!.AsArray())
                    {
                        Check(part!, value, at, problems);
                    }

                    break;
                case "not":
                    AddUnless(!Allows(wanted!, value), "what may not stand here");
                    break;
                case "if":
                    if (Allows(wanted!, value))
                    {
                        Check(words["then"]!, value, at, problems);
                    }

                    break;
                case "then" when words.ContainsKey("if"):
                case "properties" or "additionalProperties" or "propertyNames" or "required" or "maxProperties" or "items" or "maxItems" or "pattern" or "minimum" or "maximum":
                    break;
                default:
                    Assert.True(Annotations.Contains(word), $"the schema says '{word}', which this check does not know");
                    break;
            }
        }

        void AddUnless(bool isGood, string problem)
        {
            if (!isGood)
            {
                problems.Add($"{at}: {problem}");
            }
        }
    }

    private JsonNode Resolve(string reference)
    {
        Assert.StartsWith("#/definitions/", reference);
        return _root["definitions"]![reference["#/definitions/".Length..]] ?? throw new InvalidOperationException($"{reference} is not defined");
    }

    private static bool IsOf(string type, JsonNode? value) => value switch
    {
        null => type == "null",
        JsonObject => type == "object",
        JsonArray => type == "array",
        _ => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => type == "string",
            System.Text.Json.JsonValueKind.Number => type == "number" || (type == "integer" && Number(value) % 1 == 0),
            _ => type == "boolean",
        },
    };

    private static double Number(JsonNode? value) => value!.AsValue().TryGetValue<double>(out var number) ? number : value.GetValue<long>();

    // As editors read it: YAML 1.2, where only true and false are boolean.
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode block => new JsonObject(block.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value!),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException(node.NodeType.ToString()),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when Regex.IsMatch(text, @"^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$") && double.TryParse(text, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
