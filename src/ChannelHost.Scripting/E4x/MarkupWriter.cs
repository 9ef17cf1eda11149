using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.E4x;

/// <summary>Writes nodes as XML: no declaration, empty elements in the short form, namespaces declared where they are used and have no meaning yet.</summary>
internal sealed class MarkupWriter
{
    private static readonly SearchValues<char> InAttributes = SearchValues.Create("&<\"\r\n\t");
    private static readonly SearchValues<char> InTexts = SearchValues.Create("&<>\r");

    private readonly StringBuilder _text = new();
    private readonly RunLimits? _limits;
    private readonly int _indent;

    /// <summary>Writes within the limits and the settings of a run.</summary>
    public MarkupWriter(ScriptRun run)
        : this(run.Limits, run.Xml.Settings.PrettyPrinting ? run.Xml.Settings.PrettyIndent : -1)
    {
    }

    private MarkupWriter(RunLimits? limits, int indent)
    {
        _limits = limits;
        _indent = indent;
    }

    /// <summary>An element as one line.</summary>
    public static string Compact(MessageNode node)
    {
        var writer = new MarkupWriter(null, -1);
        writer.Write(node);
        return writer.ToString();
    }

    /// <summary>Writes a node after those before; when they are indented, on a line of its own.</summary>
    public void Write(MessageNode node)
    {
        if (_indent >= 0 && _text.Length > 0)
        {
            _text.Append('\n');
        }

        Write(node, node, 0);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Write(MessageNode node, MessageNode top, int level)
    {
        switch (node.Kind)
        {
            case NodeKind.Text when node.IsCData && !node.Text.Contains("]]>", StringComparison.Ordinal):
                _text.Append("<![CDATA[").Append(node.Text).Append("]]>");
                return;
            case NodeKind.Text:
                Escape(_indent >= 0 ? node.Text.Trim() : node.Text, inAttribute: false);
                return;
            case NodeKind.Attribute:
                Escape(node.Text, inAttribute: true);
                return;
            case NodeKind.Comment:
                _text.Append("<!--").Append(node.Value).Append("-->");
                return;
            case NodeKind.ProcessingInstruction:
                _text.Append("<?").Append(node.Name).Append(node.Value is { Length: > 0 } ? " " : "").Append(node.Value).Append("?>");
                return;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        _limits?.CheckLength(_text.Length);
        _limits?.Check();
        WriteElement(node, top, level);
    }

    private void WriteElement(MessageNode node, MessageNode top, int level)
    {
        _text.Append('<');
        AppendName(node);
        WriteAttributes(node, top);
        var start = _text.Length;
        _text.Append('>');
        if (node.HasSimpleContent && node.IsPacked)
        {
            Escape(node.Text, inAttribute: false);
        }
        else
        {
            WriteChildren(node, top, level);
        }

        if (_text.Length == start + 1)
        {
            _text.Length = start;
            _text.Append("/>");
            return;
        }

        _text.Append("</");
        AppendName(node);
        _text.Append('>');
    }

    private void WriteChildren(MessageNode node, MessageNode top, int level)
    {
        var children = node.Children;
        var breaks = _indent >= 0 && children.Count > 0 && (children.Count > 1 || children[0].Kind != NodeKind.Text);
        for (var i = 0; i < children.Count; i++)
        {
            if (breaks)
            {
                Break(level + 1);
            }

            Write(children[i], top, level + 1);
        }

        if (breaks)
        {
            Break(level);
        }
    }

    private void Break(int level)
    {
        _limits?.CheckLength(_text.Length + (double)level * _indent);
        _text.Append('\n').Append(' ', level * _indent);
    }

    private void WriteAttributes(MessageNode node, MessageNode top)
    {
        List<string>? declared = null;
        DeclareIfNeeded(node, node.Prefix, node.NamespaceUri, top, ref declared);
        var attributes = node.Attributes;
        for (var i = 0; i < attributes.Count; i++)
        {
            var attribute = attributes[i];
            if (attribute.Prefix is { } prefix and not ("xmlns" or "xml"))
            {
                DeclareIfNeeded(node, prefix, attribute.NamespaceUri, top, ref declared);
            }

            _text.Append(' ');
            AppendName(attribute);
            _text.Append("=\"");
            Escape(attribute.Text, inAttribute: true);
            _text.Append('"');
        }
    }

    // A part of a document uses what is declared above it; what was made under a default namespace declares nothing itself.
    private void DeclareIfNeeded(MessageNode node, string? prefix, string? uri, MessageNode top, ref List<string>? declared)
    {
        prefix ??= "";
        if (uri is null or "" || Meaning(node, prefix, top) == uri || declared?.Contains(prefix) == true)
        {
            return;
        }

        (declared ??= []).Add(prefix);
        _text.Append(" xmlns").Append(prefix.Length == 0 ? "" : ":").Append(prefix).Append("=\"");
        Escape(uri, inAttribute: true);
        _text.Append('"');
    }

    private static string? Meaning(MessageNode node, string prefix, MessageNode top)
    {
        if (XmlNamespaces.DeclaredAt(node, prefix) is { } own)
        {
            return own;
        }

        for (var at = node; !ReferenceEquals(at, top);)
        {
            at = at.Parent!;
            if (XmlNamespaces.DeclaredAt(at, prefix) is { } declared)
            {
                return declared;
            }

            // Written just now with a declaration of its own.
            if ((at.Prefix ?? "") == prefix && at.NamespaceUri is { } used)
            {
                return used;
            }
        }

        return null;
    }

    private void AppendName(MessageNode node)
    {
        if (!string.IsNullOrEmpty(node.Prefix))
        {
            _text.Append(node.Prefix).Append(':');
        }

        _text.Append(node.Name);
    }

    private void Escape(string value, bool inAttribute)
    {
        var rest = value.AsSpan();
        while (true)
        {
            var next = rest.IndexOfAny(inAttribute ? InAttributes : InTexts);
            if (next < 0)
            {
                _text.Append(rest);
                return;
            }

            _text.Append(rest[..next]).Append(rest[next] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\r' => "&#13;",
                '\n' => "&#10;",
                _ => "&#9;",
            });
            rest = rest[(next + 1)..];
        }
    }
}
