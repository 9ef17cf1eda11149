using System.Text;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;
using Jint.Runtime;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Guards;

/// <summary>Methods of texts that make much out of little.</summary>
internal static class StringGuard
{
    /// <summary>Replaces them.</summary>
    public static void Install(ScriptRun run)
    {
        if (run.Engine.Global.Get("String") is not ObjectInstance constructor || constructor.Get("prototype") is not ObjectInstance prototype)
        {
            return;
        }

        GuardedBuiltIns.Replace(prototype, run, "repeat", 1, Repeat);
        GuardedBuiltIns.Replace(prototype, run, "concat", 1, Concat);
        GuardedBuiltIns.Replace(prototype, run, "replace", 2, (run, self, arguments) => Replace(run, self, arguments, all: false));
        GuardedBuiltIns.Replace(prototype, run, "replaceAll", 2, (run, self, arguments) => Replace(run, self, arguments, all: true));
        GuardedBuiltIns.Replace(prototype, run, "indexOf", 1, IndexOf);
        GuardedBuiltIns.Replace(prototype, run, "lastIndexOf", 1, LastIndexOf);
        GuardedBuiltIns.Replace(prototype, run, "includes", 1, Includes);
        GuardedBuiltIns.Replace(prototype, run, "split", 2, Split);
        GuardedBuiltIns.Replace(prototype, run, "normalize", 0, Normalize);
        GuardedBuiltIns.Replace(constructor, run, "raw", 1, Raw);
    }

    // One character can become 4, and 18 where compatibility forms are taken apart.
    private static JsValue Normalize(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var text = Text(run, self, "normalize");
        var given = GuardedBuiltIns.At(arguments, 0);
        var (form, growth) = (given.IsUndefined() ? "NFC" : TypeConverter.ToString(given)) switch
        {
            "NFC" => (NormalizationForm.FormC, 4),
            "NFD" => (NormalizationForm.FormD, 4),
            "NFKC" => (NormalizationForm.FormKC, 18),
            "NFKD" => (NormalizationForm.FormKD, 18),
            _ => throw run.Error("normalize needs NFC, NFD, NFKC or NFKD."),
        };
        if (Ascii.IsValid(text))
        {
            return text;
        }

        run.Limits.CheckRoom((double)text.Length * growth * sizeof(char));
        try
        {
            return text.Normalize(form);
        }
        catch (ArgumentException)
        {
            throw run.Error("normalize cannot read half of a surrogate pair.");
        }
    }

    private static JsValue IndexOf(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var text = Text(run, self, "indexOf");
        var part = TypeConverter.ToString(GuardedBuiltIns.At(arguments, 0));
        return TextSearch.IndexOf(run.Limits, text, part, Place(GuardedBuiltIns.At(arguments, 1), text));
    }

    private static JsValue LastIndexOf(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var text = Text(run, self, "lastIndexOf");
        var part = TypeConverter.ToString(GuardedBuiltIns.At(arguments, 0));
        var from = TypeConverter.ToNumber(GuardedBuiltIns.At(arguments, 1));
        return TextSearch.LastIndexOf(run.Limits, text, part, double.IsNaN(from) ? text.Length : (int)Math.Clamp(Math.Truncate(from), 0, text.Length));
    }

    private static JsValue Includes(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var text = Text(run, self, "includes");
        var wanted = GuardedBuiltIns.At(arguments, 0);
        if (wanted is ObjectInstance pattern && (pattern.Get(GlobalSymbolRegistry.Match) is var mark && !mark.IsUndefined() ? TypeConverter.ToBoolean(mark) : pattern is JsRegExp))
        {
            throw run.TypeError("includes needs a text, not a regular expression: use search or match.");
        }

        var part = TypeConverter.ToString(wanted);
        return TextSearch.IndexOf(run.Limits, text, part, Place(GuardedBuiltIns.At(arguments, 1), text)) >= 0;
    }

    private static int Place(JsValue given, string text) =>
        given.IsUndefined() ? 0 : (int)Math.Clamp(TypeConverter.ToIntegerOrInfinity(given), 0, text.Length);

    private static JsValue Split(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var (separator, limit) = (GuardedBuiltIns.At(arguments, 0), GuardedBuiltIns.At(arguments, 1));
        if (!self.IsNothing() && separator is ObjectInstance pattern && pattern.Get(GlobalSymbolRegistry.Split) is var splitter && splitter.IsCallable())
        {
            return run.Engine.Call(splitter, pattern, [self, limit]);
        }

        var text = Text(run, self, "split");
        var most = limit.IsUndefined() ? uint.MaxValue : TypeConverter.ToUint32(limit);
        var mark = TypeConverter.ToString(separator);
        if (most == 0)
        {
            return new JsArray(run.Engine);
        }

        if (separator.IsUndefined())
        {
            return new JsArray(run.Engine, [text]);
        }

        return mark.Length == 0 ? Letters(run, text, most) : Pieces(run, TextSearch.Split(run.Limits, text, mark, most));
    }

    private static JsArray Pieces(ScriptRun run, List<string> pieces)
    {
        run.Limits.CheckLength(pieces.Count);
        var values = new JsValue[pieces.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = JsString.Create(pieces[i]);
        }

        return new JsArray(run.Engine, values);
    }

