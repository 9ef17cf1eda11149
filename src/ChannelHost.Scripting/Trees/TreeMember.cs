using Jint.Native;
using Jint.Native.Function;
using Jint.Runtime;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.Trees;

/// <summary>
/// What <c>element.name</c> is when <c>name</c> is also a method: called, it is the method; everywhere else it is the list of children of that name.
/// </summary>
internal sealed class TreeMember : Function
{
    private readonly TreeValue _owner;
    private readonly string _name;
    private TreeValue? _children;

    public TreeMember(TreeValue owner, string name)
        : base(owner.Engine, null!, JsString.Create(name))
    {
        _owner = owner;
        _name = name;
        Prototype = owner.Document.Prototype;
    }

    /// <summary>The children of the name.</summary>
    public TreeValue Children => _children ??= _owner.Children(_name);

    /// <inheritdoc/>
    protected override JsValue Call(JsValue thisObject, JsValue[] arguments)
    {
        var run = _owner.Document.Run;
        if (TreeMethods.Names.Contains(_name))
        {
            return TreeMethods.Body(_name)(_owner, arguments);
        }

        return _owner.HasSimpleContent
            ? run.Engine.Call(run.Xml.TextMethod(_name), _owner.ToText(), arguments)
            : throw run.TypeError($"'{_name}' is a method of texts; this element has elements inside. Use toString() first, or name the element that holds the text.");
    }

    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver) => property is JsSymbol ? Children.Get(property, Children) : Children.Get(property, receiver);

    /// <inheritdoc/>
    public override bool Set(JsValue property, JsValue value, JsValue receiver) => Children.Set(property, value, Children);

    /// <inheritdoc/>
    public override bool Delete(JsValue property) => Children.Delete(property);

    /// <inheritdoc/>
    public override bool HasProperty(JsValue property) => Children.HasProperty(property);

    /// <inheritdoc/>
    public override PropertyDescriptor GetOwnProperty(JsValue property) => Children.GetOwnProperty(property);

    /// <inheritdoc/>
    public override bool DefineOwnProperty(JsValue property, PropertyDescriptor desc) => Children.DefineOwnProperty(property, desc);

    /// <inheritdoc/>
    public override List<JsValue> GetOwnPropertyKeys(Types types = Types.String | Types.Symbol) => Children.GetOwnPropertyKeys(types);

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<JsValue, PropertyDescriptor>> GetOwnProperties() => Children.GetOwnProperties();

    /// <inheritdoc/>
    public override bool PreventExtensions() => false;

    /// <inheritdoc/>
    public override string ToString() => Children.ToText();

    /// <inheritdoc/>
    public override bool Equals(JsValue? other) => ReferenceEquals(this, other) || Children.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <inheritdoc/>
    protected override bool IsLooselyEqual(JsValue value) => Children.Equals(Engine, value);
}
