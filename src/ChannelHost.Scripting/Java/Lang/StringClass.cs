using System.Globalization;
using System.Text;
using ChannelHost.Scripting.Guards;
using ChannelHost.Scripting.Values;
using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary><c>java.lang.String</c>: Java's methods with Java's meaning, whose results are Java texts again.</summary>
internal static class StringClass
{
    /// <summary>What texts without a constructor of their own can do, <c>StringBuilder</c> too.</summary>
    public static readonly JavaClass CharSequence = new("java.lang.CharSequence");

    /// <summary>The class.</summary>
    public static readonly JavaClass Class = new JavaClass("java.lang.String", CharSequence)
        .New(Construct)
        .Method<string>("length", static (text, _) => text.Length)
        .Method<string>("isEmpty", static (text, _) => text.Length == 0)
        .Method<string>("isBlank", static (text, _) => string.IsNullOrWhiteSpace(text))
        .Method<string>("charAt", static (text, call) => (int)text[call.Int(0)])
        .Method<string>("codePointAt", static (text, call) => CodePoint(text, call.Int(0)))
        .Method<string>("equals", static (text, call) => JavaText.Is(call[0], out var other) && string.Equals(text, other, StringComparison.Ordinal))
        .Method<string>("contentEquals", static (text, call) => string.Equals(text, call.Text(0), StringComparison.Ordinal))
        .Method<string>("equalsIgnoreCase", static (text, call) => string.Equals(text, call.TextOrNull(0), StringComparison.OrdinalIgnoreCase))
        .Method<string>("compareTo", static (text, call) => Compare(text, call.Text(0)))
        .Method<string>("compareToIgnoreCase", static (text, call) => Compare(text.ToLowerInvariant(), call.Text(0).ToLowerInvariant()))
        .Method<string>("hashCode", static (text, _) => Hash(text))
        .Method<string>("contains", static (text, call) => TextSearch.Contains(call.Run.Limits, text, call.Text(0)))
        .Method<string>("startsWith", static (text, call) => StartsWith(text, call.Text(0), call.Int(1, 0)))
        .Method<string>("endsWith", static (text, call) => text.EndsWith(call.Text(0), StringComparison.Ordinal))
        .Method<string>("indexOf", static (text, call) => TextSearch.IndexOf(call.Run.Limits, text, Wanted(call), Math.Clamp(call.Int(1, 0), 0, text.Length)))
        .Method<string>("lastIndexOf", static (text, call) => TextSearch.LastIndexOf(call.Run.Limits, text, Wanted(call), call.Int(1, text.Length)))
        .Method<string>("substring", static (text, call) => Text(call, Part(call, text, call.Int(0), call.Int(1, text.Length))))
        .Method<string>("subSequence", static (text, call) => Text(call, Part(call, text, call.Int(0), call.Int(1))))
        .Method<string>("concat", static (text, call) => Text(call, Join(call, text, call.Text(0))))
        .Method<string>("replace", static (text, call) => Text(call, Replace(call, text)))
        .Method<string>("replaceAll", static (text, call) => Text(call, call.Java.Patterns.Of(call.Text(0)).Replace(text, call.Text(1), all: true)))
        .Method<string>("replaceFirst", static (text, call) => Text(call, call.Java.Patterns.Of(call.Text(0)).Replace(text, call.Text(1), all: false)))
        .Method<string>("matches", static (text, call) => call.Java.Patterns.Of(call.Text(0)).MatchesWhole(text))
        .Method<string>("split", static (text, call) => call.Java.Array(call.Java.Patterns.Of(call.Text(0)).Split(text, call.Int(1, 0))))
        .Method<string>("trim", static (text, call) => Text(call, Trim(text)))
        .Method<string>("strip", static (text, call) => Text(call, text.Trim()))
        .Method<string>("stripLeading", static (text, call) => Text(call, text.TrimStart()))
        .Method<string>("stripTrailing", static (text, call) => Text(call, text.TrimEnd()))
        .Method<string>("repeat", static (text, call) => Text(call, Repeat(call, text, call.Int(0))))
        .Method<string>("toUpperCase", static (text, call) => Text(call, text.ToUpperInvariant()))
        .Method<string>("toLowerCase", static (text, call) => Text(call, text.ToLowerInvariant()))
        .Method<string>("intern", static (_, call) => call.Self)
        .Method<string>("toString", static (text, call) => call.Self is JavaString ? call.Self : Text(call, text))
        .Method<string>("getBytes", static (text, call) => call.Java.Array(IO.Charsets.Of(call, 0).GetBytes(text)))
        .Method<string>("toCharArray", static (text, call) => Characters(text, call))
        .Method<string>("lines", static (text, call) => Lines(text, call))
        .Method<string>("format", static (text, call) => Text(call, JavaFormat.Format(call, text, call.Rest(0))))
        .Static("format", static call => Text(call, FormatStatic(call)))
        .Static("valueOf", ValueOfAny)
        .Static("copyValueOf", ValueOfAny)
        .Static("join", static call => Text(call, JoinAll(call)))
        .Constant("CASE_INSENSITIVE_ORDER", static call => call.New(Util.CollectionsClasses.Comparator, IgnoringCase(call)));