    private static JsArray Letters(ScriptRun run, string text, double most)
    {
        var count = (int)Math.Min(most, text.Length);
        run.Limits.CheckLength(count);
        run.Limits.CheckRoom((double)count * IntPtr.Size);
        var values = new JsValue[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = JsString.Create(text[i].ToString());
            if ((i & 0xFFFF) == 0)
            {
                run.Limits.Check();
            }
        }

        return new JsArray(run.Engine, values);
    }

    private static JsValue Repeat(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var text = Text(run, self, "repeat");
        var count = TypeConverter.ToIntegerOrInfinity(GuardedBuiltIns.At(arguments, 0));
        if (count < 0)
        {
            throw run.Error("repeat needs a count that is not negative.");
        }

        run.Limits.CheckLength(text.Length == 0 ? 0 : count * text.Length);
        run.Limits.CheckRoom(count * text.Length * sizeof(char));
        if (text.Length == 0 || count == 0)
        {
            return JsString.Empty;
        }

        return text.Length == 1
            ? new string(text[0], (int)count)
            : string.Create((int)count * text.Length, text, static (target, part) =>
            {
                for (var at = 0; at < target.Length; at += part.Length)
                {
                    part.CopyTo(target[at..]);
                }
            });
    }

    private static JsValue Concat(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        var result = new StringBuilder(Text(run, self, "concat"));
        foreach (var argument in arguments)
        {
            result.Append(TypeConverter.ToString(argument));
            run.Limits.CheckLength(result.Length);
        }

        return result.ToString();
    }

    private static JsValue Raw(ScriptRun run, JsValue self, JsValue[] arguments)
    {
        if (GuardedBuiltIns.At(arguments, 0) is not ObjectInstance template || template.Get("raw") is not ObjectInstance parts)
        {
            throw run.TypeError("String.raw needs a template.");
        }

        var result = new StringBuilder();
        var count = TypeConverter.ToLength(parts.Get("length"));
        for (ulong i = 0; i < count; i++)
        {
            run.Limits.Check();
            result.Append(TypeConverter.ToString(parts.Get(i)));
            if (i + 1 < count && (int)i + 1 < arguments.Length)
            {
                result.Append(TypeConverter.ToString(arguments[(int)i + 1]));
            }

            run.Limits.CheckLength(result.Length);
        }

        return result.ToString();
    }

    private static JsValue Replace(ScriptRun run, JsValue self, JsValue[] arguments, bool all)
    {
        var name = all ? "replaceAll" : "replace";
        var search = GuardedBuiltIns.At(arguments, 0);
        var replacement = GuardedBuiltIns.At(arguments, 1);
        if (search is ObjectInstance pattern && pattern.Get(GlobalSymbolRegistry.Replace) is var replacer && replacer.IsCallable())
        {
            if (all && pattern is JsRegExp { Global: false })
            {
                throw run.TypeError("replaceAll needs a regular expression with the g flag.");
            }

            return ReplacePattern(run, Text(run, self, name), pattern, replacer, replacement);
        }

        return ReplaceText(run, Text(run, self, name), TypeConverter.ToString(search), replacement, all);
    }

    private static JsValue ReplacePattern(ScriptRun run, string text, ObjectInstance pattern, JsValue replacer, JsValue replacement)
    {
        if (!replacement.IsCallable())
        {
            var template = TypeConverter.ToString(replacement);
            replacement = template;
            if (Substitution.MayExceed(template, text.Length, run.Limits.Length))
            {
                replacement = Counting(run, text, template);
            }
        }

        return run.Engine.Call(replacer, pattern, [text, replacement]);
    }

    // Too long a result is found while it grows, match by match.
    private static ClrFunction Counting(ScriptRun run, string text, string template)
    {
        var length = (double)text.Length;
        return new ClrFunction(run.Engine, "replacer", (_, match) =>
        {
            run.Limits.Check();
            var part = Substitution.Expand(template, text, match, run.Limits);
            length += part.Length;
            run.Limits.CheckLength(length);
            return part;
        });
    }

    private static JsValue ReplaceText(ScriptRun run, string text, string search, JsValue replacement, bool all)
    {
        var template = replacement.IsCallable() ? null : TypeConverter.ToString(replacement);
        var at = TextSearch.IndexOf(run.Limits, text, search);
        if (at < 0)
        {
            return text;
        }

        var result = new StringBuilder();
        var end = 0;
        while (at >= 0)
        {
            run.Limits.Check();
            result.Append(text, end, at - end);
            result.Append(template is null
                ? TypeConverter.ToString(run.Engine.Call(replacement, JsValue.Undefined, [search, at, text]))
                : Substitution.Expand(template, text, search, at, run.Limits));
            run.Limits.CheckLength(result.Length);
            end = at + search.Length;
            var from = search.Length == 0 ? at + 1 : end;
            at = all && from <= text.Length ? TextSearch.IndexOf(run.Limits, text, search, from) : -1;
        }

        return result.Append(text, end, text.Length - end).ToString();
    }

    private static string Text(ScriptRun run, JsValue self, string method) =>
        self.IsNothing() ? throw run.TypeError($"{method} was called on {self}.") : TypeConverter.ToString(self);
}
