using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>Reads templates of our own dialect.</summary>
internal static class StrictParser
{
    /// <summary>The pieces of a text.</summary>
    /// <exception cref="FormatException">A <c>${</c> is never closed or names nothing.</exception>
    public static TemplateNode[] Parse(string source)
    {
        var nodes = new List<TemplateNode>();
        var literal = new StringBuilder();
        var at = 0;
        while (at < source.Length)
        {
            var rest = source.AsSpan(at);
            if (rest.StartsWith("$${"))
            {
                literal.Append("${");
                at += 3;
            }
            else if (rest.StartsWith("${") || rest.StartsWith("$!{"))
            {
                Flush(literal, nodes);
                nodes.Add(ReadName(source, ref at));
            }
            else
            {
                literal.Append(source[at++]);
            }
        }

        Flush(literal, nodes);
        return [.. nodes];
    }

    private static NameNode ReadName(string source, ref int at)
    {
        var isQuiet = source[at + 1] == '!';
        var start = at + (isQuiet ? 3 : 2);

        // As a way into a value first: a } may stand in its quotes.
        var way = ExpressionParser.TryReadWay(source, start, out var end);
        if (way is null)
        {
            end = source.IndexOf('}', start);
        }

        if (end < 0)
        {
            throw new FormatException($"the ${{ at character {at + 1} has no closing }}");
        }

        var name = source[start..end].Trim();
        if (name.Length == 0)
        {
            throw new FormatException($"the ${{}} at character {at + 1} names nothing");
        }

        at = end + 1;
        return new NameNode(name, way is { IsPlain: true } ? null : way, isQuiet);
    }

    private static void Flush(StringBuilder literal, List<TemplateNode> nodes)
    {
        if (literal.Length > 0)
        {
            nodes.Add(new TextNode(literal.ToString()));
            literal.Clear();
        }
    }
}