    /// <summary><c>text.valueOf()</c>: the language's own way to its texts, which Java's texts do not have in the reference.</summary>
    public static readonly JavaMember ValueOf = new("valueOf", static call => JavaText.Of(call.Self));

    /// <summary>A part of a text; Java's error when there is no such part.</summary>
    public static string Part(JavaCall call, string text, int begin, int end) =>
        begin < 0 || end > text.Length || begin > end
            ? throw call.Throw("java.lang.StringIndexOutOfBoundsException", $"begin {begin}, end {end}, length {text.Length}")
            : text[begin..end];

    /// <summary>Java's hash of a text.</summary>
    public static int Hash(string text)
    {
        var hash = 0;
        foreach (var c in text)
        {
            hash = unchecked((31 * hash) + c);
        }

        return hash;
    }

    /// <summary>Without the characters up to the blank at both ends, as Java's <c>trim</c>.</summary>
    public static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && text[start] <= ' ')
        {
            start++;
        }

        while (end > start && text[end - 1] <= ' ')
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>A text many times.</summary>
    public static string Repeat(JavaCall call, string text, int count)
    {
        if (count < 0)
        {
            throw call.Throw("java.lang.IllegalArgumentException", $"count is negative: {count}");
        }

        call.Run.Limits.CheckLength((double)text.Length * count);
        call.Run.Limits.CheckRoom((double)text.Length * count * sizeof(char));
        return new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
    }

    /// <summary>Compares as Java does: the first difference, or the lengths.</summary>
    public static int Compare(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (left[i] != right[i])
            {
                return left[i] - right[i];
            }
        }

        return left.Length - right.Length;
    }

    // What a Java text's methods give is a Java text, whatever other Java methods give.
    private static JsValue Text(JavaCall call, string text) =>
        call.Self is JavaString or JavaClassValue ? new JavaString(call.Java, text) : text;

    private static object Construct(JavaCall call) => call[0] switch
    {
        _ when call.Count == 0 => "",
        JavaObject { State: JavaBytes bytes } => Decode(call, bytes.Bytes),
        JavaObject { State: StringBuilder builder } => builder.ToString(),
        var chars when JavaValues.ItemsOf(chars) is { } items && chars is JavaObject { JavaType: var type } && type == ArrayClasses.Chars => Chars(items),
        var value when value is not JavaObject and not JsArray && JavaValues.BytesOf(value) is { } bytes => Decode(call, bytes),
        JsNumber number when call.Java.IsMirth => JavaText.Of(number.AsNumber()),
        _ => call.Text(0),
    };

    private static string Decode(JavaCall call, byte[] bytes) => call.Count >= 3
        ? IO.Charsets.Of(call, 3).GetString(bytes, call.Int(1), call.Int(2))
        : IO.Charsets.Of(call, 1).GetString(bytes);

    private static string Chars(IEnumerable<JsValue> items) => new([.. items.Select(item => (char)(JavaValues.NumberOf(item) ?? 0))]);

    private static JsValue ValueOfAny(JavaCall call) => call[0] is JavaObject { JavaType: var type } array && type == ArrayClasses.Chars
        ? Text(call, Chars(JavaValues.ItemsOf(array)!))
        : Text(call, call.Shown(0));

    // A number stands for a character.
    private static string Wanted(JavaCall call) => call[0] is JsNumber number ? char.ConvertFromUtf32((int)number.AsNumber()) : call.Text(0);

    private static bool StartsWith(string text, string wanted, int from) =>
        from >= 0 && from <= text.Length && text.AsSpan(from).StartsWith(wanted, StringComparison.Ordinal);

    private static int CodePoint(string text, int index) =>
        char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? char.ConvertToUtf32(text, index) : text[index];

    private static string Join(JavaCall call, string left, string right)
    {
        call.Run.Limits.CheckLength((double)left.Length + right.Length);
        return left + right;
    }

    // All occurrences; a pattern of the language is ambiguous in the reference and an error here, too, because it would quietly find nothing.
    private static string Replace(JavaCall call, string text)
    {
        if (call[0] is JsRegExp)
        {
            throw call.Run.TypeError(
                "The choice of Java method java.lang.String.replace matching JavaScript argument types (function,string) is ambiguous: "
                + "use String(value).replace(/pattern/, ...) or value.replaceAll('pattern', ...).");
        }

        var (from, to) = (Wanted(call), call[1] is JsNumber number ? char.ConvertFromUtf32((int)number.AsNumber()) : call.Text(1));
        if (from.Length > 0)
        {
            return TextSearch.Replace(call.Run.Limits, text, from, to);
        }

        call.Run.Limits.CheckLength((text.Length + 1d) * (to.Length + 1));
        var result = new StringBuilder(to);
        foreach (var c in text)
        {
            result.Append(c).Append(to);
        }

        return result.ToString();
    }

    private static string FormatStatic(JavaCall call)
    {
        var locale = call[0] is JavaObject { State: CultureInfo } || (call.Count > 0 && call[0].IsNothing()) ? 1 : 0;
        return JavaFormat.Format(call, call.Text(locale), call.Rest(locale + 1));
    }

    private static string JoinAll(JavaCall call)
    {
        var items = call.Count == 2 && JavaValues.ItemsOf(call[1]) is { } list ? list : call.Rest(1);
        var (separator, text) = (call.Text(0), new StringBuilder());
        var isFirst = true;
        foreach (var item in items)
        {
            text.Append(isFirst ? "" : separator).Append(call.Java.Show(item));
            call.Run.Limits.CheckLength(text.Length);
            isFirst = false;
        }

        return text.ToString();
    }

    private static Jint.Runtime.Interop.ClrFunction IgnoringCase(JavaCall call) => new Jint.Runtime.Interop.ClrFunction(
        call.Run.Engine,
        "compare",
        static (_, arguments) => string.Compare(JavaText.Of(arguments[0]), JavaText.Of(arguments[1]), StringComparison.OrdinalIgnoreCase));

    // A value of the engine for each character, and the list of them as it grows.
    private const double BytesOfValue = 48;

    private static JavaObject Characters(string text, JavaCall call)
    {
        call.Run.Limits.CheckLength(text.Length);
        call.Run.Limits.CheckRoom(text.Length * BytesOfValue);
        return call.Java.Array(text.Select(c => (JsValue)(int)c), ArrayClasses.Chars);
    }

    private static JsValue Lines(string text, JavaCall call)
    {
        call.Run.Limits.CheckRoom((text.Length * 4.0) + ((text.AsSpan().Count('\n') + 1) * BytesOfValue));
        return call.New(Util.ListClasses.ArrayList, new JavaList([.. text.ReplaceLineEndings("\n").Split('\n').Select(line => (JsValue)line)]));
    }
}
