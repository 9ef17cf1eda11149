using ChannelHost.Scripting.Values;
using ChannelHost.Scripting.E4x;
using ChannelHost.Scripting.Guards;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Json;
using Jint.Runtime;

namespace ChannelHost.Scripting.Running;

/// <summary>
/// The message of a run: read when a script first names <c>msg</c> or <c>message</c>, written when the last script is through.
/// What no script changed comes out as the very bytes that went in.
/// </summary>
internal sealed class RunMessage(ScriptRun run)
{
    /// <summary>How deep JSON may nest.</summary>
    public const int JsonDepth = 256;

    private ReadOnlyMemory<byte> _content = run.Scope.Content;
    private string? _text;
    private string? _json;
    private TreeDocument? _document;
    private TreeDocument? _template;
    private bool _isRead;
    private bool _isTemplateRead;

    /// <summary>The bytes the run began with.</summary>
    public ReadOnlyMemory<byte> Original => run.Scope.Content;

    /// <summary>The message as text: what preprocessors see as <c>message</c>.</summary>
    public string Text => _text ??= run.Scope.Inbound.Decode(_content);

    /// <summary>The text the run began with; byte by byte where it is none.</summary>
    public string OriginalText
    {
        get
        {
            try
            {
                return run.Scope.Inbound.Decode(run.Scope.Content);
            }
            catch (MessageFormatException)
            {
                return HostBytes.Text(run.Scope.Content.Span);
            }
        }
    }

    /// <summary>True when there is an outgoing template: then <c>tmp</c> is the message that goes on.</summary>
    public bool HasTemplate => !string.IsNullOrWhiteSpace(run.Scope.Template);

    /// <summary><c>template</c>: the template as scripts read it, trees as XML; null for none.</summary>
    public JsValue TemplateText => !HasTemplate ? JsValue.Null
        : run.Scope.Outbound.Model == MessageModel.Tree ? TreeText.Xml(NewTemplate().Root)
        : run.Scope.Template!;

    // What msg is made of where it is an object; the text of a delimited message is not.
    private string Json => _json ??= run.Scope.Inbound.ReadJson(_content);

    /// <summary>The message's tree, read when first asked for; null when the message is none.</summary>
    public TreeDocument? Document => run.Scope.Inbound.Model == MessageModel.Tree
        ? _document ??= new TreeDocument(run, run.Scope.Inbound.Parse(_content))
        : null;

    /// <summary>Makes <c>msg</c>.</summary>
    public JsValue Read()
    {
        _isRead = true;
        switch (run.Scope.Inbound.Model)
        {
            case MessageModel.Tree:
                return ReadTree();
            case MessageModel.Json:
                return ParseJson(Json);
            default:
                return AsText(Text);
        }
    }

    // Scripts of imported channels name the elements of a message in a namespace as if there were none.
    private TreeValue ReadTree()
    {
        var root = Document!.Root;
        if (run.Xml.IsMirth)
        {
            run.Xml.DefaultUri ??= run.Xml.MessageUri = XmlNamespaceMethods.Meaning(Document.Tree.Root, "") ?? "";
        }

        return root;
    }

    /// <summary>Makes <c>tmp</c>.</summary>
    public JsValue ReadTemplate()
    {
        _isTemplateRead = true;
        return run.Scope.Outbound.Model switch
        {
            MessageModel.Tree => (_template = NewTemplate()).Root,
            MessageModel.Json => ParseJson(run.Scope.Outbound.ReadJson(TemplateBytes)),
            _ => AsText(run.Scope.Template!),
        };
    }

    /// <summary>Takes what a preprocessor or attachment script returned, or what it made of <c>message</c>.</summary>
    public void ReplaceText(JsValue returned)
    {
        // As in the reference a script that returns nothing at all gives the text of nothing; null leaves the message as it is.
        if (!run.IsMirth && returned.IsNothing() && _text is not null)
        {
            returned = run.Engine.Global.Get("message");
        }

        if (returned.IsNull() || (!run.IsMirth && returned.IsUndefined()))
        {
            return;
        }

        var text = TreeText.Of(returned);
        if (!string.Equals(text, Text, StringComparison.Ordinal))
        {
            _content = run.Scope.Inbound.Encode(text);
            _text = text;
            _document = null;
            _json = null;
        }
    }

    /// <summary>The message after the scripts.</summary>
    public ReadOnlyMemory<byte> Serialize()
    {
        if (HasTemplate)
        {
            return _isTemplateRead ? Serialize(run.Engine.Global.Get("tmp")) : TemplateBytes;
        }

        return _isRead ? Serialize(run.Engine.Global.Get("msg")) : _content;
    }

