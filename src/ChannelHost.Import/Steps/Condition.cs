using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Steps;

/// <summary>The condition of a Rule Builder or a Destination Set Filter, as an expression.</summary>
internal static class Condition
{
    /// <summary>The expression.</summary>
    /// <param name="step">The rule or step.</param>
    /// <param name="countsParts">True when "exists" asks for the number of elements: so do destination sets, while rules ask for a length.</param>
    public static string Of(ExportElement step, bool countsParts)
    {
        var field = JavaScriptText.Expression(step.Value("field"));
        string[] values = [.. (step.Find("values")?.All() ?? []).Select(value => JavaScriptText.Expression(value.Text))];
        return step.Word("condition") switch
        {
            "EXISTS" => countsParts ? $"getArrayOrXmlLength({field}) > 0" : $"{field}.length > 0",
            "NOT_EXIST" => countsParts ? $"getArrayOrXmlLength({field}) == 0" : $"{field}.length == 0",
            "NOT_EQUAL" => Join(values, " && ", value => $"{field} != {value}", $"{field} != ''"),
            "CONTAINS" => Join(values, " || ", value => $"({field}.indexOf({value}) != -1)", $"({field}.indexOf('') != -1)"),
            "NOT_CONTAIN" => Join(values, " && ", value => $"({field}.indexOf({value}) == -1)", $"({field}.indexOf('') == -1)"),
            _ => Join(values, " || ", value => $"{field} == {value}", $"{field} == ''"),
        };
    }

    private static string Join(string[] values, string separator, Func<string, string> each, string none) =>
        values.Length == 0 ? none : string.Join(separator, values.Select(each));
}
