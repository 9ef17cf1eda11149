using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Java;

/// <summary>The globals by which scripts reach Java.</summary>
internal static class JavaGlobals
{
    /// <summary>The roots of class names that need no <c>Packages</c> before them.</summary>
    public static readonly string[] Roots = ["java", "javax", "org", "com", "net", "edu"];

    /// <summary>All of them.</summary>
    public static readonly GlobalName[] All =
    [
        new("Packages", static (_, run) => new JavaPackage(run.Java, "")),
        .. Roots.Select(root => new GlobalName(root, (_, run) => run.Java.Resolve(root))),
        new("importPackage", static (engine, run) => new ClrFunction(engine, "importPackage", (_, arguments) => Import(run, engine.Global, arguments), 1)),
        new("importClass", static (engine, run) => new ClrFunction(engine, "importClass", (_, arguments) => Import(run, engine.Global, arguments), 1)),
        new("JavaImporter", static (_, run) => new JavaImporterConstructor(run)),
        new("JavaAdapter", static (_, run) => new JavaAdapterConstructor(run)),
    ];

    /// <summary>
    /// Makes the classes of packages, or single classes, known by their simple names. What is there already stays: <c>Date</c> is the language's also after
    /// <c>importPackage(java.util)</c>.
    /// </summary>
    public static JsValue Import(ScriptRun run, ObjectInstance into, JsValue[] arguments)
    {
        foreach (var argument in arguments)
        {
            switch (argument)
            {
                case JavaClassValue single:
                    Add(run, into, single.JavaType);

                    // In the reference this imports the whole package of the class.
                    ImportPackage(run, into, single.JavaType.Name[..single.JavaType.Name.LastIndexOf('.')]);
                    break;
                case JavaPackage package:
                    ImportPackage(run, into, package.Name);
                    break;
                case JavaMissingClass missing:
                    _ = missing.Get("class", missing);
                    break;
                default:
                    throw run.TypeError("importPackage needs a package: importPackage(java.util) or importPackage(Packages.org.example).");
            }
        }

        return JsValue.Undefined;
    }

    private static void ImportPackage(ScriptRun run, ObjectInstance into, string package)
    {
        foreach (var type in JavaClasses.InPackage(package))
        {
            Add(run, into, type);
        }
    }

    private static void Add(ScriptRun run, ObjectInstance into, JavaClass type)
    {
        if (!into.HasProperty(type.SimpleName))
        {
            into.FastSetProperty(type.SimpleName, PropertyDescriptor.CreateLazy(
                (run, type), static state => state.run.Java.Class(state.type), PropertyFlag.ConfigurableEnumerableWritable));
        }
    }
}

/// <summary><c>new JavaImporter(java.util, java.io)</c>: an object with the classes of packages, for <c>with</c>.</summary>
internal sealed class JavaImporterConstructor(ScriptRun run) : Constructor(run.Engine, "JavaImporter")
{
    /// <inheritdoc/>
    public override ObjectInstance Construct(JsValue[] arguments, JsValue newTarget)
    {
        var importer = new JsObject(Engine);
        JavaGlobals.Import(run, importer, arguments);
        importer.FastSetProperty("importPackage", new PropertyDescriptor(
            new ClrFunction(Engine, "importPackage", (_, packages) => JavaGlobals.Import(run, importer, packages), 1), PropertyFlag.NonEnumerable));
        return importer;
    }

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) => Construct(arguments, this);
}

/// <summary><c>new JavaAdapter(java.lang.Runnable, { run: function () { } })</c>: an object of the script that stands for an interface.</summary>
internal sealed class JavaAdapterConstructor(ScriptRun run) : Constructor(run.Engine, "JavaAdapter")
{
    /// <inheritdoc/>
    public override ObjectInstance Construct(JsValue[] arguments, JsValue newTarget) =>
        arguments is [JavaClassValue { JavaType: { FunctionalMethod: not null } type }, .., ObjectInstance script]
            ? new JavaObject(run.Java, type, script)
            : throw run.TypeError("JavaAdapter works for interfaces with one method: java.lang.Runnable, java.util.Comparator, java.util.concurrent.Callable.");

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) => Construct(arguments, this);
}
