using System.Globalization;
using System.Text;

namespace ChannelHost.DataTypes.Xml;

/// <summary>Writes a changed tree. Does not recurse: a script may make a tree of any depth.</summary>
internal sealed class XmlNodeWriter(XmlContent content)
{
    private readonly StringBuilder _text = new(content.Text.Length + 256);
    private bool _isAsciiOnly;

    /// <summary>The message's bytes, in its own charset. Characters that it lacks become references.</summary>
    /// <exception cref="MessageFormatException">A name cannot be written in the charset, or a value not in XML at all.</exception>
    public ReadOnlyMemory<byte> Write(MessageNode root, bool isWhole)
    {
        var text = Text(root, isWhole);
        if (!content.Charset.CanWrite(text))
        {
            _isAsciiOnly = true;
            _text.Clear();
            text = Text(root, isWhole);
        }

        return content.Mark.IsEmpty ? content.Charset.Write(text) : (byte[])[.. content.Mark.Span, .. content.Charset.Write(text)];
    }

    private string Text(MessageNode root, bool isWhole)
    {
        ref readonly var original = ref content.Item(content.Root);
        _text.Append(isWhole ? content.Text.AsSpan(0, original.Start) : default);
        Write(root);
        return _text.Append(isWhole ? content.Text.AsSpan(original.End) : default).ToString();
    }

    private void Write(MessageNode root)
    {
        var open = new Stack<(MessageNode Node, int Next)>();
        Begin(root, open);
        while (open.TryPop(out var at))
        {
            if (at.Next == at.Node.Children.Count)
            {
                End(at.Node);
                continue;
            }

            open.Push((at.Node, at.Next + 1));
            Begin(at.Node.Children[at.Next], open);
        }
    }

    private void Begin(MessageNode node, Stack<(MessageNode, int)> open)
    {
        switch (node.Kind)
        {
            case NodeKind.Element when IsOriginal(node) && !node.IsChanged:
                AppendLead(node);
                _text.Append(content.Text, node.Start, node.Length);
                break;
            case NodeKind.Element:
                AppendLead(node);
                BeginElement(node);
                if (node.Children.Count > 0)
                {
                    _text.Append('>');
                    open.Push((node, 0));
                }
                else
                {
                    _text.Append("/>");
                }

                break;
            case NodeKind.Text:
                Escape(node.Value ?? "", inAttribute: false);
                break;
            case NodeKind.Comment when node.Value?.Contains("--", StringComparison.Ordinal) != true:
                _text.Append("<!--").Append(node.Value).Append("-->");
                break;
            case NodeKind.ProcessingInstruction when node.Value?.Contains("?>", StringComparison.Ordinal) != true:
                _text.Append("<?").Append(node.Name).Append(' ').Append(node.Value).Append("?>");
                break;
            default:
                throw new MessageFormatException("A comment holds -- or an instruction holds ?>: neither can be written in XML.");
        }
    }

    private void BeginElement(MessageNode node)
    {
        _text.Append('<');
        AppendName(node);
        foreach (var attribute in node.Attributes)
        {
            _text.Append(' ');
            AppendName(attribute);
            _text.Append("=\"");
            Escape(attribute.Value ?? "", inAttribute: true);
            _text.Append('"');
        }
    }

    private void End(MessageNode node)
    {
        // The white space before the end of an element that has elements in it.
        if (IsOriginal(node) && node.Children[^1].Kind == NodeKind.Element)
        {
            var close = content.Text.LastIndexOf("</", node.Start + node.Length - 1, node.Length, StringComparison.Ordinal);
            var blank = close;
            while (blank > 0 && char.IsWhiteSpace(content.Text[blank - 1]))
            {
                blank--;
            }

            _text.Append(close > 0 ? content.Text.AsSpan(blank, close - blank) : default);
        }

        _text.Append("</");
        AppendName(node);
        _text.Append('>');
    }

    private void AppendLead(MessageNode node)
    {
        if (node.Parent is { } parent && IsOriginal(node) && IsOriginal(parent))
        {
            ref readonly var item = ref content.Item(node.Position - 1);
            _text.Append(content.Text, item.Lead, item.Start - item.Lead);
        }
    }

    private bool IsOriginal(MessageNode node) => node.Position > 0 && ReferenceEquals(node.Source, content);

    private void AppendName(MessageNode node)
    {
        if (!string.IsNullOrEmpty(node.Prefix))
        {
            _text.Append(node.Prefix).Append(':');
        }

        _text.Append(IsName(node.Name) ? node.Name : throw new MessageFormatException("A name of the tree is no name in XML."));
    }

    private void Escape(string value, bool inAttribute)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            _ = c switch
            {
                '&' => _text.Append("&amp;"),
                '<' => _text.Append("&lt;"),
                '>' => _text.Append("&gt;"),
                '"' when inAttribute => _text.Append("&quot;"),
                '\r' => _text.Append("&#13;"),
                '\n' or '\t' when inAttribute => _text.Append(CultureInfo.InvariantCulture, $"&#{(int)c};"),
                _ when char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]) => AppendPair(value, i++),
                _ when !System.Xml.XmlConvert.IsXmlChar(c) => throw new MessageFormatException($"The character U+{(int)c:X4} cannot stand in XML."),
                > '\x7F' when _isAsciiOnly => _text.Append(CultureInfo.InvariantCulture, $"&#{(int)c};"),
                _ => _text.Append(c),
            };
        }
    }

    private StringBuilder AppendPair(string value, int at) => _isAsciiOnly
        ? _text.Append(CultureInfo.InvariantCulture, $"&#{char.ConvertToUtf32(value, at)};")
        : _text.Append(value, at, 2);

    private static bool IsName(string name)
    {
        if (name.Length == 0 || !System.Xml.XmlConvert.IsStartNCNameChar(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!System.Xml.XmlConvert.IsNCNameChar(c))
            {
                return false;
            }
        }

        return true;
    }
}
