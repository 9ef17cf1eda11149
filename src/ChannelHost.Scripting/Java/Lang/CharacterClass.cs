using System.Globalization;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary><c>java.lang.Character</c>: what is asked of it takes a number or a text, because scripts have no characters.</summary>
internal static class CharacterClass
{
    /// <summary>The class.</summary>
    public static readonly JavaClass Class = new JavaClass("java.lang.Character")
        .New(static call => ((char)Code(call)).ToString())
        .Method<string>("charValue", static (text, _) => (int)text[0])
        .Method<string>("toString", static (text, call) => call.Return(text))
        .Static("isDigit", static call => char.IsDigit(Text(call), 0))
        .Static("isLetter", static call => char.IsLetter(Text(call), 0))
        .Static("isLetterOrDigit", static call => char.IsLetterOrDigit(Text(call), 0))
        .Static("isAlphabetic", static call => char.IsLetter(Text(call), 0))
        .Static("isWhitespace", static call => char.IsWhiteSpace(Text(call), 0) && Code(call) is not (0xA0 or 0x2007 or 0x202F))
        .Static("isSpaceChar", static call => char.IsSeparator(Text(call), 0))
        .Static("isUpperCase", static call => char.IsUpper(Text(call), 0))
        .Static("isLowerCase", static call => char.IsLower(Text(call), 0))
        .Static("isISOControl", static call => char.IsControl(Text(call), 0))
        .Static("toUpperCase", static call => (int)Text(call).ToUpperInvariant()[0])
        .Static("toLowerCase", static call => (int)Text(call).ToLowerInvariant()[0])
        .Static("getNumericValue", static call => (int)CharUnicodeInfo.GetNumericValue(Text(call), 0))
        .Static("digit", static call => Digit(Code(call), call.Int(1, 10)))
        .Static("forDigit", static call => (int)"0123456789abcdefghijklmnopqrstuvwxyz"[call.Int(0)])
        .Static("toString", static call => call.Return(Text(call)))
        .Static("valueOf", static call => call.Return(Text(call)))
        .Static("toChars", static call => call.Java.Array(char.ConvertFromUtf32(call.Int(0)).Select(c => (Jint.Native.JsValue)(int)c), ArrayClasses.Chars))
        .Constant("TYPE", static call => call.New(ObjectClass.ClassOfClass, NumberClasses.Primitives.First(type => type.Name == "char")));

    private static int Code(JavaCall call) => JavaText.Is(call[0], out var text) ? text.Length == 0 ? 0 : char.ConvertToUtf32(text, 0) : call.Int(0);

    private static string Text(JavaCall call) => char.ConvertFromUtf32(Code(call));

    private static int Digit(int code, int radix)
    {
        var digit = code is >= '0' and <= '9' ? code - '0' : (code | 0x20) is >= 'a' and <= 'z' ? (code | 0x20) - 'a' + 10 : -1;
        return digit < radix ? digit : -1;
    }
}
