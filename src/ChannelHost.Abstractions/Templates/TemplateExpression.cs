namespace ChannelHost.Abstractions;

/// <summary>Something in a template that has a value.</summary>
internal abstract class TemplateExpression
{
    /// <summary>The names it asks for.</summary>
    public virtual IEnumerable<string> Names => [];

    /// <summary>Its value; null for none.</summary>
    public abstract object? Evaluate(TemplateRun run);

    /// <summary>What Velocity takes for true: anything but nothing, false, zero and what is empty.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text.Length > 0,
        long or int or double or decimal => ValueMembers.Number(value) != 0,
        _ => ValueMembers.Items(value) is not { Count: 0 },
    };
}

/// <summary>A value that stands there: a text, a number, a truth, nothing.</summary>
internal sealed class LiteralExpression(object? value) : TemplateExpression
{
    public override object? Evaluate(TemplateRun run) => value;
}

/// <summary>A text in double quotes, in which references are filled in.</summary>
internal sealed class QuotedExpression(TemplateNode[] nodes) : TemplateExpression
{
    public override IEnumerable<string> Names => nodes.SelectMany(node => node.Names);

    public override object? Evaluate(TemplateRun run) => run.Aside(nodes);
}

/// <summary>A list that is written out.</summary>
internal sealed class ListExpression(TemplateExpression[] items) : TemplateExpression
{
    public override IEnumerable<string> Names => items.SelectMany(item => item.Names);

    public override object? Evaluate(TemplateRun run)
    {
        var list = new object?[items.Length];
        for (var index = 0; index < list.Length; index++)
        {
            list[index] = items[index].Evaluate(run);
            run.Hold(1, list[index]);
        }

        return list;
    }
}

/// <summary>A map that is written out.</summary>
internal sealed class MapExpression((TemplateExpression Key, TemplateExpression Value)[] entries) : TemplateExpression
{
    public override IEnumerable<string> Names => entries.SelectMany(entry => entry.Key.Names.Concat(entry.Value.Names));

    public override object? Evaluate(TemplateRun run)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            if (ValueText.Of(key.Evaluate(run), run.Dialect) is { } name)
            {
                map[name] = value.Evaluate(run);
                run.Hold(1 + name.Length, map[name]);
            }
        }

        return map;
    }
}

/// <summary><c>[1..5]</c>, also downwards.</summary>
internal sealed class RangeExpression(TemplateExpression first, TemplateExpression last) : TemplateExpression
{
    public override IEnumerable<string> Names => first.Names.Concat(last.Names);

    public override object? Evaluate(TemplateRun run)
    {
        if (ValueMembers.Number(first.Evaluate(run)) is not { } from || ValueMembers.Number(last.Evaluate(run)) is not { } to)
        {
            return null;
        }

        if (Math.Abs(to - from) >= TemplateRun.MostTurns)
        {
            run.Fail($"(a range of at most {TemplateRun.MostTurns:N0} numbers)");
            return null;
        }

        run.Hold((long)Math.Abs(to - from) + 1);
        var step = to < from ? -1 : 1;
        return Enumerable.Range(0, (int)Math.Abs((long)to - (long)from) + 1).Select(place => (object?)((long)from + (place * step))).ToArray();
    }
}

/// <summary><c>not</c> and the sign.</summary>
internal sealed class UnaryExpression(bool isNot, TemplateExpression operand) : TemplateExpression
{
    public override IEnumerable<string> Names => operand.Names;

    public override object? Evaluate(TemplateRun run)
    {
        var value = operand.Evaluate(run);
        return isNot ? !IsTrue(value) : value switch
        {
            long whole => -whole,
            null => null,
            _ => -ValueMembers.Number(value),
        };
    }
}

/// <summary>Two values and what joins them.</summary>
internal sealed class BinaryExpression(string sign, TemplateExpression left, TemplateExpression right) : TemplateExpression
{
    public override IEnumerable<string> Names => left.Names.Concat(right.Names);

    public override object? Evaluate(TemplateRun run)
    {
        var first = left.Evaluate(run);
        if (sign is "&&" or "||")
        {
            return IsTrue(first) == (sign == "&&") ? IsTrue(right.Evaluate(run)) : sign == "||";
        }

        var second = right.Evaluate(run);
        return sign switch
        {
            "==" => AreEqual(first, second, run),
            "!=" => !AreEqual(first, second, run),
            "<" or ">" or "<=" or ">=" => Compare(first, second),
            "+" when first is string || second is string => TemplateRun.Join(ValueText.Of(first, run.Dialect), ValueText.Of(second, run.Dialect)),
            _ => Calculate(first, second),
        };
    }

    private static bool AreEqual(object? first, object? second, TemplateRun run)
    {
        if (first is null || second is null)
        {
            return first is null && second is null;
        }

        return ValueMembers.Number(first) is { } one && ValueMembers.Number(second) is { } other
            ? one.Equals(other)
            : ValueText.Of(first, run.Dialect) == ValueText.Of(second, run.Dialect);
    }

    private bool Compare(object? first, object? second)
    {
        if (ValueMembers.Number(first) is not { } one || ValueMembers.Number(second) is not { } other)
        {
            return false;
        }

        return sign switch
        {
            "<" => one < other,
            ">" => one > other,
            "<=" => one <= other,
            _ => one >= other,
        };
    }

    private object? Calculate(object? first, object? second)
    {
        if (first is long one && second is long other)
        {
            return sign switch
            {
                "+" => one + other,
                "-" => one - other,
                "*" => one * other,
                "/" => other is 0 or -1 ? other == 0 ? null : -one : one / other,
                _ => other is 0 or -1 ? other == 0 ? null : 0L : one % other,
            };
        }

        if (ValueMembers.Number(first) is not { } left || ValueMembers.Number(second) is not { } right)
        {
            return null;
        }

        return sign switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => right == 0 ? null : left / right,
            _ => right == 0 ? null : left % right,
        };
    }
}

/// <summary>A name and the way from its value to a part of it.</summary>
/// <param name="name">The name.</param>
/// <param name="steps">The steps in order.</param>
internal sealed class ReferenceExpression(string name, ReferenceStep[] steps) : TemplateExpression
{
    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>True when there is no step.</summary>
    public bool IsPlain => steps.Length == 0;

    public override IEnumerable<string> Names =>
        steps.SelectMany(step => (step.Arguments ?? []).Concat(step.Index is null ? [] : [step.Index])).SelectMany(used => used.Names).Prepend(name);

    public override object? Evaluate(TemplateRun run)
    {
        var value = run.Value(name);
        foreach (var step in steps)
        {
            if (value is null)
            {
                return null;
            }

            if (step.Index is { } index)
            {
                value = ValueMembers.At(value, index.Evaluate(run));
                continue;
            }

            var arguments = step.Arguments is { } given ? Array.ConvertAll(given, argument => argument.Evaluate(run)) : null;
            if (!ValueMembers.TryGet(value, step.Member!, arguments, run.Dialect, out value))
            {
                return null;
            }

            if (arguments is not null && value is List<object?> made)
            {
                run.Hold(made.Count);
            }
        }

        return value;
    }
}

/// <summary>One step: a property, a call, or an index.</summary>
/// <param name="Member">The property's or method's name; null for an index.</param>
/// <param name="Arguments">Those of a call; null for a property.</param>
/// <param name="Index">What stands in brackets.</param>
internal readonly record struct ReferenceStep(string? Member, TemplateExpression[]? Arguments, TemplateExpression? Index);
