using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>Steps and rules as they were before 3.5 (<c>steps/step</c> with a map of data) in the present form (<c>elements</c>).</summary>
internal static class StepMigration
{
    /// <summary>Changes a transformer or filter that has the old form.</summary>
    public static void Migrate(ExportElement owner)
    {
        if ((owner.Peek("steps") ?? owner.Peek("rules")) is not { } old || owner.Peek("elements") is not null)
        {
            return;
        }

        var isFilter = old.Name == "rules";
        old.Rename("elements");
        foreach (var element in old.Children)
        {
            Migrate(element, isFilter);
        }
    }

    private static void Migrate(ExportElement element, bool isFilter)
    {
        var type = element.Take("type")?.Text.Trim() ?? "";
        var data = Data(element.Take("data"));
        var script = element.Take("script");
        switch (type)
        {
            case "Mapper" when !isFilter:
                element.Rename("MapperStep");
                Move(data, "Variable", element, "variable");
                Move(data, "Mapping", element, "mapping");
                Move(data, "DefaultValue", element, "defaultValue");
                Replacements(data, element);
                element.Add("scope", data.GetValueOrDefault("isGlobal")?.Text.Trim() switch
                {
                    "global" or "1" => "GLOBAL", "globalChannel" => "GLOBAL_CHANNEL", "response" => "RESPONSE", "connector" => "CONNECTOR", _ => "CHANNEL",
                });
                break;
            case "Message Builder" when !isFilter:
                element.Rename("MessageBuilderStep");
                Move(data, "Variable", element, "messageSegment");
                Move(data, "Mapping", element, "mapping");
                Move(data, "DefaultValue", element, "defaultValue");
                Replacements(data, element);
                break;
            case "XSLT Step" when !isFilter:
                element.Rename("XsltStep");
                Move(data, "Source", element, "sourceXml");
                Move(data, "Result", element, "resultVariable");
                Move(data, "XsltTemplate", element, "template");
                break;
            case "External Script":
                element.Rename(isFilter ? "ExternalScriptRule" : "ExternalScriptStep");
                Move(data, "Variable", element, "scriptPath");
                break;
            case "Rule Builder" when isFilter:
                element.Rename("RuleBuilderRule");
                Move(data, "Field", element, "field");
                element.Add("condition", data.GetValueOrDefault("Equals")?.Text.Trim() switch
                {
                    "0" => "NOT_EQUAL", "2" => "EXISTS", "3" => "NOT_EXIST", "4" => "CONTAINS", "5" => "NOT_CONTAIN", _ => "EQUALS",
                });
                Move(data, "Values", element, "values");
                break;
            default:
                // Whatever it was: the script that was made of it at the time runs.
                element.Rename(isFilter ? "JavaScriptRule" : "JavaScriptStep");
                if (data.GetValueOrDefault("Script") is { } own)
                {
                    own.Rename("script");
                    element.Add(own);
                }
                else if (script is not null)
                {
                    element.Add(script);
                }

                break;
        }

        // 1.x and early 3.x wrote the operator as a word of its own kind.
        element.Peek("operator")?.SetText((element.Peek("operator")!.Text.Trim() is var word && word.Contains("OR", StringComparison.Ordinal)) ? "OR" : word.Contains("AND", StringComparison.Ordinal) ? "AND" : "NONE");
    }

    private static void Move(Dictionary<string, ExportElement> data, string key, ExportElement element, string name)
    {
        if (data.GetValueOrDefault(key) is { } value)
        {
            value.Rename(name);
            element.Add(value);
        }
    }

    private static void Replacements(Dictionary<string, ExportElement> data, ExportElement element)
    {
        if (data.GetValueOrDefault("RegularExpressions") is { } pairs)
        {
            pairs.Rename("replacements");
            element.Add(pairs);
        }
    }

    private static Dictionary<string, ExportElement> Data(ExportElement? map)
    {
        var data = new Dictionary<string, ExportElement>(StringComparer.Ordinal);
        foreach (var entry in map?.Children.Where(child => child.Name == "entry") ?? [])
        {
            if (entry.Children is [var key, var value])
            {
                data[key.Text.Trim()] = value;
            }
        }

        return data;
    }
}
