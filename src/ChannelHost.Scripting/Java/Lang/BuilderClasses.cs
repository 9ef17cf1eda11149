using System.Text;
using ChannelHost.Scripting.Guards;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary><c>StringBuilder</c> and <c>StringBuffer</c>.</summary>
internal static class BuilderClasses
{
    /// <summary><c>java.lang.StringBuilder</c>.</summary>
    public static readonly JavaClass StringBuilder = Define("java.lang.StringBuilder");

    /// <summary><c>java.lang.StringBuffer</c>.</summary>
    public static readonly JavaClass StringBuffer = Define("java.lang.StringBuffer");

    private static JavaClass Define(string name) => new JavaClass(name, StringClass.CharSequence)
        .New(static call => call.Count == 0 || call[0] is Jint.Native.JsNumber ? new StringBuilder() : new StringBuilder(call.Text(0)))
        .Chain<StringBuilder>("append", static (text, call) => Append(call, text, Appended(call)))
        .Chain<StringBuilder>("appendCodePoint", static (text, call) => text.Append(char.ConvertFromUtf32(call.Int(0))))
        .Chain<StringBuilder>("insert", static (text, call) => Insert(call, text))
        .Chain<StringBuilder>("delete", static (text, call) => text.Remove(call.Int(0), Math.Min(call.Int(1), text.Length) - call.Int(0)))
        .Chain<StringBuilder>("deleteCharAt", static (text, call) => text.Remove(call.Int(0), 1))
        .Chain<StringBuilder>("replace", static (text, call) => Replace(call, text))
        .Chain<StringBuilder>("reverse", static (text, _) => Reverse(text))
        .Method<StringBuilder>("length", static (text, _) => text.Length)
        .Method<StringBuilder>("isEmpty", static (text, _) => text.Length == 0)
        .Method<StringBuilder>("capacity", static (text, _) => text.Capacity)
        .Method<StringBuilder>("charAt", static (text, call) => (int)text[call.Int(0)])
        .Method<StringBuilder>("indexOf", static (text, call) => TextSearch.IndexOf(call.Run.Limits, text.ToString(), call.Text(0), Math.Clamp(call.Int(1, 0), 0, text.Length)))
        .Method<StringBuilder>("lastIndexOf", static (text, call) => TextSearch.LastIndexOf(call.Run.Limits, text.ToString(), call.Text(0), call.Int(1, text.Length)))
        .Method<StringBuilder>("substring", static (text, call) => call.Return(StringClass.Part(call, text.ToString(), call.Int(0), call.Int(1, text.Length))))
        .Void<StringBuilder>("setCharAt", static (text, call) => text[call.Int(0)] = call[1] is Jint.Native.JsNumber ? (char)call.Int(1) : call.Text(1)[0])
        .Void<StringBuilder>("setLength", static (text, call) => SetLength(call, text))
        .Method<StringBuilder>("toString", static (text, call) => call.Return(text.ToString()));

    private static string Appended(JavaCall call)
    {
        if (call[0] is JavaObject { JavaType: var type } chars && type == ArrayClasses.Chars)
        {
            return string.Concat(JavaValues.ItemsOf(chars)!.Select(item => (char)(JavaValues.NumberOf(item) ?? 0)));
        }

        return call.Count > 2 ? call.Text(0)[call.Int(1)..call.Int(2)] : call.Shown(0);
    }

    private static void Append(JavaCall call, StringBuilder text, string more)
    {
        call.Run.Limits.CheckLength((double)text.Length + more.Length);
        text.Append(more);
    }

    private static void Insert(JavaCall call, StringBuilder text)
    {
        var more = call.Shown(1);
        call.Run.Limits.CheckLength((double)text.Length + more.Length);
        text.Insert(call.Int(0), more);
    }

    private static void Replace(JavaCall call, StringBuilder text)
    {
        var start = call.Int(0);
        text.Remove(start, Math.Min(call.Int(1), text.Length) - start).Insert(start, call.Text(2));
        call.Run.Limits.CheckLength(text.Length);
    }

    private static void SetLength(JavaCall call, StringBuilder text)
    {
        call.Run.Limits.CheckLength(call.Int(0));
        call.Run.Limits.CheckRoom(call.Int(0) * 2d);
        text.Length = call.Int(0);
    }

    private static void Reverse(StringBuilder text)
    {
        var all = text.ToString().ToCharArray();
        Array.Reverse(all);
        text.Clear().Append(all);
    }
}
