using ChannelHost.Scripting.Running;
using Jint.Native;
using Jint.Native.Function;

namespace ChannelHost.Scripting.Trees;

/// <summary>
/// A method of elements and lists. Where names of elements never meet those of methods, one object serves a whole run, because loops ask for it thousands of
/// times; read without being called it passes for the empty list of children that it stands for, as imported scripts expect of <c>list.length > 0</c>.
/// </summary>
internal sealed class TreeMethod : Function
{
    private readonly ScriptRun _run;
    private readonly string _name;
    private readonly Func<TreeValue, JsValue[], JsValue> _body;

    public TreeMethod(ScriptRun run, string name, Func<TreeValue, JsValue[], JsValue> body)
        : base(run.Engine, null!, JsString.Create(name))
    {
        _run = run;
        _name = name;
        _body = body;
        Prototype = (Jint.Native.Object.ObjectInstance)run.Engine.Intrinsics.Function.Get("prototype");
    }

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments) =>
        _body(TreeValue.From(thisObject) ?? throw _run.TypeError($"'{_name}' is a method of elements and lists; it was called without one."), arguments);

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver) =>
        property is JsString text && text.ToString() == "toString" ? _run.Xml.NoText : base.Get(property, receiver);

    /// <inheritdoc/>
    public override string ToString() => "";

    /// <inheritdoc/>
    protected override bool IsLooselyEqual(JsValue value) => ReferenceEquals(this, value);
}
