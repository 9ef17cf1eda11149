using Acornima.Ast;
using ChannelHost.Scripting.E4x.Translation;
using Jint;

namespace ChannelHost.Scripting.Compilation;

/// <summary>A script that was read once: ready to run in any number of engines at the same time.</summary>
internal sealed class ParsedScript
{
    private string[]? _lines;

    /// <summary>What the author wrote.</summary>
    public required ScriptFile File { get; init; }

    /// <summary>What the engine runs.</summary>
    public required Prepared<Script> Program { get; init; }

    /// <summary>How what runs came of what the author wrote; null when that runs as it is.</summary>
    public Translation? Translation { get; init; }

    /// <summary>How many lines of ours stand before the author's first one.</summary>
    public required int LinesBefore { get; init; }

    /// <summary>The names that top-level statements declare.</summary>
    public required IReadOnlySet<string> Declares { get; init; }

    /// <summary>True when names may be reached that the text does not spell out (through <c>this</c> or <c>globalThis</c>).</summary>
    public required bool ReachesGlobalObject { get; init; }

    /// <summary>True when the script has asynchronous functions or names <c>Promise</c>.</summary>
    public required bool IsAsynchronous { get; init; }

    /// <summary>True when the script may get hold of an iterator itself.</summary>
    public required bool MakesIterators { get; init; }

    /// <summary>True when the script may make an array of one array by the constructor.</summary>
    public required bool MakesArrayOfOne { get; init; }

    /// <summary>True when the script uses this name without declaring it.</summary>
    public bool Mentions(string name) => Program.ReferencedGlobals!.Contains(name);

    /// <summary>The author's line for a line of the program, from 1; never outside the file.</summary>
    public int AuthorLine(int programLine) => Math.Clamp(programLine - LinesBefore, 1, Lines.Length);

    /// <summary>The author's column for a place of the program; columns from 0.</summary>
    public int AuthorColumn(int programLine, int column) => Translation?.AuthorColumn(programLine - LinesBefore, column) ?? column;

    /// <summary>True for a line that the author wrote: not of the block and the return that we put around a script.</summary>
    public bool IsAuthorLine(int line) => line >= 1 && line <= Lines.Length;

    /// <summary>The text of an author's line, from 1.</summary>
    public string LineText(int line) => Lines[line - 1];

    private string[] Lines => _lines ??= SplitLines(File.Text);

    /// <summary>Splits where ECMAScript ends a line.</summary>
    public static string[] SplitLines(string text) =>
        text.Split(["\r\n", "\n", "\r", "\u2028", "\u2029"], StringSplitOptions.None);
}
