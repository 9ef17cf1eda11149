using System.Text;
using Acornima;
using Acornima.Ast;

namespace ChannelHost.Scripting;

/// <summary>TypeScript declarations of what scripts have in scope, for editors.</summary>
public static class ScriptDeclarations
{
    /// <summary>What every channel's scripts have: <c>channelhost.d.ts</c>.</summary>
    public static string Scope()
    {
        using var text = typeof(ScriptDeclarations).Assembly.GetManifestResourceStream("channelhost.d.ts")
            ?? throw new InvalidOperationException("channelhost.d.ts is not in the assembly.");
        using var reader = new StreamReader(text, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>What shared scripts declare for all: their functions with the comment above each, and what they declare with <c>var</c>. A script that cannot be read is left out.</summary>
    public static string Library(IEnumerable<ScriptFile> library)
    {
        var text = new StringBuilder("// What the shared scripts in this folder declare, for editors. Written by `channelhost reference --write`; do not edit.\n");
        foreach (var file in library.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            AppendFile(text, file);
        }

        return text.ToString();
    }

    private static void AppendFile(StringBuilder text, ScriptFile file)
    {
        Script script;
        try
        {
            script = new Parser(new ParserOptions { AllowReturnOutsideFunction = true }).ParseScript(file.Text, file.Name);
        }
        catch (ParseErrorException)
        {
            // What is wrong with it is validate's to tell.
            return;
        }

        var lines = file.Text.ReplaceLineEndings("\n").Split('\n');
        text.Append("\n// ").Append(file.Name).Append('\n');
        foreach (var statement in script.Body)
        {
            if (statement is FunctionDeclaration { Id: { } name } function)
            {
                AppendComment(text, lines, statement.Location.Start.Line);
                text.Append("declare function ").Append(name.Name).Append('(')
                    .AppendJoin(", ", function.Params.Select(Parameter)).Append("): any;\n");
            }
            else if (statement is VariableDeclaration { Kind: VariableDeclarationKind.Var } variables)
            {
                foreach (var variable in variables.Declarations.Select(declaration => declaration.Id).OfType<Identifier>())
                {
                    AppendComment(text, lines, statement.Location.Start.Line);
                    text.Append("declare var ").Append(variable.Name).Append(": any;\n");
                }
            }
        }
    }

    private static string Parameter(Node parameter, int index) => parameter switch
    {
        Identifier name => $"{name.Name}?: any",
        AssignmentPattern { Left: Identifier name } => $"{name.Name}?: any",
        RestElement { Argument: Identifier name } => $"...{name.Name}: any[]",
        _ => $"argument{index + 1}?: any",
    };

    // The lines of // directly above, as editors show them.
    private static void AppendComment(StringBuilder text, string[] lines, int line)
    {
        var first = line - 1;
        while (first > 0 && lines[first - 1].TrimStart().StartsWith("//", StringComparison.Ordinal))
        {
            first--;
        }

        if (first == line - 1)
        {
            return;
        }

        var comment = string.Join(' ', lines[first..(line - 1)].Select(above => above.TrimStart().TrimStart('/').Trim()));
        text.Append("/** ").Append(comment.Replace("*/", "* /", StringComparison.Ordinal)).Append(" */\n");
    }
}
