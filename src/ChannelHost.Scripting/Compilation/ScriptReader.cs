using Acornima;
using Jint;

namespace ChannelHost.Scripting.Compilation;

/// <summary>
/// Reads scripts. A script runs as a program of the engine, not inside a function: that costs nothing, keeps line and column the author's,
/// and lets later scripts of the unit see its <c>var</c>s and functions. Two things are added around it where needed:
/// a block, so that <c>let</c>, <c>const</c> and <c>class</c> belong to their script; and a last <c>return</c>, so that only what a script
/// returns counts as its result and not whatever its last statement happened to yield.
/// </summary>
internal sealed class ScriptReader(TimeSpan regexTimeout)
{
    private const string BlockStart = "{\n";
    private const string BlockEnd = "\n}";
    private const string LastReturn = "\nreturn;";

    private static readonly ParserOptions AuthorOptions = new() { AllowReturnOutsideFunction = true, EcmaVersion = EcmaVersion.Latest };

    private readonly ScriptPreparationOptions _options = new()
    {
        CollectReferencedGlobals = true,
        ParsingOptions = new ScriptParsingOptions { RegexTimeout = regexTimeout },
    };

    /// <summary>Reads a script of a unit, or says what is wrong with it.</summary>
    public (ParsedScript? Script, ScriptProblem? Problem) ReadStep(ScriptStep step) =>
        Read(step.File, shape => Wrap(step, shape));

    /// <summary>Reads a shared script: it runs as it stands, so that all it declares is seen by others.</summary>
    public (ParsedScript? Script, ScriptProblem? Problem) ReadLibrary(ScriptFile file) =>
        Read(file, _ => (file.Text, 0));

    private static (string Text, int LinesBefore) Wrap(ScriptStep step, ScriptShape shape)
    {
        // A filter may end in an expression instead of a return, but once it returns anywhere, only that counts.
        var text = step.Kind == ScriptKind.Filter && !shape.Returns ? step.File.Text : step.File.Text + LastReturn;
        return shape.DeclaresLexically ? (BlockStart + text + BlockEnd, 1) : (text, 0);
    }

    private (ParsedScript? Script, ScriptProblem? Problem) Read(ScriptFile file, Func<ScriptShape, (string Text, int LinesBefore)> wrap)
    {
        try
        {
            var author = new Parser(AuthorOptions).ParseScript(file.Text, file.Name);
            var shape = ScriptShape.Of(author);
            if (shape.FirstBigInt is { } literal)
            {
                return (null, SyntaxProblem.At(file, literal.Location.Start.Line, literal.Location.Start.Column + 1, "BigInt is not available: write the number without n."));
            }

            if (shape.TooDeep is { } deep)
            {
                return (null, SyntaxProblem.TooDeep(file, deep.Location.Start.Line, deep.Location.Start.Column + 1));
            }

            var (text, linesBefore) = wrap(shape);
            var program = Engine.PrepareScript(text, file.Name, author.Strict, _options);
            return (new ParsedScript
            {
                File = file,
                Program = program,
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
