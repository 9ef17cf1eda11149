using System.Text;

namespace ChannelHost.Connectors.Database;

/// <summary>Writes rows as XML: <c>&lt;result&gt;&lt;column&gt;value&lt;/column&gt;...&lt;/result&gt;</c>, in a <c>&lt;results&gt;</c> when they are one message together.</summary>
internal sealed class RowXml
{
    private readonly string[] _names;
    private readonly string[] _types;
    private readonly BinaryForm _binary;

    /// <param name="columns">The columns.</param>
    /// <param name="binary">How bytes are written.</param>
    /// <exception cref="FormatException">Two columns would have the same name.</exception>
    public RowXml(IReadOnlyList<(string Label, string TypeName)> columns, BinaryForm binary)
    {
        _names = [.. columns.Select(column => NameOf(column.Label))];
        _types = [.. columns.Select(column => column.TypeName)];
        _binary = binary;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in _names)
        {
            if (!seen.Add(name))
            {
                throw new FormatException($"two columns of the result are called {name} in XML; give one of them another name (AS)");
            }
        }
    }

    /// <summary>One row.</summary>
    public string Write(object?[] row)
    {
        var xml = new StringBuilder(256);
        Append(xml, row);
        return xml.ToString();
    }

    /// <summary>All rows.</summary>
    public string Write(IReadOnlyList<object?[]> rows)
    {
        var xml = new StringBuilder("<results>", 256 + (rows.Count * 128));
        foreach (var row in rows)
        {
            Append(xml, row);
        }

        return xml.Append("</results>").ToString();
    }

    /// <summary>A column's label as the name of an element: in lower case, with <c>_</c> for what no name can have.</summary>
    public static string NameOf(string label)
    {
        var name = label.ToLowerInvariant().ToCharArray();
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var fits = char.IsLetter(c) || c == '_' || (i > 0 && (char.IsDigit(c) || c is '-' or '.'));
            name[i] = fits ? c : '_';
        }

        return name.Length == 0 ? "_" : new string(name);
    }

    private void Append(StringBuilder xml, object?[] row)
    {
        xml.Append("<result>");
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] is not { } value)
            {
                continue;
            }

            xml.Append('<').Append(_names[i]).Append('>');
            AppendText(xml, JdbcText.Of(value, _types[i], _binary));
            xml.Append("</").Append(_names[i]).Append('>');
        }

        xml.Append("</result>");
    }

    private static void AppendText(StringBuilder xml, string text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '<':
                    xml.Append("&lt;");
                    break;
                case '>':
                    xml.Append("&gt;");
                    break;
                case '&':
                    xml.Append("&amp;");
                    break;

                // A plain one would become a line feed when it is read. Those that XML cannot hold are not lost silently: whoever reads the message says so.
                case < ' ' and not ('\t' or '\n'):
                    xml.Append("&#").Append((int)c).Append(';');
                    break;
                default:
                    xml.Append(c);
                    break;
            }
        }
    }
}
