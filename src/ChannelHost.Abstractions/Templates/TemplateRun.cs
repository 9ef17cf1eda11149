using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>One filling-in of a template: the text so far, what <c>#set</c> has set, and what it has cost.</summary>
internal sealed class TemplateRun(IVariableLookup variables, TemplateDialect dialect)
{
    /// <summary>The longest result, in characters.</summary>
    public const int Longest = 64 * 1024 * 1024;

    /// <summary>How often loops may turn, all together.</summary>
    public const int MostTurns = 100_000;

    private Dictionary<string, object?>? _locals;
    private int _turns;
    private long _held;

    /// <summary>The text so far.</summary>
    public StringBuilder Text { get; private set; } = new();

    /// <summary>Where values go; null names nothing.</summary>
    public IVariableLookup Variables => variables;

    /// <summary>The dialect, on which the text of a number depends.</summary>
    public TemplateDialect Dialect => dialect;

    /// <summary>Why it cannot go on; null when it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>True after <c>#stop</c>.</summary>
    public bool IsEnded { get; set; }

    /// <summary>True after <c>#break</c>, until its loop has ended.</summary>
    public bool IsBroken { get; set; }

    /// <summary>True when nothing more is to be written here.</summary>
    public bool IsHalted => Failure is not null || IsEnded || IsBroken;

    /// <summary>The value of a name: what the template set itself comes before what it was given.</summary>
    public object? Value(string name)
    {
        if (_locals is not null && _locals.TryGetValue(name, out var local))
        {
            return local;
        }

        var value = variables.FindValue(name);
        if (name is "UUID" or "DATE" or "SYSTIME")
        {
            // The same wherever it stands in one text: a name at the top of a file and again in its trailer.
            SetLocal(name, value);
        }

        return value;
    }

    /// <summary>Sets a name for the rest of the template.</summary>
    public void SetLocal(string name, object? value) => (_locals ??= new Dictionary<string, object?>(StringComparer.Ordinal))[name] = value;

    /// <summary>Takes back what a loop set; <paramref name="had"/> is what <see cref="TryGetLocal"/> said before.</summary>
    public void RestoreLocal(string name, bool had, object? before)
    {
        if (had)
        {
            SetLocal(name, before);
        }
        else
        {
            _locals?.Remove(name);
        }
    }

    /// <summary>What the template itself has set.</summary>
    public bool TryGetLocal(string name, out object? value)
    {
        value = null;
        return _locals is not null && _locals.TryGetValue(name, out value);
    }

    /// <summary>Appends text, within the limit.</summary>
    public void Append(string text)
    {
        if (Text.Length + (long)text.Length > Longest)
        {
            throw TooLong();
        }
        else
        {
            Text.Append(text);
        }
    }

    /// <summary>Says that a text would be longer than texts may be.</summary>
    public static TemplateLimitException TooLong() => new($"(a text of at most {Longest:N0} characters)");

    /// <summary>Joins two texts, within the limit.</summary>
    public static string Join(string? first, string? second) =>
        (first?.Length ?? 0) + (long)(second?.Length ?? 0) > Longest ? throw TooLong() : first + second;

    /// <summary>Counts what a list or a map that the template makes holds: it may be kept in the next one, and that in the next.</summary>
    public void Hold(long items, object? value = null)
    {
        _held += items + ((value as string)?.Length ?? 0);
        if (_held > Longest)
        {
            throw new TemplateLimitException($"(lists of at most {Longest:N0} items and characters)");
        }
    }

    /// <summary>Counts a turn of a loop; false when there were too many.</summary>
    public bool Turn()
    {
        if (++_turns <= MostTurns)
        {
            return true;
        }

        Fail($"(loops of at most {MostTurns:N0} turns)");
        return false;
    }

    /// <summary>The text that nodes write, beside the result: for texts in double quotes.</summary>
    public string Aside(IReadOnlyList<TemplateNode> nodes)
    {
        var text = Text;
        Text = new StringBuilder();
        foreach (var node in nodes)
        {
            if (IsHalted)
            {
                break;
            }

            node.Write(this);
        }

        var aside = Text.ToString();
        Text = text;
        return aside;
    }

    /// <summary>Ends the filling-in with a reason: the name that has no value, or the limit that was reached.</summary>
    public void Fail(string reason) => Failure ??= reason;
}
