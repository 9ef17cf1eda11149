using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Values;
using Jint.Native;
using Jint.Native.Object;
using Jint.Native.Symbol;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>An object of a user class in one run.</summary>
internal sealed class UserObject : ObjectInstance, IPlainSource
{
    public UserObject(ScriptRun run, UserClass type, object state, ObjectInstance prototype)
        : base(run.Engine)
    {
        Run = run;
        Class = type;
        State = state;
        Prototype = prototype;
    }

    /// <summary>The run it belongs to.</summary>
    public ScriptRun Run { get; }

    /// <summary>Its class.</summary>
    public UserClass Class { get; }

    /// <summary>What stands behind it.</summary>
    public object State { get; }

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver) =>
        ReferenceEquals(property, GlobalSymbolRegistry.ToPrimitive) ? Run.Classes.ToPrimitive : base.Get(property, receiver);

    /// <inheritdoc/>
    public object? ToPlain(ScriptRun run) => Class.Plain is { } plain ? plain(State) : ToString();

    /// <inheritdoc/>
    public override string ToString() => Class.Describe is { } describe ? describe(State) : Class.FullName;
}
