using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>Finds the values of a template's names: the message's maps, then the message's own properties.</summary>
public interface IVariableLookup
{
    /// <summary>The value as text, or null when nothing has that name.</summary>
    /// <param name="name">What stands between <c>${</c> and <c>}</c>, for example <c>controlId</c> or <c>date:yyyyMMdd</c>.</param>
    string? Find(string name);
}

/// <summary>A setting with <c>${name}</c> in it, read once at deploy and filled in for each message. <c>$${</c> stands for a plain <c>${</c>.</summary>
public sealed class Template : IEquatable<Template>
{
    private readonly (string Text, bool IsName)[] _parts;

    private readonly Template? _written;

    private Template(string source, (string, bool)[] parts, Template? written = null)
    {
        Source = source;
        _parts = parts;
        _written = written;
    }

    /// <summary>
    /// The template as it stands in the channel's file: what comes from the environment stands in it as the reference (<c>${config:KEY}</c> as plain text),
    /// so that it is the same on every machine.
    /// </summary>
    public Template Written => _written ?? this;

    /// <summary>The text as written.</summary>
    public string Source { get; }

    /// <summary>The names the template asks for.</summary>
    public IEnumerable<string> Names => _parts.Where(part => part.IsName).Select(part => part.Text);

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A <c>${</c> is never closed or names nothing; the message says at which character.</exception>
    public static Template Parse(string source)
    {
        var parts = new List<(string, bool)>();
        var literal = new StringBuilder();
        var at = 0;
        while (at < source.Length)
        {
            if (source.AsSpan(at).StartsWith("$${"))
            {
                literal.Append("${");
                at += 3;
                continue;
            }

            if (!source.AsSpan(at).StartsWith("${"))
            {
                literal.Append(source[at++]);
                continue;
            }

            var end = source.IndexOf('}', at);
            if (end < 0)
            {
                throw new FormatException($"the ${{ at character {at + 1} has no closing }}");
            }

            var name = source[(at + 2)..end].Trim();
            if (name.Length == 0)
            {
                throw new FormatException($"the ${{}} at character {at + 1} names nothing");
            }

            if (literal.Length > 0)
            {
                parts.Add((literal.ToString(), false));
                literal.Clear();
            }

            parts.Add((name, true));
            at = end + 1;
        }

        if (literal.Length > 0)
        {
            parts.Add((literal.ToString(), false));
        }

        return new Template(source, [.. parts]);
    }

    /// <summary>Reads a template whose text was filled in from the environment.</summary>
    /// <param name="source">The text as filled in.</param>
    /// <param name="written">The text as it stands in the file, every reference to the environment escaped (<c>$${config:KEY}</c>).</param>
    /// <exception cref="FormatException">As of <see cref="Parse(string)"/>.</exception>
    public static Template Parse(string source, string written)
    {
        var template = Parse(source);
        return source == written ? template : new Template(source, template._parts, Parse(written));
    }

    /// <summary>Templates of the same text are equal, so that option records with templates in them compare by what they say.</summary>
    public bool Equals(Template? other) => other is not null && other.Source == Source;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Template);

    /// <inheritdoc/>
    public override int GetHashCode() => Source.GetHashCode(StringComparison.Ordinal);

    /// <summary>Fills in the names. False when a name has no value; <paramref name="result"/> is then that name.</summary>
    public bool TryFill(IVariableLookup variables, out string result)
    {
        if (_parts is [{ IsName: false } only])
        {
            result = only.Text;
            return true;
        }

        var text = new StringBuilder();
        foreach (var (part, isName) in _parts)
        {
            var value = isName ? variables.Find(part) : part;
            if (value is null)
            {
                result = part;
                return false;
            }

            text.Append(value);
        }

        result = text.ToString();
        return true;
    }
}
