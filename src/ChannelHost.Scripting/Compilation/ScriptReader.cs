using Acornima;
using Acornima.Ast;
using ChannelHost.Scripting.E4x.Translation;
using Jint;

namespace ChannelHost.Scripting.Compilation;

/// <summary>
/// Reads scripts. A script runs as a program of the engine, not inside a function: that costs nothing, keeps line and column the author's,
/// and lets later scripts of the unit see its <c>var</c>s and functions. Two things are added around it where needed:
/// a block, so that <c>let</c>, <c>const</c> and <c>class</c> belong to their script; and a last <c>return</c>, so that only what a script
/// returns counts as its result and not whatever its last statement happened to yield.
/// </summary>
internal sealed class ScriptReader(TimeSpan regexTimeout, Translator translator)
{
    private const string BlockStart = "{\n";
    private const string BlockEnd = "\n}";
    private const string LastReturn = "\nreturn;";

    private readonly ScriptPreparationOptions _options = new()
    {
        CollectReferencedGlobals = true,
        ParsingOptions = new ScriptParsingOptions { RegexTimeout = regexTimeout },
    };

    /// <summary>Reads a script of a unit, or says what is wrong with it.</summary>
    public (ParsedScript? Script, ScriptProblem? Problem) ReadStep(ScriptStep step) =>
        Read(step.File, (text, shape) => Wrap(step.Kind, text, shape));

    /// <summary>Reads a shared script: it runs as it stands, so that all it declares is seen by others.</summary>
    public (ParsedScript? Script, ScriptProblem? Problem) ReadLibrary(ScriptFile file) =>
        Read(file, (text, _) => (text, 0));

    private static (string Text, int LinesBefore) Wrap(ScriptKind kind, string author, ScriptShape shape)
    {
        // A filter may end in an expression instead of a return, but once it returns anywhere, only that counts.
        var text = kind == ScriptKind.Filter && !shape.Returns ? author : author + LastReturn;
        return shape.DeclaresLexically ? (BlockStart + text + BlockEnd, 1) : (text, 0);
    }

    private (ParsedScript? Script, ScriptProblem? Problem) Read(ScriptFile file, Func<string, ScriptShape, (string Text, int LinesBefore)> wrap)
    {
        try
        {
            var author = translator.Read(file.Text, file.Name);
            var shape = ScriptShape.Of(author.Program);
            if (shape.FirstBigInt is { } literal)
            {
                return (null, SyntaxProblem.At(file, author.AuthorOffsetOf(literal), "BigInt is not available: write the number without n."));
            }

            if (shape.TooDeep is { } deep)
            {
                return (null, SyntaxProblem.TooDeep(file, author.AuthorOffsetOf(deep)));
            }

            var (text, linesBefore) = wrap(author.Text, shape);
            Prepared<Script> program;
            try
            {
                program = Engine.PrepareScript(text, file.Name, author.Program.Strict, _options);
            }
            catch (ScriptPreparationException exception) when (exception.InnerException is ParseErrorException error)
            {
                // Something that only the engine itself refuses, at a place of what it was given.
                var line = error.LineNumber - linesBefore;
                return (null, SyntaxProblem.At(file, line, author.AuthorColumn(line, error.Column) + 1, error.Description ?? error.Message));
            }

            return (new ParsedScript
            {
                File = file,
                Program = program,
                Translation = author.Author is null ? null : author,
                LinesBefore = linesBefore,
                Declares = shape.Declares,
                ReachesGlobalObject = shape.ReachesGlobalObject || program.ReferencedGlobals!.Contains("globalThis"),
                MakesArrayOfOne = shape.MakesArrayOfOne,
                MakesIterators = shape.MakesIterators
                    || program.ReferencedGlobals!.Contains("Symbol") || program.ReferencedGlobals.Contains("Iterator"),
                IsAsynchronous = shape.IsAsynchronous || program.ReferencedGlobals!.Contains("Promise"),
            }, null);
        }
        catch (Exception exception) when (SyntaxProblem.From(file, exception) is { } problem)
        {
            return (null, problem);
        }
    }
}
