using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Drafts;

/// <summary>A script that is being made, which knows for each of its lines where in the export it stood.</summary>
internal sealed class ScriptDraft(string name)
{
    private readonly System.Text.StringBuilder _text = new();
    private readonly List<int> _lines = [];

    /// <summary>Its name, relative to the channels folder.</summary>
    public string Name => name;

    /// <summary>The text.</summary>
    public string Text => _text.ToString();

    /// <summary>By line, where it stood in the export; 0 for lines of ours.</summary>
    public IReadOnlyList<int> Lines => _lines;

    /// <summary>Appends a line of ours.</summary>
    /// <param name="text">The line; what comes from the export must be of one line.</param>
    /// <param name="origin">What it was made of; null for nothing.</param>
    public ScriptDraft Line(string text, ExportElement? origin = null)
    {
        foreach (var line in text.Split('\n'))
        {
            _text.Append(line).Append('\n');
            _lines.Add(origin?.TextLine ?? 0);
        }

        return this;
    }

    /// <summary>Appends a script of the export, character by character, and a line end when it has none.</summary>
    public ScriptDraft Script(string text, ExportElement origin)
    {
        _text.Append(text);
        var exportLine = origin.TextLine;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n')))
            {
                _lines.Add(exportLine);
            }

            exportLine += text[at] == '\n' ? 1 : 0;
        }

        if (!text.EndsWith('\n') && !text.EndsWith('\r'))
        {
            _text.Append('\n');
            _lines.Add(exportLine);
        }

        return this;
    }

    /// <summary>Appends a text that is no script and stands as it is to its last character.</summary>
    public ScriptDraft Exact(string text, ExportElement origin)
    {
        Script(text, origin);
        _text.Length = text.Length;
        return this;
    }

    /// <summary>Appends a script that is switched off, as comments.</summary>
    public ScriptDraft Off(string text, ExportElement origin)
    {
        var exportLine = origin.TextLine;
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            _text.Append("// ").Append(line).Append('\n');
            _lines.Add(exportLine++);
        }

        return this;
    }
}
