using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Guards;

/// <summary>
/// The engine checks limits between statements and inside most of its own loops, but not within calls that ask for a gigabyte at once or
/// recurse natively. Those are replaced by functions of ours that keep to the limits. What a script can only reach by its name is
/// replaced in units that name it; what needs no name (texts, arrays) always.
/// </summary>
internal sealed class GuardedBuiltIns
{
    // Without use in channels, and each a way around the limits: endless native recursion, blocking waits, other clocks, code from text.
    private static readonly string[] Withheld =
    [
        "Proxy", "ShadowRealm", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "BigInt", "BigInt64Array", "BigUint64Array",
        "Temporal",
    ];

    private readonly List<Action<ScriptRun>> _byName = [];

    /// <summary>Chooses what a unit needs.</summary>
    public GuardedBuiltIns(IReadOnlyList<ParsedScript> scripts)
    {
        var reachesAll = scripts.Any(script => script.ReachesGlobalObject);
        bool Names(string name) => reachesAll || scripts.Any(script => script.Mentions(name));

        foreach (var name in Withheld.Where(Names))
        {
            _byName.Add(run => run.Engine.Global.Delete(name));
        }

        if (reachesAll || scripts.Any(script => script.MakesIterators))
        {
            _byName.Add(IteratorGuard.Install);
        }

        if (reachesAll || scripts.Any(script => script.MakesArrayOfOne))
        {
            _byName.Add(ArrayGuard.InstallConstructor);
        }

        if (Names("JSON"))
        {
            _byName.Add(JsonGuard.Install);
        }

        if (Names("Object"))
        {
            _byName.Add(ObjectGuard.Install);
        }

        if (BufferGuard.Names.Any(Names))
        {
            _byName.Add(BufferGuard.Install);
        }

        foreach (var name in UriGuard.Names.Where(Names))
        {
            _byName.Add(run => UriGuard.Install(run, name));
        }
    }

    /// <summary>Replaces them in a run's engine.</summary>
    public void Install(ScriptRun run)
    {
        ArrayGuard.Install(run);
        StringGuard.Install(run);
        foreach (var install in _byName)
        {
            install(run);
        }
    }

    /// <summary>Replaces a method; the function is made when first read.</summary>
    public static void Replace(ObjectInstance owner, ScriptRun run, string name, int length, Func<ScriptRun, JsValue, JsValue[], JsValue> body) =>
        owner.FastSetProperty(name, PropertyDescriptor.CreateLazy(
            (run, name, length, body),
            static state => new ClrFunction(state.run.Engine, state.name, (self, arguments) => state.body(state.run, self, arguments), state.length),
            PropertyFlag.NonEnumerable));

    /// <summary>Lets a method check its arguments before it runs.</summary>
    public static void Precede(ObjectInstance owner, ScriptRun run, string name, Action<ScriptRun, JsValue, JsValue[]> check)
    {
        if (owner.Get(name) is not ObjectInstance original)
        {
            return;
        }

        Replace(owner, run, name, 1, (_, self, arguments) =>
        {
            check(run, self, arguments);
            return run.Engine.Call(original, self, arguments);
        });
    }

    /// <summary>An argument, or undefined.</summary>
    public static JsValue At(JsValue[] arguments, int index) => index < arguments.Length ? arguments[index] : JsValue.Undefined;
}
