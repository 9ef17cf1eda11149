using System.Collections.Concurrent;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint.Native;
using Jint;
using Jint.Native.Object;

namespace ChannelHost.Scripting.E4x;

/// <summary>The literals of a unit's scripts, each read once and kept as long as the unit lives.</summary>
internal sealed class XmlTemplates
{
    // Far more literals than a channel has; a script that makes them up by itself cannot fill the memory.
    private const int Most = 2_000;

    private const long MostCharacters = 4_000_000;

    private long _size;
    private readonly ConcurrentDictionary<string, XmlTemplate> _templates = new(StringComparer.Ordinal);

    /// <summary>The nodes of a literal.</summary>
    /// <param name="run">The run.</param>
    /// <param name="strings">Its text between expressions, as a tagged template has it.</param>
    /// <param name="values">The expressions.</param>
    /// <param name="isList">True for <c>&lt;>...&lt;/></c>.</param>
    public List<MessageNode> Make(ScriptRun run, ObjectInstance strings, ReadOnlySpan<JsValue> values, bool isList)
    {
        var fragments = Fragments(strings);
        if (isList)
        {
            fragments[0] = fragments[0].StartsWith("<>", StringComparison.Ordinal) ? fragments[0][2..] : fragments[0];
            fragments[^1] = fragments[^1].EndsWith("</>", StringComparison.Ordinal) ? fragments[^1][..^3] : fragments[^1];
        }

        if (values.Length < fragments.Length - 1)
        {
            throw run.TypeError("A literal has fewer values than places for them.");
        }

        var taken = values.ToArray();
        var text = XmlTemplateText.Join(fragments, i => InTag(taken[i]), out var isFixed);
        return Get(run, text, hasExpressions: taken.Length > 0, isFixed).Fill(run, values);
    }

    private XmlTemplate Get(ScriptRun run, string text, bool hasExpressions, bool isFixed)
    {
        // A default namespace that the message brought along is the sender's choice: kept templates would be without number.
        if (!isFixed || run.Xml.IsDefaultOfMessage)
        {
            return XmlTemplate.Read(run, text, hasExpressions);
        }

        var key = $"{(run.Xml.Settings.IgnoreComments ? 'c' : '-')}{(run.Xml.Settings.IgnoreProcessingInstructions ? 'p' : '-')}{(run.Xml.Settings.IgnoreWhitespace ? 'w' : '-')}{run.Xml.DefaultUri}\n{text}";
        if (_templates.TryGetValue(key, out var known))
        {
            return known;
        }

        var template = XmlTemplate.Read(run, text, hasExpressions);
        if (_templates.Count < Most && Interlocked.Add(ref _size, key.Length) <= MostCharacters)
        {
            _templates[key] = template;
        }

        return template;
    }

    private static string InTag(JsValue value) => value is XmlQName name ? name.LocalName : TreeText.Of(value);

    private static string[] Fragments(ObjectInstance strings)
    {
        var fragments = new string[(int)strings.Get("length").AsNumber()];
        for (var i = 0; i < fragments.Length; i++)
        {
            fragments[i] = TreeText.Of(strings.Get(JsNumber.Create(i)));
        }

        return fragments;
    }
}
