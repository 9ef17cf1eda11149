using System.Collections;
using System.Globalization;
using ChannelHost.Scripting.Running;
using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Values;

/// <summary>Turns plain values into script values of one engine. Lists and dictionaries are copied: a script never holds what others see.</summary>
internal static class ScriptValue
{
    /// <summary>The script value.</summary>
    public static JsValue From(object? value, ScriptRun run) => value switch
    {
        DateValue date => new JsDate(run.Engine, date.At),
        _ => From(value, run.Engine),
    };

    private static JsValue From(object? value, Engine engine) => value switch
    {
        null => JsValue.Null,
        string text => text,
        bool boolean => boolean,
        double number => number,
        int number => number,
        long number => number,
        byte[] bytes => engine.Intrinsics.Uint8Array.Construct((byte[])bytes.Clone()),
        ReadOnlyMemory<byte> bytes => engine.Intrinsics.Uint8Array.Construct(bytes.Span),
        IReadOnlyDictionary<string, object?> entries => FromEntries(entries, engine),
        IReadOnlyDictionary<string, string> entries => FromTexts(entries, engine),
        IEnumerable items => FromItems(items, engine),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static JsObject FromEntries(IReadOnlyDictionary<string, object?> entries, Engine engine)
    {
        var result = new JsObject(engine);
        foreach (var (key, value) in entries)
        {
            result.CreateDataProperty(key, From(value, engine));
        }

        return result;
    }

    private static JsObject FromTexts(IReadOnlyDictionary<string, string> entries, Engine engine)
    {
        var result = new JsObject(engine);
        foreach (var (key, value) in entries)
        {
            result.CreateDataProperty(key, value);
        }

        return result;
    }

    private static JsArray FromItems(IEnumerable items, Engine engine)
    {
        var result = new List<JsValue>();
        foreach (var item in items)
        {
            result.Add(From(item, engine));
        }

        return new JsArray(engine, [.. result]);
    }
}
