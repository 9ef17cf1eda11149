namespace ChannelHost.Abstractions;

/// <summary>Prepares scripts at deploy. Owned by the script room; safe for use by many threads.</summary>
public interface IScriptCompiler
{
    /// <summary>Prepares a unit: scripts that run one after another in one clean engine.</summary>
    /// <param name="steps">The scripts in order.</param>
    /// <param name="environment">What scripts of the channel share.</param>
    /// <exception cref="ScriptCompileException">A script cannot be read; all problems of all files are in it.</exception>
    IScriptUnit Compile(IReadOnlyList<ScriptStep> steps, ScriptEnvironment environment);

    /// <summary>All problems of a script text, without preparing anything: for <c>validate</c>. Takes whatever any channel may have.</summary>
    IReadOnlyList<ScriptProblem> Check(ScriptFile file);

    /// <summary>All problems of a script text in the language that its channel gives it.</summary>
    /// <param name="file">The script.</param>
    /// <param name="e4x">Whether the XML syntax E4X is read.</param>
    /// <param name="compatibility">Whose oddities are taken.</param>
    IReadOnlyList<ScriptProblem> Check(ScriptFile file, bool e4x, Compatibility compatibility) => Check(file);

    /// <summary>What is legal in a script but must be wrong, like an XML literal whose end tag has another name. Nothing when it cannot be read.</summary>
    IReadOnlyList<ScriptProblem> Warnings(ScriptFile file) => [];

    /// <summary>What a script asks for that this host does not have, or only when it is declared: for reports about imported channels. Nothing when it cannot be read.</summary>
    IReadOnlyList<ScriptFinding> Survey(ScriptFile file) => [];
}

/// <summary>What a script is for. It decides what its result means.</summary>
public enum ScriptKind
{
    /// <summary>Gets the text as <c>message</c>; a returned string replaces it.</summary>
    Preprocessor,

    /// <summary>Returns true to let the message pass. The value of a last expression counts when nothing is returned.</summary>
    Filter,

    /// <summary>Shapes <c>msg</c>. A value returned by it is ignored; assigning <c>msg</c> replaces the message.</summary>
    Transformer,

    /// <summary>Gets a destination's answer as <c>msg</c> and <c>response</c>; may assign <c>responseStatus</c>, <c>responseStatusMessage</c>, <c>responseErrorMessage</c>.</summary>
    ResponseTransformer,

    /// <summary>Runs after the destinations; a returned value becomes the response <c>postprocess</c>.</summary>
    Postprocessor,

    /// <summary>A source: returns a message or a list of messages.</summary>
    Reader,

    /// <summary>A destination: gets <c>msg</c> and returns a value or <c>{ status, message, error }</c>.</summary>
    Writer,

    /// <summary>Runs when the channel is deployed.</summary>
    Deploy,

    /// <summary>Runs when the channel is undeployed.</summary>
    Undeploy,

    /// <summary>Runs before channels are deployed.</summary>
    GlobalDeploy,

    /// <summary>Runs after channels were undeployed.</summary>
    GlobalUndeploy,

    /// <summary>A preprocessor of all channels.</summary>
    GlobalPreprocessor,

    /// <summary>A postprocessor of all channels.</summary>
    GlobalPostprocessor,

    /// <summary>Takes attachments out of <c>message</c> and returns what remains.</summary>
    Attachment,

    /// <summary>Reads the next message of a batch from <c>reader</c>.</summary>
    Batch,
}

/// <summary>One script of a unit.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="File">The script.</param>
public sealed record ScriptStep(ScriptKind Kind, ScriptFile File);

/// <summary>What all scripts of a channel version share.</summary>
public sealed record ScriptEnvironment
{
    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Shared scripts from <c>channels/lib</c>. What no script of the unit names is not run.</summary>
    public IReadOnlyList<ScriptFile> Library { get; init; } = [];

    /// <summary>The channel's id; null where it has none.</summary>
    public string? ChannelId { get; init; }

    /// <summary>The channel's title; null where it has none.</summary>
    public string? ChannelTitle { get; init; }

    /// <summary>By name, the titles of destinations that have one.</summary>
    public IReadOnlyDictionary<string, string> DestinationTitles { get; init; } = new Dictionary<string, string>();

