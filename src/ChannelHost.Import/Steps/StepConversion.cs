using System.Globalization;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Steps;

/// <summary>Makes one script of a transformer's steps: they share their variables, as they did.</summary>
internal sealed class StepConversion(ChannelDraft draft)
{
    private readonly List<(string Target, string Index)> _loops = [];

    /// <summary>The script; null when no step runs and none is kept.</summary>
    /// <param name="transformer">The transformer; null for none.</param>
    /// <param name="path">The script's name beside channel.yaml.</param>
    /// <param name="what">What it is, for the heading.</param>
    public ScriptDraft? Convert(ExportElement? transformer, string path, string what)
    {
        var steps = StepElement.All(transformer?.Find("elements"));
        if (steps.Count == 0)
        {
            return null;
        }

        var script = draft.Script(path);
        script.Line($"// {what}: {(steps.Count == 1 ? "one step" : $"{steps.Count} steps, one after the other; they share their variables")}.");
        foreach (var step in steps)
        {
            script.Line("");
            Write(step, script, "");
        }

        return script;
    }

    private void Write(StepElement step, ScriptDraft script, string indent)
    {
        if (!step.IsEnabled)
        {
            WriteOff(step, script);
            return;
        }

        script.Line($"{indent}// {step.Heading("Step")}{KindOf(step.Kind)}", step.Element);
        WriteBody(step, script, indent);
    }

    private void WriteBody(StepElement step, ScriptDraft script, string indent)
    {
        switch (step.Kind)
        {
            case "JavaScriptStep":
                var text = step.Element.Find("script");
                script.Script(text?.Text ?? "", text ?? step.Element);
                break;
            case "MapperStep":
                Map(step.Element, script, indent);
                break;
            case "MessageBuilderStep":
                Build(step.Element, script, indent);
                break;
            case "IteratorStep":
                Iterate(step.Element, script, indent);
                break;
            case "DestinationSetFilterStep":
                LimitDestinations(step.Element, script, indent);
                break;
            case "XsltStep":
                Transform(step.Element, script, indent);
                break;
            case "ExternalScriptStep":
                ExternalScript.Write(step, script, draft);
                break;
            default:
                draft.Keep(ImportLevel.Unsupported, step.Element.MarkAll(), $"the step {Named(step)} is of a kind that is not known here ({step.Element.Name}): its place in the script holds an error");
                draft.Obstacles.Add($"step {Named(step)}");
                script.Line($"{indent}throw new Error({JavaScriptText.Literal($"The step {Named(step)} ({step.Element.Name}) has no counterpart here: write what it did, or take it out.")});", step.Element);
                break;
        }
    }

    private void WriteOff(StepElement step, ScriptDraft script)
    {
        script.Line($"// {step.Heading("Step")}{KindOf(step.Kind)}, switched off", step.Element);
        if (step.Kind == "JavaScriptStep")
        {
            var text = step.Element.Find("script");
            script.Off(text?.Text ?? "", text ?? step.Element);
        }
        else
        {
            // Written as it would run, then taken back to comments: whoever wants it again finds it.
            var scratch = new ScriptDraft(script.Name);
            var quiet = new ChannelDraft(draft.Name, draft.Title, draft.Export, draft.ExportFile, draft.World);
            new StepConversion(quiet).WriteBody(StepElement.All(Wrapped(step.Element))[0], scratch, "");
            script.Off(scratch.Text, step.Element);
        }

        step.Element.MarkAll();
    }


    private static ExportElement Wrapped(ExportElement step)
    {
        var copy = new ExportElement("elements", step.Line);
        Copy(step, copy);
        copy.Children[0].Take("enabled");
        return copy;
    }

    private static void Copy(ExportElement from, ExportElement into)
    {
        var copy = into.Add(new ExportElement(from.Name, from.Line));
        copy.AppendText(from.Text, from.TextLine);
        foreach (var (name, value) in from.Attributes)
        {
            copy.SetAttribute(name, value);
        }

        foreach (var child in from.Children)
        {
            Copy(child, copy);
        }
    }

    private void Map(ExportElement step, ScriptDraft script, string indent)
    {
        var mapping = JavaScriptText.Expression(step.Value("mapping"));
        var variable = step.Value("variable") ?? "";
        script.Line($"{indent}var mapping;");
        script.Line($"{indent}try {{");
        script.Line($"{indent}    mapping = {mapping};", step.Find("mapping") ?? step);
        script.Line($"{indent}}} catch (e) {{");
        script.Line($"{indent}    mapping = '';");
        script.Line($"{indent}}}");
        var value = $"validate(mapping, {JavaScriptText.Expression(step.Value("defaultValue"))}, {Replacements.Of(step)})";
        var map = MapOf(step.Word("scope"));
        script.Line(_loops.Count > 0 ? $"{indent}{ListOf(variable)}.add({value});" : $"{indent}{map}.put({JavaScriptText.Literal(variable)}, {value});", step);
    }

    private void Build(ExportElement step, ScriptDraft script, string indent)
    {
        var segment = (step.Value("messageSegment") ?? "").Trim();
        if (_loops.Count > 0)
        {
            MissingParts.Write(segment, [.. _loops.Select(loop => loop.Index)], script, indent);
        }

        var mapping = JavaScriptText.Expression(step.Value("mapping"));
        var (before, after) = JavaScriptText.EndsInComment(mapping) ? ("\n", "\n") : ("", "");
        script.Line($"{indent}{segment} = validate({before}{mapping}{after}, {JavaScriptText.Expression(step.Value("defaultValue"))}, {Replacements.Of(step)});", step);
    }

