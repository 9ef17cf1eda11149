using System.Globalization;
using System.Text;

namespace ChannelHost.Import.Reading;

/// <summary>
/// An element of an export that knows its line and whether anybody looked at it: what nobody looked at is reported, so that nothing is lost in silence.
/// Migrations change the tree; what they make keeps the line of what it was made of.
/// </summary>
internal sealed class ExportElement(string name, int line)
{
    private static readonly Dictionary<string, string> None = [];

    private readonly List<ExportElement> _children = [];
    private Dictionary<string, string>? _attributes;
    private StringBuilder? _more;
    private string _text = "";

    /// <summary>Its name.</summary>
    public string Name { get; private set; } = name;

    /// <summary>Where it begins in the export, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Where its text begins; that of its start tag when it has none.</summary>
    public int TextLine { get; private set; } = line;

    /// <summary>Where it stands; null for the root.</summary>
    public ExportElement? Parent { get; private set; }

    /// <summary>What stands in it, in order.</summary>
    public IReadOnlyList<ExportElement> Children => _children;

    /// <summary>Its own text, without that of its children.</summary>
    public string Text => _more is null ? _text : _text = TakeMore();

    /// <summary>Whether somebody looked at it.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Its attributes.</summary>
    public IReadOnlyDictionary<string, string> Attributes => _attributes ?? None;

    /// <summary>The class it names; empty for none.</summary>
    public string Class => Attribute("class") ?? "";

    /// <summary>An attribute; null when it is not there.</summary>
    public string? Attribute(string name) => _attributes?.GetValueOrDefault(name);

    /// <summary>The first child of a name, looked at; null when there is none.</summary>
    public ExportElement? Find(string name)
    {
        var child = Peek(name);
        child?.IsRead = true;
        return child;
    }

    /// <summary>The first child of a name, not counted as looked at.</summary>
    public ExportElement? Peek(string name) => _children.Find(child => child.Name == name);

    /// <summary>A way down by names, each looked at.</summary>
    public ExportElement? Find(params ReadOnlySpan<string> way)
    {
        var at = this;
        foreach (var step in way)
        {
            at = at.Find(step);
            if (at is null)
            {
                return null;
            }
        }

        return at;
    }

    /// <summary>All children of a name, looked at.</summary>
    public IReadOnlyList<ExportElement> All(string name)
    {
        var found = _children.FindAll(child => child.Name == name);
        found.ForEach(child => child.IsRead = true);
        return found;
    }

    /// <summary>All children, looked at.</summary>
    public IReadOnlyList<ExportElement> All()
    {
        _children.ForEach(child => child.IsRead = true);
        return [.. _children];
    }

    /// <summary>The text of a child as it stands; null when there is none.</summary>
    public string? Value(string name) => Find(name)?.Text;

    /// <summary>The trimmed text of a child; empty when there is none.</summary>
    public string Word(string name) => Value(name)?.Trim() ?? "";

    /// <summary>True or false; <paramref name="otherwise"/> when it is missing or empty. 1.x and 2.x wrote 0 and 1.</summary>
    public bool Flag(string name, bool otherwise = false) => Word(name) switch
    {
        "" => otherwise,
        "1" => true,
        var word => string.Equals(word, "true", StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>A whole number; <paramref name="otherwise"/> when it is none.</summary>
    public int Number(string name, int otherwise = 0) =>
        int.TryParse(Word(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>Counts it, and all below it, as looked at.</summary>
    public ExportElement MarkAll()
    {
        var waiting = new Stack<ExportElement>([this]);
        while (waiting.TryPop(out var element))
        {
            element.IsRead = true;
            element._children.ForEach(waiting.Push);
        }

        return this;
    }

    /// <summary>Counts children of these names, and all below them, as looked at.</summary>
    public void Skip(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var child in _children)
            {
                if (child.Name == name)
                {
                    child.MarkAll();
                }
            }
        }
    }

    /// <summary>What nobody looked at: the topmost elements only.</summary>
    public IEnumerable<ExportElement> Unread()
    {
        foreach (var child in _children)
        {
            if (!child.IsRead)
            {
                yield return child;
                continue;
            }

            foreach (var below in child.Unread())
            {
                yield return below;
            }
        }
    }

    /// <summary>The way to it, for people: <c>channel/sourceConnector/properties</c>.</summary>
    public string Path => Parent is null ? Name : $"{Parent.Path}/{Name}";

    /// <summary>Appends text.</summary>
    public void AppendText(string text, int line)
    {
        if (_text.Length == 0)
        {
            (TextLine, _text) = (line, text);
            return;
        }

        _more ??= new StringBuilder(_text);
        _more.Append(text);
    }

    private string TakeMore()
    {
        var text = _more!.ToString();
        _more = null;
        return text;
    }

    /// <summary>Sets an attribute.</summary>
    public void SetAttribute(string name, string value) => (_attributes ??= new Dictionary<string, string>(StringComparer.Ordinal))[name] = value;

    /// <summary>Takes an attribute away.</summary>
    public void RemoveAttribute(string name) => _attributes?.Remove(name);

    /// <summary>Puts a child at the end; it leaves where it stood.</summary>
    public ExportElement Add(ExportElement child)
    {
        child.Parent?._children.Remove(child);
        child.Parent = this;
        _children.Add(child);
        return child;
    }

    /// <summary>Makes a child with a text, which counts as standing where <paramref name="like"/> stands.</summary>
    public ExportElement Add(string name, string text, ExportElement? like = null)
    {
        var child = Add(new ExportElement(name, (like ?? this).Line));
        child.AppendText(text, (like ?? this).TextLine);
        return child;
    }

    /// <summary>Makes a child with a text unless there is one of the name.</summary>
    public void AddMissing(string name, string text)
    {
        if (Peek(name) is null)
        {
            Add(name, text);
        }
    }

    /// <summary>Gives it another name.</summary>
    public void Rename(string name) => Name = name;

    /// <summary>Gives a child another name, when it is there and the new name is free.</summary>
    public void Rename(string from, string to)
    {
        if (Peek(from) is { } child && Peek(to) is null)
        {
            child.Rename(to);
        }
    }

    /// <summary>Replaces its text.</summary>
    public void SetText(string text)
    {
        _more = null;
        _text = text;
    }

    /// <summary>Takes a child out; null when there is none.</summary>
    public ExportElement? Take(string name)
    {
        var child = Peek(name);
        if (child is not null)
        {
            _children.Remove(child);
            child.Parent = null;
        }

        return child;
    }

    /// <summary>Sorts its children; those that compare equal keep their order.</summary>
    public void SortBy<T>(Func<ExportElement, T> key)
    {
        ExportElement[] sorted = [.. _children.OrderBy(key)];
        _children.Clear();
        _children.AddRange(sorted);
    }
}
