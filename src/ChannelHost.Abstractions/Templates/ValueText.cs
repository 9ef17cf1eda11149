using System.Globalization;
using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>The text of a value in a template.</summary>
internal static class ValueText
{
    private static readonly JavaDatePattern JavaDate = JavaDatePattern.TryParse("EEE MMM dd HH:mm:ss zzz yyyy", out var pattern, out _) ? pattern : null!;

    /// <summary>The text; null when the value has none. In Velocity numbers and lists look as Java writes them.</summary>
    public static string? Of(object? value, TemplateDialect dialect) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => dialect == TemplateDialect.Velocity ? JavaNumber.Text(number) : number.ToString(CultureInfo.InvariantCulture),
        DateValue date => dialect == TemplateDialect.Velocity ? JavaDate.Format(date.At, TimeZoneInfo.Local) : date.ToString(),
        MarkupValue markup => markup.Text,
        Response response => response.Status.ToString().ToUpperInvariant(),
        ITemplateMembers members => members.TryGet("toString", [], out var own) ? own as string : null,
        IFormattable plain => plain.ToString(null, CultureInfo.InvariantCulture),
        _ => dialect == TemplateDialect.Velocity ? Several(value) : null,
    };

    private static string? Several(object value)
    {
        var text = new StringBuilder();
        if (value is IReadOnlyDictionary<string, object?> map)
        {
            text.Append('{');
            foreach (var (key, item) in map)
            {
                text.Append(text.Length > 1 ? ", " : "").Append(key).Append('=').Append(Item(item));
            }

            return text.Append('}').ToString();
        }

        if (value is byte[] || ValueMembers.Items(value) is not { } items)
        {
            return null;
        }

        text.Append('[');
        foreach (var item in items)
        {
            text.Append(text.Length > 1 ? ", " : "").Append(Item(item));
        }

        return text.Append(']').ToString();
    }

    private static string Item(object? item) => Of(item, TemplateDialect.Velocity) ?? "null";
}