    private void Iterate(ExportElement step, ScriptDraft script, string indent)
    {
        var properties = step.Find("properties") ?? step;
        var target = JavaScriptText.Expression(properties.Value("target"));
        var index = properties.Word("indexVariable") is { Length: > 0 } name ? name : "i";
        properties.Skip("prefixSubstitutions");
        var children = StepElement.All(properties.Find("children"));
        var lists = _loops.Count == 0 ? Collected(children) : [];
        foreach (var (variable, _) in lists)
        {
            script.Line($"{indent}var {ListOf(variable)} = Lists.list();", step);
        }

        script.Line($"{indent}for (var {index} = 0; {index} < getArrayOrXmlLength({target}); {index}++) {{", step);
        _loops.Add((target, index));
        foreach (var child in children)
        {
            Write(child, script, indent + "    ");
        }

        _loops.RemoveAt(_loops.Count - 1);
        script.Line($"{indent}}}");
        foreach (var (variable, map) in lists)
        {
            script.Line($"{indent}{map}.put({JavaScriptText.Literal(variable)}, {ListOf(variable)}.toArray());", step);
        }
    }

    // What iterations give, also those of iterators inside: it is put into its map once, after the outermost loop.
    private static List<(string Variable, string Map)> Collected(IReadOnlyList<StepElement> children)
    {
        var lists = new List<(string, string)>();
        foreach (var child in children.Where(child => child.IsEnabled))
        {
            switch (child.Kind)
            {
                case "MapperStep":
                    lists.Add((child.Element.Value("variable") ?? "", MapOf(child.Element.Word("scope"))));
                    break;
                case "XsltStep":
                    lists.Add((child.Element.Value("resultVariable") ?? "", "channelMap"));
                    break;
                case "IteratorStep":
                    lists.AddRange(Collected(StepElement.All(child.Element.Find("properties")?.Find("children"))));
                    break;
            }
        }

        return lists;
    }

    private void LimitDestinations(ExportElement step, ScriptDraft script, string indent)
    {
        var ids = string.Join(", ", (step.Find("metaDataIds")?.All() ?? []).Select(id => id.Text.Trim()));
        var call = step.Word("behavior") switch
        {
            "REMOVE_ALL" => "removeAll()",
            "REMOVE_ALL_EXCEPT" => $"removeAllExcept([{ids}])",
            _ => $"remove([{ids}])",
        };
        script.Line($"{indent}if ({Condition.Of(step, countsParts: true)}) {{", step);
        script.Line($"{indent}    destinationSet.{call};", step);
        script.Line($"{indent}}}");
        if (_loops.Count > 0)
        {
            draft.Note(step, "a destination set filter inside an iterator: it acts in every iteration");
        }
    }

    private void Transform(ExportElement step, ScriptDraft script, string indent)
    {
        var variable = step.Value("resultVariable") ?? "";
        var result = $"result{ListOf(variable)}";
        var factory = "javax.xml.transform.TransformerFactory.newInstance()";
        if (step.Flag("useCustomFactory"))
        {
            draft.Decide(step, $"the XSLT step uses a processor of its own, {step.Word("customFactory")}: here the host's own one is used");
        }

        step.Skip("customFactory");
        script.Line($"{indent}var {result} = new java.io.StringWriter();", step);
        script.Line($"{indent}{factory}", step);
        script.Line($"{indent}    .newTransformer(new javax.xml.transform.stream.StreamSource(new java.io.StringReader({XmlText(step.Value("template"))})))", step.Find("template") ?? step);
        script.Line($"{indent}    .transform(new javax.xml.transform.stream.StreamSource(new java.io.StringReader({XmlText(step.Value("sourceXml"))})), new javax.xml.transform.stream.StreamResult({result}));", step.Find("sourceXml") ?? step);
        script.Line(_loops.Count > 0 ? $"{indent}{ListOf(variable)}.add({result}.toString());" : $"{indent}channelMap.put({JavaScriptText.Literal(variable)}, {result}.toString());", step);
    }

    // Either an expression or XML as it is (E4X), whose declaration says nothing there.
    private static string XmlText(string? text)
    {
        var expression = JavaScriptText.Expression(text);
        var end = expression.StartsWith("<?xml", StringComparison.Ordinal) ? expression.IndexOf("?>", StringComparison.Ordinal) : -1;
        return $"String({(end < 0 ? expression : expression[(end + 2)..].TrimStart(' '))})";
    }

    private static string MapOf(string scope) => scope switch
    {
        "CONNECTOR" => "connectorMap",
        "GLOBAL_CHANNEL" => "globalChannelMap",
        "GLOBAL" => "globalMap",
        "RESPONSE" => "responseMap",
        _ => "channelMap",
    };

    private static string ListOf(string variable) => "_" + string.Concat(variable.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$'));

    private static string KindOf(string kind) => kind switch
    {
        "JavaScriptStep" or "" => "",
        "MapperStep" => " (mapper)",
        "MessageBuilderStep" => " (message builder)",
        "IteratorStep" => " (iterator)",
        "DestinationSetFilterStep" => " (destination set filter)",
        "XsltStep" => " (XSLT)",
        "ExternalScriptStep" => " (external script)",
        _ => string.Create(CultureInfo.InvariantCulture, $" ({kind})"),
    };

    private static string Named(StepElement step) => step.Name.Length > 0 ? $"{step.Number} ({JavaScriptText.Remark(step.Name)})" : step.Number;
}
