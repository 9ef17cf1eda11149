using System.Globalization;
using System.Runtime.CompilerServices;
using ChannelHost.Scripting.Values;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary><c>java.lang.Object</c> and <c>java.lang.Class</c>.</summary>
internal static class ObjectClass
{
    /// <summary>What all classes extend.</summary>
    public static readonly JavaClass Class = new JavaClass("java.lang.Object")
        .New(static _ => new object())
        .Method("equals", static call => call.Java.Equality.Equals(call.Self, call[0]))
        .Method("hashCode", static call => call.Java.Equality.GetHashCode(call.Self))
        .Method("toString", static call => call.Return(
            $"{((JavaObject)call.Self).JavaType.Name}@{RuntimeHelpers.GetHashCode(call.Self).ToString("x", CultureInfo.InvariantCulture)}"))
        .Method("getClass", static call => call.New(ClassOfClass!, ((JavaObject)call.Self).JavaType));

    /// <summary>What <c>getClass()</c> gives.</summary>
    public static readonly JavaClass ClassOfClass = new JavaClass("java.lang.Class")
        .Method<JavaClass>("getName", static (type, call) => call.Return(type.Name))
        .Method<JavaClass>("getSimpleName", static (type, call) => call.Return(type.SimpleName))
        .Method<JavaClass>("getCanonicalName", static (type, call) => call.Return(type.Name.Replace('$', '.')))
        .Method<JavaClass>("getPackageName", static (type, call) => call.Return(type.Name[..Math.Max(0, type.Name.LastIndexOf('.'))]))
        .Method<JavaClass>("isInstance", static (type, call) => call[0] is JavaObject other && other.JavaType.Is(type))
        .Method<JavaClass>("getSuperclass", static (type, call) => type.Parent is { } parent ? call.New(ClassOfClass!, parent) : Jint.Native.JsValue.Null)
        .Method<JavaClass>("toString", static (type, call) => call.Return("class " + type.Name))
        .Static("forName", static call => call.Java.Resolve(call.Text(0)) is JavaClassValue known
            ? call.New(ClassOfClass!, known.JavaType)
            : throw call.Throw("java.lang.ClassNotFoundException", JavaClasses.WhyMissing(call.Text(0))));

    /// <summary><c>java.util.Objects</c>.</summary>
    public static readonly JavaClass Objects = new JavaClass("java.util.Objects")
        .Static("equals", static call => call.Java.Equality.Equals(call[0], call[1]))
        .Static("hash", static call => call.Rest(0).Aggregate(1, (hash, item) => unchecked((31 * hash) + call.Java.Equality.GetHashCode(item))))
        .Static("hashCode", static call => call.Java.Equality.GetHashCode(call[0]))
        .Static("isNull", static call => call[0].IsNothing())
        .Static("nonNull", static call => !call[0].IsNothing())
        .Static("toString", static call => call.Has(0) || !call.Has(1) ? call.Return(call.Shown(0)) : call.Return(call.Text(1)))
        .Static("requireNonNull", static call => call.Has(0) ? call[0] : throw call.Throw("java.lang.NullPointerException", call.TextOrNull(1)))
        .Static("requireNonNullElse", static call => call.Has(0) ? call[0] : call[1]);

    /// <summary>The interfaces that a script's function can stand for.</summary>
    public static readonly JavaClass[] Interfaces =
    [
        new JavaClass("java.lang.Runnable").Functional("run"),
        new JavaClass("java.util.concurrent.Callable").Functional("call"),
        new JavaClass("java.util.function.Function").Functional("apply"),
        new JavaClass("java.util.function.BiFunction").Functional("apply"),
        new JavaClass("java.util.function.Consumer").Functional("accept"),
        new JavaClass("java.util.function.Supplier").Functional("get"),
        new JavaClass("java.util.function.Predicate").Functional("test"),
        new JavaClass("java.lang.Comparable").Functional("compareTo"),
        new JavaClass("java.io.FilenameFilter").Functional("accept"),
        new JavaClass("java.io.FileFilter").Functional("accept"),
        new JavaClass("java.lang.AutoCloseable").Functional("close"),
    ];
}