    private ReadOnlyMemory<byte> Serialize(JsValue value)
    {
        switch (value)
        {
            case TreeValue or TreeMember:
                return SerializeTree(TreeValue.From(value)!);
            case JsUndefined or JsNull when run.IsMirth && run.Scope.Outbound.Model == MessageModel.Text:
                return run.Scope.Outbound.Encode(value.ToString());
            case JsUndefined or JsNull:
                throw run.TypeError($"msg is {value} after the scripts; a message must be a tree, an object or a text.");
            case JsArray or JsObject:
                return SerializeJson(value);
            default:
                return SerializeText(TypeConverter.ToString(value));
        }
    }

    private ReadOnlyMemory<byte> SerializeTree(TreeValue value)
    {
        var node = value.Single ?? throw run.TypeError($"msg is a list of {value.Count} elements after the scripts; it must be one element.");
        var tree = value.Document.Tree;
        var isWhole = ReferenceEquals(node, tree.Root);
        if (isWhole && ReferenceEquals(value.Document, _document) && !node.IsChanged && (IsSameType || !run.IsMirth))
        {
            // In an imported channel the data type writes every message that scripts saw: it may end segments its own way.
            return run.IsMirth ? tree.Serialize() : _content;
        }

        if (ReferenceEquals(value.Document, _template) && isWhole)
        {
            return node.IsChanged ? tree.Serialize() : TemplateBytes;
        }

        if (!ReferenceEquals(value.Document, _document) || (run.IsMirth && !IsSameType))
        {
            return TreeConversion.Write(node, run.Scope.Outbound, run);
        }

        if (!isWhole)
        {
            tree.Root = node.Copy();
        }

        var bytes = tree.Serialize();
        return string.Equals(run.Scope.Inbound.DataType, run.Scope.Outbound.DataType, StringComparison.Ordinal)
            ? bytes
            : Recode(bytes);
    }

    // A message of another data type leaves as the text it is; only JSON cannot be made of a tree by itself.
    private ReadOnlyMemory<byte> Recode(ReadOnlyMemory<byte> bytes)
    {
        if (run.Scope.Outbound.Model == MessageModel.Json)
        {
            throw run.TypeError(
                $"msg is still {run.Scope.Inbound.DataType}, but {run.Scope.Outbound.DataType} is to be sent: assign an object to msg.");
        }

        return run.Scope.Outbound.Encode(run.Scope.Inbound.Decode(bytes));
    }

    private ReadOnlyMemory<byte> SerializeText(string text) =>
        _text is not null && string.Equals(text, _text, StringComparison.Ordinal) && IsSameType
            ? _content
            : run.Scope.Outbound.Encode(text);

    private ReadOnlyMemory<byte> SerializeJson(JsValue value)
    {
        var json = Stringify(value);
        if (run.Scope.Inbound.Model == MessageModel.Json && IsSameType && _json is not null && IsUnchanged(json))
        {
            return _content;
        }

        return run.Scope.Outbound.WriteJson(json);
    }

    private ReadOnlyMemory<byte> TemplateBytes => run.Scope.Outbound.Encode(run.Scope.Template!);

    private TreeDocument NewTemplate() => new(run, run.Scope.Outbound.Parse(TemplateBytes));

    // A raw message is an object around its text for imported scripts.
    private JsValue AsText(string text) => run.IsMirth ? run.Engine.Construct("String", JsString.Create(text)) : JsString.Create(text);

    private bool IsSameType => string.Equals(run.Scope.Inbound.DataType, run.Scope.Outbound.DataType, StringComparison.Ordinal);

    // Most senders write compact JSON or differ from it by white space only; the second reading is for 1.0, \u0041 and the like.
    private bool IsUnchanged(string json) =>
        JsonText.EqualsCompact(_json!, json) || string.Equals(Stringify(ParseJson(_json!)), json, StringComparison.Ordinal);

    private JsValue ParseJson(string text)
    {
        try
        {
            return new JsonParser(run.Engine, JsonDepth).Parse(text);
        }
        catch (JavaScriptException exception)
        {
            // The parser quotes what it met; the reason must not carry the message's content into logs.
            throw new MessageFormatException("The message is not JSON, or nests deeper than 256 levels.", exception);
        }
    }

    private string Stringify(JsValue value)
    {
        JsonGuard.Check(run, value);
        var json = new JsonSerializer(run.Engine).Serialize(value);
        return json.IsUndefined() ? throw run.TypeError("msg cannot be written as JSON.") : json.ToString();
    }
}
