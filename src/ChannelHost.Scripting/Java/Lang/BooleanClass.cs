namespace ChannelHost.Scripting.Java.Lang;

/// <summary><c>java.lang.Boolean</c>. As in the reference, an object that holds false is truthy to the language.</summary>
internal static class BooleanClass
{
    /// <summary>The class.</summary>
    public static readonly JavaClass Class = new JavaClass("java.lang.Boolean")
        .New(static call => Read(call))
        .Method<bool>("booleanValue", static (flag, _) => flag)
        .Method<bool>("toString", static (flag, call) => call.Return(flag ? "true" : "false"))
        .Method<bool>("hashCode", static (flag, _) => flag ? 1231 : 1237)
        .Method<bool>("compareTo", static (flag, call) => flag.CompareTo(call.Flag(0)))
        .Static("parseBoolean", static call => IsTrue(call))
        .Static("valueOf", static call => call.Java.Box(Class!, Read(call)))
        .Static("toString", static call => call.Return(call.Flag(0) ? "true" : "false"))
        .Static("logicalAnd", static call => call.Flag(0) && call.Flag(1))
        .Static("logicalOr", static call => call.Flag(0) || call.Flag(1))
        .Constant("TRUE", static call => call.Java.Box(Class!, true))
        .Constant("FALSE", static call => call.Java.Box(Class!, false))
        .Constant("TYPE", static call => call.New(ObjectClass.ClassOfClass, NumberClasses.Primitives.First(type => type.Name == "boolean")));

    private static bool IsTrue(JavaCall call) => string.Equals(call.TextOrNull(0), "true", StringComparison.OrdinalIgnoreCase);

    private static bool Read(JavaCall call) => JavaText.Is(call[0], out _) ? IsTrue(call) : call.Flag(0);
}
