using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Acornima;
using Acornima.Ast;
using ChannelHost.Scripting.E4x.Translation;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.E4x;

/// <summary>An expression with what the reference engine made of it, and how to see what ours makes of it.</summary>
internal sealed partial record ReferenceExample(string Expr, string? Text, string? Kind, string? Throws, string? HostBug)
{
    private const string Start =
        "var m = <HL7Message><PID><PID.3><PID.3.1>1</PID.3.1></PID.3><PID.3><PID.3.1>2</PID.3.1></PID.3><PID.5><PID.5.1>DOE</PID.5.1><PID.5.2/></PID.5><PID.8>M</PID.8></PID></HL7Message>;\n"
        + "function show(v) { return typeof v + ' ' + String(v); }\nvar shown = 'undefined undefined';\n";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReferenceExample> Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Scripting", "E4x", "Data", "e4x-examples.json"));
        using var json = JsonDocument.Parse(file);
        return [.. json.RootElement.GetProperty("cases").EnumerateArray().Select(Read)];
    }

    /// <summary>The type and the text of the last statement's value, or what was thrown.</summary>
    public (string? Type, string Text, bool IsError) Run(Compatibility compatibility)
    {
        var bench = new ScriptBench { Compatibility = compatibility };
        try
        {
            var result = bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, Start + Returning(Expr)));
            if (result.Error is { } error)
            {
                return (null, error.Message, true);
            }

            var shown = (string)result.Value!;
            var blank = shown.IndexOf(' ', StringComparison.Ordinal);
            return (shown[..blank], shown[(blank + 1)..], false);
        }
        catch (Exception exception) when (exception is ScriptCompileException or TranslationException or ParseErrorException)
        {
            return (null, exception.Message, true);
        }
    }

    // What the last statement yields is not what a script returns with us, so each of its ends is noted.
    private static string Returning(string script)
    {
        var translation = new Translator(e4x: true, Compatibility.Mirth).Read(script, "example");
        var last = translation.Program.Body[^1];
        var edited = new StringBuilder(script);
        foreach (var start in Ends(last).Select(end => translation.AuthorOffsetOf(end)).OrderDescending())
        {
            var end = last is ExpressionStatement ? script.AsSpan().TrimEnd("; ").Length : EndOfStatement().Match(script, start) is { Success: true } found ? found.Index : script.Length;
            edited.Insert(end, ");").Insert(start, "shown = show(");
        }

        return edited.Append("\nreturn shown;").ToString();
    }

    private static IEnumerable<ExpressionStatement> Ends(Node node) => node switch
    {
        ExpressionStatement statement => [statement],
        FunctionDeclaration => [],
        _ => node.ChildNodes.OfType<Node>().SelectMany(Ends),
    };

    private static ReferenceExample Read(JsonElement json) => new(
        json.GetProperty("expr").GetString()!,
        Optional(json, "text"),
        Optional(json, "kind"),
        Optional(json, "throws"),
        Optional(json, "hostBug"));

    // Inside a switch, try or with: before the semicolon or the closing brace.
    [GeneratedRegex(@";| \}|(?<=')\}")]
    private static partial Regex EndOfStatement();

    private static string? Optional(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
