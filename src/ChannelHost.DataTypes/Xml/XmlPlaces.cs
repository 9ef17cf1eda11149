using System.Xml;

namespace ChannelHost.DataTypes.Xml;

/// <summary>Where in a text an XML reader stands. The reader knows lines and characters in them; this knows where lines begin.</summary>
internal sealed class XmlPlaces(string text, IXmlLineInfo reader)
{
    private int _line = 1;
    private int _lineStart;

    /// <summary>The reader's line, from 1.</summary>
    public int Line => reader.LineNumber;

    /// <summary>The reader's place: for elements and their ends the name's first character.</summary>
    public int Here
    {
        get
        {
            // The reader only goes forward.
            while (_line < reader.LineNumber)
            {
                var end = _lineStart + text.AsSpan(_lineStart).IndexOfAny('\r', '\n');
                _lineStart = end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
                _line++;
            }

            return _lineStart + reader.LinePosition - 1;
        }
    }

    /// <summary>Behind the <c>&gt;</c> of a tag.</summary>
    public int EndOfTag(int start)
    {
        for (var at = start; ; at++)
        {
            at += text.AsSpan(at).IndexOfAny('>', '"', '\'');
            if (text[at] == '>')
            {
                return at + 1;
            }

            at = text.IndexOf(text[at], at + 1);
        }
    }
}
