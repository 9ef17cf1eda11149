using Jint.Native;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary>Java arrays, and <c>java.lang.reflect.Array</c>.</summary>
internal static class ArrayClasses
{
    /// <summary><c>Object[]</c>.</summary>
    public static readonly JavaClass Objects = Array("[Ljava.lang.Object;");

    /// <summary><c>String[]</c>.</summary>
    public static readonly JavaClass Strings = Array("[Ljava.lang.String;");

    /// <summary><c>byte[]</c>.</summary>
    public static readonly JavaClass Bytes = new JavaClass("[B")
        .Method<JavaBytes>("clone", static (bytes, call) => call.Java.Array([.. bytes.Bytes]));

    /// <summary><c>char[]</c>.</summary>
    public static readonly JavaClass Chars = Array("[C");

    /// <summary><c>int[]</c> and other numbers.</summary>
    public static readonly JavaClass Numbers = Array("[I");

    /// <summary><c>java.lang.reflect.Array</c>.</summary>
    public static readonly JavaClass Reflect = new JavaClass("java.lang.reflect.Array")
        .Static("newInstance", New)
        .Static("getLength", static call => call.Object<IJavaIndexed>(0).Count)
        .Static("get", static call => call.Return(call.Object<IJavaIndexed>(0).At(call.Int(1))))
        .Static("set", static call =>
        {
            call.Object<IJavaIndexed>(0).Set(call.Int(1), call[2]);
            return JsValue.Undefined;
        });

    private static JavaClass Array(string name) => new JavaClass(name)
        .Method<JavaList>("clone", static (list, call) => call.Java.Array([.. list.Items], ((JavaObject)call.Self).JavaType));

    private static JsValue New(JavaCall call)
    {
        var type = call[0] switch
        {
            JavaClassValue value => value.JavaType,
            JavaObject { State: JavaClass state } => state,
            _ => throw call.Throw("java.lang.IllegalArgumentException", "newInstance needs a class: java.lang.Byte.TYPE, java.lang.String."),
        };
        var length = call.Int(1);
        if (length < 0)
        {
            throw call.Throw("java.lang.NegativeArraySizeException", $"{length}");
        }

        call.Run.Limits.CheckLength(length);
        call.Run.Limits.CheckRoom(type.Name == "byte" ? length : length * 8d);
        return type.Name switch
        {
            "byte" => call.Java.Array(new byte[length]),
            "char" => call.Java.Array(Enumerable.Repeat<JsValue>(0, length), Chars),
            "int" or "long" or "short" or "double" or "float" => call.Java.Array(Enumerable.Repeat<JsValue>(0, length), Numbers),
            "boolean" => call.Java.Array(Enumerable.Repeat<JsValue>(false, length)),
            "java.lang.String" => call.Java.Array(Enumerable.Repeat(JsValue.Null, length), Strings),
            _ => call.Java.Array(Enumerable.Repeat(JsValue.Null, length)),
        };
    }
}
