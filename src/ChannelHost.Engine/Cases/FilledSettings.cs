using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace ChannelHost.Engine.Cases;

/// <summary>
/// The settings of a connector that are made anew for each message: a file's name, an address, a header. Only those that ask for a name are of
/// interest, and none that is secret.
/// </summary>
internal static class FilledSettings
{
    private const int DeepestBlock = 8;

    /// <summary>The settings as filled in for a message, by name (<c>headers.X-Case</c>); what has no value says so.</summary>
    /// <param name="options">The connector's settings.</param>
    /// <param name="variables">The values.</param>
    /// <param name="form">Which form of each template is filled in.</param>
    public static IReadOnlyDictionary<string, string> Of(object options, IVariableLookup variables, Func<Template, Template> form)
    {
        var filled = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Collect(options, "", 0, variables, form, filled);
        return filled;
    }

    private static void Collect(object value, string name, int depth, IVariableLookup variables, Func<Template, Template> form, SortedDictionary<string, string> filled)
    {
        switch (value)
        {
            case Template template:
                if (template.Names.Any())
                {
                    filled[name] = form(template).TryFill(variables, out var text) ? text : $"(nothing is named {text})";
                }

                break;
            case string or ScriptFile:
                break;
            case IDictionary map:
                foreach (DictionaryEntry entry in map)
                {
                    CollectBelow(entry.Value, $"{name}.{entry.Key}", depth, variables, form, filled);
                }

                break;
            case IEnumerable list:
                var number = 0;
                foreach (var item in list)
                {
                    CollectBelow(item, $"{name}[{number++}]", depth, variables, form, filled);
                }

                break;
            default:
                CollectOptions(value, name, depth, variables, form, filled);
                break;
        }
    }

    private static void CollectOptions(object block, string name, int depth, IVariableLookup variables, Func<Template, Template> form, SortedDictionary<string, string> filled)
    {
        foreach (var property in block.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { IsSecret: false })
            {
                var option = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
                CollectBelow(property.GetValue(block), name.Length == 0 ? option : $"{name}.{option}", depth, variables, form, filled);
            }
        }
    }

    private static void CollectBelow(object? value, string name, int depth, IVariableLookup variables, Func<Template, Template> form, SortedDictionary<string, string> filled)
    {
        if (value is not null && depth < DeepestBlock && !value.GetType().IsPrimitive)
        {
            Collect(value, name, depth + 1, variables, form, filled);
        }
    }
}
