namespace ChannelHost.Scripting.Running;

/// <summary>Compares JSON texts without reading them.</summary>
internal static class JsonText
{
    /// <summary>True when <paramref name="text"/> without the white space between its tokens is <paramref name="compact"/>.</summary>
    public static bool EqualsCompact(ReadOnlySpan<char> text, ReadOnlySpan<char> compact)
    {
        var at = 0;
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (!inString && (c is ' ' or '\n' or '\r' or '\t'))
            {
                continue;
            }

            if (at == compact.Length || compact[at] != c)
            {
                return false;
            }

            at++;
            if (c == '"')
            {
                inString = !inString;
            }
            else if (c == '\\' && inString)
            {
                // What follows belongs to the escape, above all a quote.
                if (++i == text.Length || at == compact.Length || compact[at] != text[i])
                {
                    return false;
                }

                at++;
            }
        }

        return at == compact.Length;
    }
}
