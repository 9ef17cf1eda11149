using System.Globalization;
using System.Text;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime;

namespace ChannelHost.Scripting.Guards;

/// <summary>Methods of arrays that recurse natively or make texts of any length.</summary>
internal static class ArrayGuard
{
    /// <summary>Replaces them.</summary>
    public static void Install(ScriptRun run)
    {
        var array = run.Engine.Intrinsics.Array;
        ObjectInstance prototype = array.PrototypeObject;
        GuardedBuiltIns.Replace(prototype, run, "join", 1, Join);
        GuardedBuiltIns.Replace(prototype, run, "toString", 0, ToText);
        GuardedBuiltIns.Replace(prototype, run, "toLocaleString", 0, ToLocaleText);
        GuardedBuiltIns.Replace(prototype, run, "flat", 0, Flat);
        GuardedBuiltIns.Replace(array, run, "from", 1, From);
    }

    /// <summary>
    /// <c>new Array(array)</c> makes an array that holds that array; the engine copies it instead. Imported mapping steps are full of
    /// <c>new Array(new Array('a', 'b'))</c>.
    /// </summary>
    public static void InstallConstructor(ScriptRun run) => GuardedConstructor.Install(
        run,
        "Array",
        static (run, arguments) => arguments is [JsArray only] ? new JsArray(run.Engine, [only]) : null);

    private static JsValue Join(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var separator = GuardedBuiltIns.At(arguments, 0) is var given && given.IsUndefined() ? "," : TypeConverter.ToString(given);
        return JoinAll(run, self, separator, TypeConverter.ToString);
    }

    private static JsValue ToText(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        if (self is ObjectInstance array && array.Get("join") is var join && join.IsCallable())
        {
            return run.Engine.Call(join, self, []);
        }

        return "[object Object]";
    }

    private static JsValue ToLocaleText(ScriptRun run, JsValue self, JsValue[] arguments) =>
        JoinAll(run, self, ",", element => element is ObjectInstance composite
            ? TypeConverter.ToString(run.Engine.Call(composite.Get("toLocaleString"), composite, []))
            : TypeConverter.ToString(element));

    private static JsValue JoinAll(ScriptRun run, JsValue self, string separator, Func<JsValue, string> convert)
    {
        if (self is not ObjectInstance array)
        {
            throw run.TypeError("join needs an array.");
        }

        var length = Length(array);
        run.Limits.CheckLength((length - 1) * separator.Length);
        if (!run.Nesting.Enter(array))
        {
            // An array inside itself is shown as nothing, as everywhere.
            return JsString.Empty;
        }

        try
        {
            var text = new StringBuilder();
            for (var i = 0d; i < length; i++)
            {
                run.Limits.Check();
                if (i > 0)
                {
                    text.Append(separator);
                }

                var element = Element(array, i);
                if (!element.IsNothing())
                {
                    text.Append(convert(element));
                }

                run.Limits.CheckLength(text.Length);
            }

            return text.ToString();
        }
        finally
        {
            run.Nesting.Leave(array);
        }
    }

    private static JsArray Flat(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        if (self is not ObjectInstance array)
        {
            throw run.TypeError("flat needs an array.");
        }

        var depth = GuardedBuiltIns.At(arguments, 0) is var given && given.IsUndefined() ? 1 : TypeConverter.ToIntegerOrInfinity(given);
        var result = new List<JsValue>();

        // A stack of places instead of recursion: nesting is the script's choice.
        var open = new Stack<(ObjectInstance Array, double Next, double Length)>();
        open.Push((array, 0, Length(array)));
        while (open.TryPop(out var place))
        {
            run.Limits.Check();
            if (place.Next >= place.Length)
            {
                continue;
            }

            open.Push((place.Array, place.Next + 1, place.Length));
            if (!Has(place.Array, place.Next))
            {
                continue;
            }

            var element = Element(place.Array, place.Next);
            if (element is JsArray inner && open.Count <= depth)
            {
                open.Push((inner, 0, inner.Length));
            }
            else
            {
                result.Add(element);
                run.Limits.CheckLength(result.Count);
            }
        }

        return new JsArray(run.Engine, [.. result]);
    }

    private static JsArray From(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var source = GuardedBuiltIns.At(arguments, 0);
        var map = GuardedBuiltIns.At(arguments, 1);
        if (source.IsNothing())
        {
            throw run.TypeError("Array.from needs something to take elements from.");
        }

        if (!map.IsUndefined() && !map.IsCallable())
        {
            throw run.TypeError("The second argument of Array.from must be a function.");
        }

        var result = new JsArray(run.Engine, 0u, 0u);
        var thisArgument = GuardedBuiltIns.At(arguments, 2);
        foreach (var element in Elements(run, source))
        {
            run.Limits.Check();
            result.Push(map.IsUndefined() ? element : run.Engine.Call(map, thisArgument, [element, result.Length]));
            run.Limits.CheckLength(result.Length);
        }

        return result;
    }

    private static IEnumerable<JsValue> Elements(ScriptRun run, JsValue source)
    {
        if (source is JsString text)
        {
            return CodePoints(text.ToString());
        }

        if (source is not ObjectInstance composite)
        {
            return [];
        }

        var iterate = composite.Get(GlobalSymbolRegistry.Iterator);
        return iterate.IsNothing() ? Indexed(run, composite) : Iterated(run, run.Engine.Call(iterate, composite, []));
    }

    private static IEnumerable<JsValue> CodePoints(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                yield return text.Substring(i++, 2);
            }
            else
            {
                yield return text[i].ToString();
            }
        }
    }

    private static IEnumerable<JsValue> Indexed(ScriptRun run, ObjectInstance source)
    {
        var length = Length(source);
        run.Limits.CheckLength(length);
        for (var i = 0d; i < length; i++)
        {
            yield return Element(source, i);
        }
    }

    private static IEnumerable<JsValue> Iterated(ScriptRun run, JsValue iterator)
    {
        var next = iterator is ObjectInstance source ? source.Get("next") : throw run.TypeError("The iterator is no object.");
        while (run.Engine.Call(next, iterator, []) is ObjectInstance step && !TypeConverter.ToBoolean(step.Get("done")))
        {
            yield return step.Get("value");
        }
    }

    private static double Length(ObjectInstance source) =>
        source is JsArray array ? array.Length : TypeConverter.ToLength(source.Get("length"));

    private static JsValue Element(ObjectInstance source, double index) =>
        source is JsArray array ? array[(uint)index] : source.Get(Key(index));

    private static bool Has(ObjectInstance source, double index) =>
        source is JsArray array && array.TryGetValue((uint)index, out _) ? true : source.HasProperty(Key(index));

    private static string Key(double index) => index.ToString("0", CultureInfo.InvariantCulture);
}