    /// <summary>What scripts read as the channel's name: its title where they come from an engine that knew it by that.</summary>
    public string ChannelName => Compatibility == Compatibility.Mirth ? ChannelTitle ?? Channel : Channel;

    /// <summary>Whose behaviour scripts find.</summary>
    public Compatibility Compatibility { get; init; }

    /// <summary>Whether the XML syntax E4X is read; default true.</summary>
    public bool E4x { get; init; } = true;

    /// <summary>Scripts that run before each script of their contexts.</summary>
    public IReadOnlyList<CodeTemplate> CodeTemplates { get; init; } = [];

    /// <summary>What scripts may reach outside the host.</summary>
    public ScriptAccess Access { get; init; } = ScriptAccess.None;

    /// <summary>Opens databases; null where there are none.</summary>
    public IScriptDatabases? Databases { get; init; }

    /// <summary>Sends mail; null where none is sent.</summary>
    public IScriptMail? Mail { get; init; }

    /// <summary>The host's channels; null where there are none.</summary>
    public IChannelDirectory? Channels { get; init; }

    /// <summary>The data types that scripts can make serializers of.</summary>
    public IReadOnlyList<IDataType> DataTypes { get; init; } = [];

    /// <summary>Names and numbers of the channel's destinations, in order.</summary>
    public IReadOnlyList<(string Name, int Id)> Destinations { get; init; } = [];

    /// <summary>Where <c>alerts.sendAlert</c> goes: the text; null for the log alone.</summary>
    public Action<string>? Alert { get; init; }

    /// <summary>Limits of one run.</summary>
    public ScriptLimits Limits { get; init; } = new();

    /// <summary><c>globalMap</c>, shared by all channels; in memory.</summary>
    public required IVariableMap GlobalMap { get; init; }

    /// <summary><c>globalChannelMap</c>.</summary>
    public required IVariableMap GlobalChannelMap { get; init; }

    /// <summary><c>configurationMap</c>, read-only.</summary>
    public IReadOnlyDictionary<string, string> ConfigurationMap { get; init; } = new Dictionary<string, string>();

    /// <summary>Where <c>logger</c> writes: level (trace, debug, info, warn, error), text as the script gave it, script name.</summary>
    public required Action<string, string, string> Log { get; init; }

    /// <summary><c>router</c>.</summary>
    public required IChannelRouter Router { get; init; }

    /// <summary>The clock, also for <c>new Date()</c>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Chance: <c>Math.random()</c> and <c>${uuid}</c>. Null (the default) for real chance; a golden case gives a fixed row.</summary>
    public Random? Random { get; init; }

    /// <summary>Notes which lines ran; null (the default) for nobody, which costs nothing.</summary>
    public IScriptCoverage? Coverage { get; init; }

    /// <summary>What scripts read as a destination's name, as <see cref="ChannelName"/>.</summary>
    /// <param name="name">Its name here.</param>
    public string DestinationName(string name) =>
        Compatibility == Compatibility.Mirth && DestinationTitles.TryGetValue(name, out var title) ? title : name;
}

/// <summary>Notes which lines of scripts run. Safe for use by many threads.</summary>
public interface IScriptCoverage
{
    /// <summary>A script was prepared that has these lines to run. Called again when it is prepared again.</summary>
    /// <param name="file">The script's name.</param>
    /// <param name="lines">From 1, in order, each once.</param>
    void Declare(string file, IReadOnlyList<int> lines);

    /// <summary>A statement that begins on this line is about to run.</summary>
    void Ran(string file, int line);
}

/// <summary>Limits of one run of a unit. Reaching one is an error on that message.</summary>
public sealed record ScriptLimits
{
    /// <summary>Wall-clock time; default 5 s, 10 ms to 10 min.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory that the run may allocate; default 256 MB, 1 MB to 4 GB.</summary>
    public ByteSize Memory { get; init; } = ByteSize.Megabytes(256);

    /// <summary>
    /// How deep calls may nest, about: each is taken for 2 KB of stack, and those through getters, sorts and iterators weigh more.
    /// Default 500, 16 to 500: unwinding needs several times the stack, and a thread has 8 MB.
    /// </summary>
    public int CallDepth { get; init; } = 500;

    /// <summary>The longest string or array that one call may make; default 32 M characters or elements.</summary>
    public int Length { get; init; } = 32 * 1024 * 1024;
}
