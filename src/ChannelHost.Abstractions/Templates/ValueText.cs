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

    // Lists may hold one another many times over: what is small in memory may be endless as a text.
    private const int Deepest = 200;

    private static string? Several(object value)
    {
        var text = new StringBuilder();
        return TryAppend(text, value, 0) ? text.ToString() : null;
    }

    private static bool TryAppend(StringBuilder text, object value, int depth)
    {
        if (depth == Deepest)
        {
            throw new TemplateLimitException($"(lists in lists, at most {Deepest} deep)");
        }

        if (value is IReadOnlyDictionary<string, object?> map)
        {
            text.Append('{');
            var isFirst = true;
            foreach (var (key, item) in map)
            {
                Append(text, isFirst ? "" : ", ");
                Append(text, key);
                text.Append('=');
                AppendItem(text, item, depth);
                isFirst = false;
            }

            text.Append('}');
            return true;
        }

        if (value is byte[] || ValueMembers.Items(value) is not { } items)
        {
            return false;
        }

        text.Append('[');
        for (var index = 0; index < items.Count; index++)
        {
            Append(text, index == 0 ? "" : ", ");
            AppendItem(text, items[index], depth);
        }

        text.Append(']');
        return true;
    }

    private static void AppendItem(StringBuilder text, object? item, int depth)
    {
        if (!IsSeveral(item))
        {
            Append(text, Of(item, TemplateDialect.Velocity) ?? "null");
        }
        else if (!TryAppend(text, item!, depth + 1))
        {
            Append(text, "null");
        }
    }

    private static void Append(StringBuilder text, string more)
    {
        if (text.Length + (long)more.Length > TemplateRun.Longest)
        {
            throw TemplateRun.TooLong();
        }

        text.Append(more);
    }

    private static bool IsSeveral(object? item) =>
        item is not (null or string or bool or double or DateValue or MarkupValue or Response or ITemplateMembers or IFormattable);
}
