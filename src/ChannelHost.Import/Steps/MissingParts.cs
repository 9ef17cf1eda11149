using ChannelHost.Import.Drafts;

namespace ChannelHost.Import.Steps;

/// <summary>
/// Makes what a message builder inside an iterator writes into: <c>tmp['OBX'][i]['OBX.5']</c> needs an i-th OBX. XML gets a segment, plain objects get arrays
/// and objects.
/// </summary>
internal static class MissingParts
{
    /// <summary>Writes the checks for every index of a loop that stands in the target.</summary>
    public static void Write(string target, IReadOnlyList<string> indexes, ScriptDraft script, string indent)
    {
        var parts = Split(target);
        for (var at = 2; at < parts.Count; at++)
        {
            if (!indexes.Contains(parts[at].Trim('[', ']').Trim()) || !parts[at].StartsWith('['))
            {
                continue;
            }

            var owner = string.Concat(parts.Take(at - 1));
            var list = string.Concat(parts.Take(at));
            var item = list + parts[at];
            script.Line($"{indent}if (typeof({owner}) == 'xml') {{");
            script.Line($"{indent}    if (typeof({item}) == 'undefined') {{");
            script.Line($"{indent}        createSegment({NameOf(parts[at - 1])}, {owner}, {parts[at].Trim('[', ']').Trim()});");
            script.Line($"{indent}    }}");
            script.Line($"{indent}}} else {{");
            script.Line($"{indent}    if (typeof({list}) == 'undefined') {{");
            script.Line($"{indent}        {list} = [];");
            script.Line($"{indent}    }}");
            script.Line($"{indent}    if (typeof({item}) == 'undefined') {{");
            script.Line($"{indent}        {item} = {{}};");
            script.Line($"{indent}    }}");
            script.Line($"{indent}}}");
        }
    }

    // tmp['OBX'][i].x becomes tmp, ['OBX'], [i], .x; quotes and brackets inside brackets are kept together.
    private static List<string> Split(string target)
    {
        var parts = new List<string>();
        var start = 0;
        var depth = 0;
        var quote = '\0';
        for (var at = 0; at < target.Length; at++)
        {
            var c = target[at];
            if (quote != '\0')
            {
                quote = c == quote && target[at - 1] != '\\' ? '\0' : quote;
                continue;
            }

            if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (depth == 0 && c is '[' or '.' && at > start)
            {
                parts.Add(target[start..at]);
                start = at;
            }

            depth += c is '[' or '(' ? 1 : c is ']' or ')' ? -1 : 0;
        }

        parts.Add(target[start..]);
        return parts;
    }

    private static string NameOf(string part) => part.StartsWith('[') ? part.Trim('[', ']').Trim() : JavaScriptText.Literal(part.TrimStart('.'));
}
