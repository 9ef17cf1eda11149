using ChannelHost.Scripting.E4x;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.Values;

/// <summary>Turns script values into values that outlive the engine: string, double, bool, null, byte[], lists and dictionaries of these.</summary>
internal ref struct PlainValue
{
    private const int MaxDepth = 100;
    private const int CheckEvery = 1_000;

    private readonly ScriptRun _run;
    private int _depth;
    private int _count;

    private PlainValue(ScriptRun run)
    {
        _run = run;
    }

    /// <summary>The plain form of a value. Getters of script objects run, within the run's limits.</summary>
    public static object? From(JsValue value, ScriptRun run)
    {
        switch (value)
        {
            case JsString text:
                return text.ToString();
            case JsNumber number:
                return number.AsNumber();
            case JsBoolean boolean:
                return boolean.AsBoolean();
            case JsNull or JsUndefined:
                return null;
            default:
                return new PlainValue(run).Convert(value);
        }
    }

    private object? Convert(JsValue value)
    {
        if (++_count % CheckEvery == 0)
        {
            _run.Limits.Check();
        }

        switch (value)
        {
            case JsString text:
                return text.ToString();
            case JsNumber number:
                return number.AsNumber();
            case JsBoolean boolean:
                return boolean.AsBoolean();
            case JsNull or JsUndefined:
                return null;
            case TreeValue or TreeMember:
                return _depth == 0 ? TextOf(TreeValue.From(value)!) : TextOf(TreeValue.From(value)!).ToString();
            case IPlainSource host:
                return host.ToPlain(_run);
            case ObjectInstance composite:
                return ConvertNested(composite);
            case JsSymbol:
                throw _run.TypeError("A symbol cannot be kept: it has no plain form.");
            default:
                return value.ToString();
        }
    }

    private object? ConvertNested(ObjectInstance composite)
    {
        if (++_depth > MaxDepth)
        {
            throw _run.TypeError($"A value that is kept must not nest deeper than {MaxDepth} levels or contain itself.");
        }

        object? result = composite switch
        {
            JsArray array => ConvertArray(array),
            JsDate date => _depth == 1 ? Date(date) : Date(date)?.ToString(),
            JsMap map => ConvertMap(map),
            JsSet set => ConvertSet(set),
            JsRegExp or JsError => TypeConverter.ToString(composite),
            _ => ConvertObject(composite),
        };
        _depth--;
        return result;
    }

    private object? ConvertObject(ObjectInstance composite)
    {
        if (composite.IsCallable())
        {
            throw _run.TypeError("A function cannot be kept: it belongs to this run only.");
        }

        if (composite.IsUint8Array())
        {
            return composite.AsUint8Array().Clone();
        }

        if (composite.IsArrayBuffer())
        {
            return composite.AsArrayBuffer()?.Clone();
        }

        // Boxed strings, numbers and booleans count as what they hold.
        if (composite is not JsObject && composite.ToObject() is { } boxed and (string or double or bool))
        {
            return boxed;
        }

        var result = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var key in composite.GetOwnPropertyKeys(Types.String))
        {
            if (composite.GetOwnProperty(key) is { Enumerable: true } && composite.Get(key) is var value && !value.IsCallable())
            {
                result[key.ToString()] = Convert(value);
            }
        }

        return result;
    }

    private List<object?> ConvertArray(JsArray array)
    {
        _run.Limits.CheckLength(array.Length);
        var result = new List<object?>((int)Math.Min(array.Length, 1_024));
        for (uint i = 0; i < array.Length; i++)
        {
            result.Add(Convert(array[i]));
        }

        return result;
    }

    private Dictionary<string, object?> ConvertMap(JsMap map)
    {
        var result = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in map)
        {
            result[TypeConverter.ToString(key)] = Convert(value);
        }

        return result;
    }

    private List<object?> ConvertSet(JsSet set)
    {
        var result = new List<object?>(set.Size);
        foreach (var value in set)
        {
            result.Add(Convert(value));
        }

        return result;
    }

    // A whole message is kept as the message it is, a part of it as its text.
    // XML that is no message, and for imported scripts all XML, stays XML; but what is only text is its text, which is what templates want to show.
    private static object TextOf(TreeValue tree)
    {
        var isFree = tree.Document.Tree is FreeTree;
        if (isFree || tree.Document.Run.IsMirth)
        {
            return tree.Count > 0 && !tree.HasSimpleContent ? XmlValues.ToMarkup(tree)! : tree.ToText();
        }

        return MessageText(tree);
    }

    private static string MessageText(TreeValue tree) => tree.Single is { } node && ReferenceEquals(node, tree.Document.Tree.Root)
        ? tree.Document.Run.Scope.Inbound.Decode(tree.Document.Tree.Serialize())
        : tree.ToText();

    private static DateValue? Date(JsDate date) => double.IsNaN(date.DateValue)
        ? null
        : new DateValue(new DateTimeOffset(date.ToDateTime().ToUniversalTime(), TimeSpan.Zero), IsJava: false);
}
