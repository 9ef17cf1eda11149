using System.Globalization;
using Jint;
using Jint.Native;
using Jint.Runtime;
using Jint.Runtime.Descriptors;

namespace ChannelHost.Scripting.Trees;

/// <content>How the language reads and writes properties: indexes, element names, attributes and methods.</content>
internal sealed partial class TreeValue
{
    /// <inheritdoc/>
    public override JsValue Get(JsValue property, JsValue receiver)
    {
        if (property is JsSymbol)
        {
            return base.Get(property, receiver);
        }

        if (TryIndex(property, out var index))
        {
            return index < Count ? Item(index) : Undefined;
        }

        var name = property.ToString();
        return name.Length > 0 && char.IsAsciiLetterLower(name[0]) ? GetMethodOrChildren(name) : GetMember(name);
    }

    // Where no element can have a method's name, nothing is looked for; elsewhere the value is both.
    private JsValue GetMethodOrChildren(string name)
    {
        if (!TreeMethods.Names.Contains(name))
        {
            return TreeMethods.TextNames.Contains(name) ? GetTextMethod(name) : GetMember(name);
        }

        return TreeMethods.Reserved.Contains(name) || !Document.HasFreeNames ? Document.Run.Xml.Method(name) : new TreeMember(this, name);
    }

    private JsValue GetTextMethod(string name)
    {
        if (Document.HasFreeNames)
        {
            return new TreeMember(this, name);
        }

        return HasSimpleContent ? Document.Run.Xml.TextMethod(name) : Children(name);
    }

    private TreeValue GetMember(string name) => Children(name);

    /// <inheritdoc/>
    public override bool Set(JsValue property, JsValue value, JsValue receiver)
    {
        if (property is JsSymbol)
        {
            return false;
        }

        if (TryIndex(property, out var index))
        {
            TreeWriter.SetItem(this, index, value);
        }
        else
        {
            TreeWriter.SetMember(Document, Resolve(), property.ToString(), value);
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Delete(JsValue property)
    {
        if (property is JsSymbol)
        {
            return true;
        }

        if (TryIndex(property, out var index))
        {
            if (index < Count)
            {
                TreeWriter.Detach(this.NodeAt(index));
                RemoveAt(index);
            }

            return true;
        }

        for (var i = 0; i < Count; i++)
        {
            TreeWriter.RemoveMember(Document, this.NodeAt(i), property.ToString());
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool HasProperty(JsValue property)
    {
        if (property is JsSymbol)
        {
            return base.HasProperty(property);
        }

        if (TryIndex(property, out var index))
        {
            return index < Count;
        }

        var name = property.ToString();
        return Children(name).Count > 0;
    }

    /// <inheritdoc/>
    public override PropertyDescriptor GetOwnProperty(JsValue property) =>
        property is JsSymbol || !HasProperty(property)
            ? PropertyDescriptor.Undefined
            : new PropertyDescriptor(Get(property, this), PropertyFlag.ConfigurableEnumerableWritable);

    /// <inheritdoc/>
    public override bool DefineOwnProperty(JsValue property, PropertyDescriptor desc) =>
        !desc.IsAccessorDescriptor() && Set(property, desc.Value ?? Undefined, this);

    /// <summary>The indexes: what <c>for (i in list)</c> walks.</summary>
    public override List<JsValue> GetOwnPropertyKeys(Types types = Types.String | Types.Symbol)
    {
        var keys = new List<JsValue>(Count);
        if ((types & Types.String) != 0)
        {
            for (var i = 0; i < Count; i++)
            {
                keys.Add(i.ToString(CultureInfo.InvariantCulture));
            }
        }

        return keys;
    }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<JsValue, PropertyDescriptor>> GetOwnProperties()
    {
        foreach (var key in GetOwnPropertyKeys(Types.String))
        {
            yield return new KeyValuePair<JsValue, PropertyDescriptor>(key, GetOwnProperty(key));
        }
    }

    /// <inheritdoc/>
    public override bool PreventExtensions() => false;

    private static bool TryIndex(JsValue property, out int index)
    {
        if (property is JsNumber number)
        {
            var value = number.AsNumber();
            index = (int)value;
            return index >= 0 && index == value;
        }

        var text = property.ToString();
        index = 0;
        return text.Length is > 0 and < 10
            && char.IsAsciiDigit(text[0])
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && (text.Length == 1 || text[0] != '0');
    }
}
