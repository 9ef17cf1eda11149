using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Drafts;

/// <summary>A channel that is being made: its file, its scripts, and what there is to say about it.</summary>
/// <param name="name">Group and name here.</param>
/// <param name="title">Its name in the export.</param>
/// <param name="export">The element of the export.</param>
/// <param name="file">The export's name.</param>
/// <param name="world">What all channels of the import share.</param>
internal sealed class ChannelDraft(string name, string title, ExportElement export, string file, ImportWorld world)
{
    private readonly List<(ImportLevel Level, ExportElement? At, string What, string? Xml)> _said = [];

    /// <summary>Group and name here.</summary>
    public string Name => name;

    /// <summary>Its name in the export.</summary>
    public string Title => title;

    /// <summary>Its id.</summary>
    public string Id { get; set; } = "";

    /// <summary>What it was made of.</summary>
    public ExportElement Export => export;

    /// <summary>The export's name.</summary>
    public string ExportFile => file;

    /// <summary>What all share.</summary>
    public ImportWorld World => world;

    /// <summary>channel.yaml.</summary>
    public YamlBlock Yaml { get; } = new();

    /// <summary>The scripts and templates.</summary>
    public List<ScriptDraft> Scripts { get; } = [];

    /// <summary>By the name a destination had, its name here: scripts may say it.</summary>
    public Dictionary<string, string> DestinationTitles { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of destinations that go on as titles: scripts may say them.</summary>
    public HashSet<string> Titled { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it is to run.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>Why it must not run as it is; empty when it may.</summary>
    public List<string> Obstacles { get; } = [];

    /// <summary>By the number of a destination, its name here.</summary>
    public Dictionary<int, string> Destinations { get; } = [];

    /// <summary>What was said, before files have lines.</summary>
    public IReadOnlyList<(ImportLevel Level, ExportElement? At, string What, string? Xml)> Said => _said;

    /// <summary>For the record.</summary>
    public void Note(ExportElement? at, string what) => _said.Add((ImportLevel.Runs, at, what, null));

    /// <summary>Somebody must decide.</summary>
    public void Decide(ExportElement? at, string what) => _said.Add((ImportLevel.Decision, at, what, null));

    /// <summary>Somebody must decide about a line of a script.</summary>
    public void DecideAt(ScriptDraft script, int line, string what) => Places.Add((script, line, what));

    /// <summary>What was said about lines of scripts.</summary>
    public List<(ScriptDraft Script, int Line, string What)> Places { get; } = [];

    /// <summary>It cannot do this here. The channel is not enabled then, unless only a part that was switched off anyway is the matter.</summary>
    public void Refuse(ExportElement? at, string what, bool isOff = false)
    {
        _said.Add((isOff ? ImportLevel.Decision : ImportLevel.Unsupported, at, what, null));
        if (!isOff)
        {
            Obstacles.Add(what);
        }
    }

    /// <summary>What of the export nobody understood.</summary>
    public void Keep(ImportLevel level, ExportElement at, string what) => _said.Add((level, at, what, MaskedXml.Of(at)));

    /// <summary>Begins a script beside channel.yaml.</summary>
    /// <param name="path">Its name, as channel.yaml says it.</param>
    public ScriptDraft Script(string path)
    {
        var script = new ScriptDraft($"{name}/{path}");
        Scripts.Add(script);
        return script;
    }
}
