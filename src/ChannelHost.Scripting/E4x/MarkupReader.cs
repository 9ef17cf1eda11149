using System.Xml;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;

namespace ChannelHost.Scripting.E4x;

/// <summary>
/// Reads the XML that scripts write or hand over. No document types, so that there are no entities to grow, no files and no addresses to fetch; within the run's
/// time and memory, and no deeper than trees may be.
/// </summary>
internal sealed class MarkupReader(ScriptRun run)
{
    private const int CheckEvery = 64;

    private readonly List<MessageNode> _top = [];
    private readonly Stack<MessageNode> _open = new();

    /// <summary>True to keep comments at the top and instructions anywhere, which the settings drop.</summary>
    public bool KeepsAll { get; init; }

    /// <summary>True for an element whose white space must be left alone until its expressions are filled in.</summary>
    public Func<MessageNode, bool>? IsUnsettled { get; init; }

    /// <summary>Reads markup of any number of elements and texts.</summary>
    /// <exception cref="Jint.Runtime.JavaScriptException">It is no XML, or too large.</exception>
    public List<MessageNode> Read(string text)
    {
        // Without markup there is nothing to take apart, and nothing that could be wrong.
        if (!text.AsSpan().ContainsAny('<', '&'))
        {
            return text.Length == 0 ? [] : [MessageNode.NewText(text.ReplaceLineEndings("\n"))];
        }

        text = WithoutDeclaration(text);
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), Settings(), Context());
            ReadAll(reader);
        }
        catch (XmlException exception)
        {
            throw Problem(exception, text);
        }

        return _top;
    }

    /// <summary>Joins texts that stand side by side, and drops white space between elements when the settings say so.</summary>
    public static void Settle(MessageNode element, bool ignoreWhitespace)
    {
        TreeTexts.Join(element, IsPlainText);

        // Texts stand apart now: white space is dropped unless it is all there is.
        TreeTexts.Drop(element, ignoreWhitespace && element.Children.Count > 1 ? IsBlankText : IsEmptyText);
    }

    private static bool IsPlainText(MessageNode node) => node is { Kind: NodeKind.Text, IsCData: false };

    private static bool IsBlankText(MessageNode node) => IsPlainText(node) && string.IsNullOrWhiteSpace(node.Value);

    private static bool IsEmptyText(MessageNode node) => IsPlainText(node) && node.Value!.Length == 0;

    private static string WithoutDeclaration(string text)
    {
        var start = 0;
        while (start < text.Length && (char.IsWhiteSpace(text[start]) || text[start] == '\uFEFF'))
        {
            start++;
        }

        if (string.CompareOrdinal(text, start, "<?xml", 0, 5) != 0 || start + 5 >= text.Length || !char.IsWhiteSpace(text[start + 5]))
        {
            return text;
        }

        var end = text.IndexOf("?>", start, StringComparison.Ordinal);
        return end < 0 ? text : text[(end + 2)..];
    }

    private static XmlReaderSettings Settings() => new()
    {
        ConformanceLevel = ConformanceLevel.Fragment,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 1,
        CloseInput = true,
    };

    private XmlParserContext Context()
    {
        var names = new NameTable();
        var spaces = new XmlNamespaceManager(names);
        if (run.Xml.DefaultUri is { Length: > 0 } uri)
        {
            spaces.AddNamespace("", uri);
        }

        return new XmlParserContext(names, spaces, null, XmlSpace.None);
    }

    private void ReadAll(XmlReader reader)
    {
        var count = 0;
        while (reader.Read())
        {
            if (++count % CheckEvery == 0)
            {
                run.Limits.Check();
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    Begin(reader);
                    break;
                case XmlNodeType.EndElement:
                    End(_open.Pop());
                    break;
                case XmlNodeType.CDATA:
                    Add(MessageNode.NewCData(reader.Value));
                    break;
                case XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    Add(MessageNode.NewText(reader.Value));
                    break;
                case XmlNodeType.Comment when KeepsAll || _open.Count > 0 || !run.Xml.Settings.IgnoreComments:
                    Add(MessageNode.NewComment(reader.Value));
                    break;
                case XmlNodeType.ProcessingInstruction when KeepsAll || !run.Xml.Settings.IgnoreProcessingInstructions:
                    Add(MessageNode.NewProcessingInstruction(reader.Name, reader.Value));
                    break;
            }
        }
    }

    private void Begin(XmlReader reader)
    {
        if (_open.Count >= TreeDepth.Most)
        {
            throw run.TypeError($"XML must not nest deeper than {TreeDepth.Most} elements.");
        }

        var node = MessageNode.NewElement(reader.LocalName);
        node.Prefix = OrNull(reader.Prefix);
        node.NamespaceUri = OrNull(reader.NamespaceURI);
        var isEmpty = reader.IsEmptyElement;
        while (reader.MoveToNextAttribute())
        {
            var attribute = MessageNode.NewAttribute(reader.LocalName, reader.Value);
            attribute.Prefix = OrNull(reader.Prefix);
            attribute.NamespaceUri = attribute.Prefix is null ? null : OrNull(reader.NamespaceURI);
            node.AddParsedAttribute(attribute);
        }

        Add(node);
        if (!isEmpty)
        {
            _open.Push(node);
        }
    }

    private void End(MessageNode element)
    {
        if (IsUnsettled?.Invoke(element) != true)
        {
            Settle(element, run.Xml.Settings.IgnoreWhitespace);
        }
    }

    private void Add(MessageNode node)
    {
        if (_open.TryPeek(out var parent))
        {
            parent.Append(node);
        }
        else
        {
            _top.Add(node);
        }
    }

    // The exception's own text may quote what was read, and that may be a patient's.
    private Jint.Runtime.JavaScriptException Problem(XmlException exception, string text) => run.TypeError(
        text.Contains("<!DOCTYPE", StringComparison.Ordinal)
            ? "The XML has a document type (DOCTYPE); none is ever read."
            : $"This is no XML: it cannot be read at line {exception.LineNumber}, character {exception.LinePosition}. Look there for a tag that is not closed, a bare & or <, or a prefix that nothing declares.");

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
