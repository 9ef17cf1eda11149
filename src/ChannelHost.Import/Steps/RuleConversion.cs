using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Steps;

/// <summary>Makes one script of a filter's rules: a function for each, joined by their operators.</summary>
internal sealed class RuleConversion(ChannelDraft draft)
{
    /// <summary>The script; null when there is no rule.</summary>
    /// <param name="filter">The filter; null for none.</param>
    /// <param name="path">The script's name beside channel.yaml.</param>
    /// <param name="what">What it is, for the heading.</param>
    public ScriptDraft? Convert(ExportElement? filter, string path, string what)
    {
        var rules = StepElement.All(filter?.Find("elements"));
        if (rules.Count == 0)
        {
            return null;
        }

        var script = draft.Script(path);
        script.Line($"// {what}: {(rules.Count == 1 ? "one rule" : $"{rules.Count} rules, joined in the last line")}.");
        var joined = WriteAll(rules, "filterRule", script, "");
        script.Line("");
        script.Line($"return {(joined.Length > 0 ? joined : "true")};");
        return script;
    }

    private string WriteAll(IReadOnlyList<StepElement> rules, string stem, ScriptDraft script, string indent)
    {
        var joined = "";
        var number = 0;
        foreach (var rule in rules)
        {
            script.Line("");
            if (!rule.IsEnabled)
            {
                WriteOff(rule, script);
                continue;
            }

            var name = $"{stem}{++number}";
            script.Line($"{indent}// {rule.Heading("Rule")}", rule.Element);
            script.Line($"{indent}function {name}() {{", rule.Element);
            Write(rule, name, script, indent + "    ");
            script.Line($"{indent}}}");
            joined += joined.Length == 0 ? "" : rule.Operator == "OR" ? " || " : " && ";
            joined += $"{name}() == true";
        }

        return joined;
    }

    private void Write(StepElement rule, string name, ScriptDraft script, string indent)
    {
        switch (rule.Kind)
        {
            case "JavaScriptRule":
                var text = rule.Element.Find("script");
                script.Script(text?.Text ?? "", text ?? rule.Element);
                break;
            case "RuleBuilderRule":
                script.Line($"{indent}return {Condition.Of(rule.Element, countsParts: false)};", rule.Element);
                break;
            case "IteratorRule":
                Iterate(rule.Element, name, script, indent);
                break;
            case "ExternalScriptRule":
                ExternalScript.Write(rule, script, draft);
                break;
            default:
                draft.Keep(ImportLevel.Unsupported, rule.Element.MarkAll(), $"the rule {rule.Number} ({JavaScriptText.Remark(rule.Name)}) is of a kind that is not known here ({rule.Element.Name}): its place in the script holds an error");
                draft.Obstacles.Add($"rule {rule.Number}");
                script.Line($"{indent}throw new Error({JavaScriptText.Literal($"The rule {rule.Number} ({rule.Element.Name}) has no counterpart here: write what it did, or take it out.")});", rule.Element);
                break;
        }
    }

    private void Iterate(ExportElement rule, string name, ScriptDraft script, string indent)
    {
        var properties = rule.Find("properties") ?? rule;
        var target = JavaScriptText.Expression(properties.Value("target"));
        var index = properties.Word("indexVariable") is { Length: > 0 } given ? given : "i";
        var intersects = properties.Flag("intersectIterations");
        var breaks = properties.Flag("breakEarly", otherwise: true);
        properties.Skip("prefixSubstitutions");
        script.Line($"{indent}var accepted = {(intersects ? "true" : "false")};", rule);
        script.Line($"{indent}for (var {index} = 0; {index} < getArrayOrXmlLength({target}); {index}++) {{", rule);
        var joined = WriteAll(StepElement.All(properties.Find("children")), name + "Part", script, indent + "    ");
        joined = joined.Length > 0 ? joined : "true";
        script.Line($"{indent}    if ({(intersects ? $"!({joined})" : joined)}) {{");
        script.Line($"{indent}        accepted = {(intersects ? "false" : "true")};");
        if (breaks)
        {
            script.Line($"{indent}        break;");
        }

        script.Line($"{indent}    }}");
        script.Line($"{indent}}}");
        script.Line($"{indent}return accepted;");
    }

    private static void WriteOff(StepElement rule, ScriptDraft script)
    {
        script.Line($"// {rule.Heading("Rule")}, switched off{(rule.Operator is "AND" or "OR" ? $" (joined by {rule.Operator})" : "")}", rule.Element);
        if (rule.Element.Find("script") is { } text)
        {
            script.Off(text.Text, text);
        }
        else if (rule.Kind == "RuleBuilderRule")
        {
            script.Off($"return {Condition.Of(rule.Element, countsParts: false)};", rule.Element);
        }
        else
        {
            script.Off(MaskedXml.Of(rule.Element), rule.Element);
        }

        rule.Element.MarkAll();
    }
}
