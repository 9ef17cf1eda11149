using System.Globalization;

namespace ChannelHost.DataTypes.RowTree;

/// <summary>A message's text; rows and values are slices of it until somebody asks.</summary>
internal sealed class RowContent : PackedContent
{
    private const byte RootLevel = 0;
    private const byte RowLevel = 1;
    private const byte ValueLevel = 2;

    private readonly RowFormat _format;
    private readonly RowScan _scan;

    private RowContent(RowFormat format, string text)
    {
        _format = format;
        Text = text;
        _scan = new RowScan(format, text);
        Root = new MessageNode(this, "delimited", 0, text.Length, RootLevel, 1);
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The root.</summary>
    public MessageNode Root { get; }

    /// <exception cref="MessageFormatException">Too large, or no text in the charset.</exception>
    public static RowContent Read(RowFormat format, ReadOnlyMemory<byte> content)
    {
        if (content.Length > format.Options.MaxSize.Bytes)
        {
            throw new MessageFormatException($"The message has {content.Length} bytes; {format.Options.MaxSize} are allowed (setting maxSize).");
        }

        return new RowContent(format, format.Charset.Read(content.Span, 0));
    }

    public override List<MessageNode> Unpack(MessageNode node) => node.Level switch
    {
        RootLevel => Rows(),
        RowLevel => Values(node),
        _ => ReadText(node) is { Length: > 0 } text ? [MessageNode.NewText(text)] : [],
    };

    public override bool IsText(MessageNode node) => node.Level == ValueLevel;

    public override string ReadText(MessageNode node) => _scan.Value(node.Start, node.Start + node.Length);

    public override string NameOf(MessageNode node) => node.Level switch
    {
        ValueLevel => _format.ColumnName(node.Position - 1),
        RowLevel when _format.Options.NumberedRows => string.Create(CultureInfo.InvariantCulture, $"row{node.Position}"),
        RowLevel => "row",
        _ => "delimited",
    };

    private List<MessageNode> Rows()
    {
        var rows = new List<MessageNode>();
        for (var at = 0; at < Text.Length;)
        {
            var (end, next) = _scan.RowAt(at);
            rows.Add(new MessageNode(this, null, at, end - at, RowLevel, rows.Count + 1));
            at = next;
        }

        return rows;
    }

    private List<MessageNode> Values(MessageNode row)
    {
        var values = _scan.ValuesIn(row.Start, row.Start + row.Length);
        var nodes = new List<MessageNode>(values.Count);
        foreach (var (start, end) in values)
        {
            nodes.Add(new MessageNode(this, null, start, end - start, ValueLevel, nodes.Count + 1));
        }

        return nodes;
    }
}
