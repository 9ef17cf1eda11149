using Acornima;
using Acornima.Ast;
using ChannelHost.Scripting.Compilation;

namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>Reads scripts and writes those with E4X in plain ECMAScript. One for any number of scripts and threads.</summary>
/// <param name="e4x">Whether E4X is read at all.</param>
/// <param name="compatibility">Whose oddities scripts have: <c>typeof</c> where they hold no E4X themselves, and what Rhino reads though it is wrong.</param>
internal sealed class Translator(bool e4x, Compatibility compatibility)
{
    private const string Switch = "@no-e4x";

    private static readonly ParserOptions Options = new() { AllowReturnOutsideFunction = true, EcmaVersion = EcmaVersion.Latest };

    /// <summary>Reads a script.</summary>
    /// <exception cref="ParseErrorException">It is no script; places are the author's.</exception>
    /// <exception cref="TranslationException">Its E4X cannot be read.</exception>
    public Translation Read(string text, string name)
    {
        ParseErrorException error;
        try
        {
            var program = Parse(text, name);
            return compatibility == Compatibility.Mirth && text.Contains("typeof", StringComparison.Ordinal) && IsOn(text)
                ? Finish(new Translation(text, program), new Dictionary<int, Mark>())
                : new Translation(text, program);
        }
        catch (ParseErrorException exception)
        {
            error = exception;
        }

        return IsOn(text) && Translate(text, name, error, compatibility) is { } translation ? translation : throw error;
    }

    private static Script Parse(string text, string name) => new Parser(Options).ParseScript(text, name);

    // Null when E4X has nothing to do with it.
    private static Translation? Translate(string text, string name, ParseErrorException error, Compatibility compatibility)
    {
        var reader = new FormReader(text, compatibility);
        string plain;
        try
        {
            plain = reader.Read();
        }
        catch (TranslationException) when (!(reader.FirstForm <= error.Error.Index))
        {
            return null;
        }

        if (ReferenceEquals(plain, text))
        {
            return null;
        }

        Script program;
        try
        {
            program = Parse(plain, name);
        }
        catch (ParseErrorException inner)
        {
            // An error before the first form is the same in both. A form in a template is told where that begins, so before the form.
            var offset = reader.Map.Before(inner.Error.Index);
            return offset <= error.Error.Index && error.Error.Index < reader.FirstForm
                ? null
                : throw new TranslationException(offset, inner.Description ?? inner.Message);
        }

        return Finish(new Translation(plain, program) { First = reader.Map, Author = text, Warnings = reader.Warnings }, reader.Marks);
    }

    private static Translation Finish(Translation first, IReadOnlyDictionary<int, Mark> marks)
    {
        try
        {
            var edits = new OperandRewriter(first.Text, marks).Rewrite(first.Program);
            if (edits.IsEmpty)
            {
                return first;
            }

            var edited = edits.Apply(first.Text);
            return first with { Text = edited.Finish(), Second = edited.Map, Author = first.Author ?? first.Text };
        }
        catch (InsufficientExecutionStackException) when (ScriptShape.Of(first.Program).TooDeep is { } deep)
        {
            throw new TranslationException(first.AuthorOffsetOf(deep), SyntaxProblem.TooDeepMessage);
        }
        catch (ForbiddenPlaceException exception)
        {
            throw new TranslationException(first.First?.Before(exception.Offset) ?? exception.Offset, exception.Message);
        }
    }

    // Switched off by a line "// @no-e4x".
    private bool IsOn(string text)
    {
        if (!e4x)
        {
            return false;
        }

        for (var at = text.IndexOf(Switch, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Switch, at + 1, StringComparison.Ordinal))
        {
            var before = text.AsSpan(0, at).TrimEnd(" \t");
            if (before.EndsWith("//"))
            {
                before = before[..^2].TrimEnd(" \t");
                if (before.IsEmpty || Characters.IsLineBreak(before[^1]))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
