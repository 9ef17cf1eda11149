using System.Globalization;
using System.Text;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.Json;

/// <summary>
/// Reads JSON as leniently as <c>org.json</c> and Gson do: single quotes, keys and texts without quotes, a comma before the closing bracket.
/// What nests deeper than 512 levels is refused.
/// </summary>
/// <param name="run">Whose limits hold.</param>
/// <param name="text">The text.</param>
/// <param name="isGson">Numbers keep how they were written, and the last of two members with one name counts; else two are an error.</param>
internal sealed class JsonTextReader(ScriptRun run, string text, bool isGson)
{
    /// <summary>The deepest nesting.</summary>
    public const int MaxDepth = 512;

    private const int CheckEvery = 256;
    private int _at;
    private int _count;

    /// <summary>True when nothing but space is left.</summary>
    public bool IsAtEnd => Peek() == '\0';

    /// <summary>The only value of the text.</summary>
    public object ReadAll()
    {
        var value = ReadValue(1);
        return IsAtEnd ? value : throw Fault("The text goes on after its value");
    }

    /// <summary>The next value.</summary>
    public object ReadValue(int depth = 1)
    {
        if (++_count % CheckEvery == 0)
        {
            run.Limits.Check();
        }

        if (depth > MaxDepth)
        {
            throw Fault($"JSON text nests deeper than {MaxDepth} levels");
        }

        return Peek() switch
        {
            '{' => ReadObject(depth),
            '[' => ReadArray(depth),
            '"' or '\'' => ReadQuoted(),
            _ => Bare(),
        };
    }

    /// <summary>An object; an error for anything else.</summary>
    public JsonMap ReadObject(int depth = 1)
    {
        if (Peek() != '{')
        {
            throw Fault("A JSONObject text must begin with '{'");
        }

        _at++;
        var map = new JsonMap();
        for (; ;)
        {
            switch (Peek())
            {
                case '}':
                    _at++;
                    return map;
                case '\0':
                    throw Fault("A JSONObject text must end with '}'");
            }

            var key = Peek() is '"' or '\'' ? ReadQuoted() : Token();
            if (Peek() != ':')
            {
                throw Fault("Expected a ':' after a key");
            }

            _at++;
            var value = ReadValue(depth + 1);
            if (!isGson && map.Members.ContainsKey(key))
            {
                throw Fault("Duplicate key");
            }

            map.Members[key] = value;
            switch (Peek())
            {
                case ',' or ';':
                    _at++;
                    break;
                case '}':
                    break;
                default:
                    throw Fault("Expected a ',' or '}'");
            }
        }
    }

    /// <summary>An array; an error for anything else.</summary>
    public JsonItems ReadArray(int depth = 1)
    {
        if (Peek() != '[')
        {
            throw Fault("A JSONArray text must start with '['");
        }

        _at++;
        var items = new JsonItems();
        for (; ;)
        {
            switch (Peek())
            {
                case ']':
                    _at++;
                    return items;
                case ',':
                    items.Items.Add(JsonNothing.Value);
                    break;
                default:
                    items.Items.Add(ReadValue(depth + 1));
                    break;
            }

            switch (Peek())
            {
                case ',' or ';':
                    _at++;
                    break;
                case ']':
                    break;
                default:
                    throw Fault("Expected a ',' or ']'");
            }
        }
    }

    private char Peek()
    {
        while (_at < text.Length && (text[_at] <= ' ' || text[_at] == '\uFEFF'))
        {
            _at++;
        }

        return _at < text.Length ? text[_at] : '\0';
    }

    private string Token()
    {
        var start = _at;
        while (_at < text.Length && text[_at] >= ' ' && !",:]}/\\\"[{;=#".Contains(text[_at], StringComparison.Ordinal))
        {
            _at++;
        }

        var token = text[start.._at].Trim();
        return token.Length > 0 ? token : throw Fault("Missing value");
    }

    private object Bare()
    {
        var token = Token();
        return isGson && JsonNumbers.TryRead(token) is not null ? new JsonNumber(token) : JsonNumbers.ValueOf(token);
    }

    private string ReadQuoted()
    {
        var quote = text[_at++];
        var end = text.AsSpan(_at).IndexOfAny(quote, '\\');
        if (end >= 0 && text[_at + end] == quote && !text.AsSpan(_at, end).ContainsAny('\n', '\r'))
        {
            var plain = text.Substring(_at, end);
            _at += end + 1;
            return plain;
        }

        var result = new StringBuilder();
        while (_at < text.Length)
        {
            var c = text[_at++];
            if (c == quote)
            {
                return result.ToString();
            }

            if (c is '\n' or '\r' && !isGson)
            {
                break;
            }

            result.Append(c == '\\' ? Escaped() : c);
        }

        throw Fault("Unterminated string");
    }

    private char Escaped()
    {
        var c = _at < text.Length ? text[_at++] : throw Fault("Unterminated string");
        switch (c)
        {
            case 'b':
                return '\b';
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case '"' or '\'' or '\\' or '/':
                return c;
            case 'u' when _at + 4 <= text.Length && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default:
                throw Fault("Illegal escape");
        }
    }

    // Where, and never what: the text is a message's.
    private JsonFaultException Fault(string message)
    {
        var before = text.AsSpan(0, Math.Min(_at, text.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - (before.LastIndexOf('\n') + 1);
        return new JsonFaultException($"{message} at {_at} [character {column + 1} line {line}]", isGson);
    }
}
