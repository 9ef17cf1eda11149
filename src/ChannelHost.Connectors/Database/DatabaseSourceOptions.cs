using ChannelHost.Connectors.Polling;

namespace ChannelHost.Connectors.Database;

/// <summary>When the rows that were taken are marked.</summary>
internal enum RowMarking
{
    /// <summary>Never. The default without an update.</summary>
    Never,

    /// <summary>Once, after all rows of a look.</summary>
    AfterAll,

    /// <summary>After each row. The default with an update.</summary>
    AfterEach,
}

/// <summary>The settings of a source that reads rows.</summary>
internal sealed record DatabaseSourceOptions : DatabaseConnectionOptions
{
    /// <summary>The query.</summary>
    [Option("The query; each ${name} in it is a parameter, so no quotes around it. This or selectScript.", Example = "select id, mrn from visits where taken = false order by id")]
    public Template? Select { get; init; }

    /// <summary>A script that returns rows.</summary>
    [Option("A script that returns rows: a row set, or a list of objects. In place of select.", Example = "select.js")]
    public ScriptFile? SelectScript { get; init; }

    /// <summary>What marks rows as taken.</summary>
    [Option("The statement that marks what was taken; ${column} is the row's value, as a parameter. This or updateScript.", Example = "update visits set taken = true where id = ${id}")]
    public Template? Update { get; init; }

    /// <summary>A script that marks rows as taken.</summary>
    [Option("A script that marks what was taken; it has the row as resultMap, or all of them as results. In place of update.", Example = "update.js")]
    public ScriptFile? UpdateScript { get; init; }

    /// <summary>When rows are marked; null: after each row when there is something to mark them with.</summary>
    [Option("When the update runs: after-each row (when not given), after-all rows of a look, or never.")]
    public RowMarking? UpdateMode { get; init; }

    /// <summary>Whether all rows are one message; default false.</summary>
    [Option("All rows of a look are one message: <results><result/>...</results>.")]
    public bool Aggregate { get; init; }

    /// <summary>The columns that name a row: one with the same values is never taken twice.</summary>
    [Option("The columns that name a row; a row with the same values is never taken twice, also when the host dies between storing and marking.", Example = "[id, version]")]
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>How bytes become text; default base64.</summary>
    [Option("How binary columns are written: base64, or as the text that they hold in utf8 or latin1.")]
    public BinaryForm Binary { get; init; }

    /// <summary>The most rows of a look; default 10,000.</summary>
    [Option("The most rows of a look. With update after each row the rest is taken at once afterwards; else more is an error.", Minimum = "1", Maximum = "1000000")]
    public int MaximumRows { get; init; } = 10_000;

    /// <summary>The most bytes of a look; default 64 MB.</summary>
    [Option("The most bytes in all rows of a look; as maximumRows.", Minimum = "64KB", Maximum = "1GB")]
    public ByteSize MaximumBytes { get; init; } = ByteSize.Megabytes(64);

    /// <summary>How often a look or an update that failed is tried again before the next look is waited for; default 3.</summary>
    [Option("How often a look or an update that failed is tried again before the next look is waited for.", Minimum = "0", Maximum = "1000")]
    public int Retries { get; init; } = 3;

    /// <summary>The pause before such an attempt; default 10 s.</summary>
    [Option("The pause before it is tried again.", Minimum = "100ms", Maximum = "1h")]
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the connection stays open between looks; default true.</summary>
    [Option("Keeps the connection open between two looks.")]
    public bool KeepOpen { get; init; } = true;

    /// <summary>The pause between the end of a look and the start of the next; null: 5 s, or what <see cref="Schedule"/> says.</summary>
    [Option("The pause between the end of a look and the start of the next; 5s when neither this nor schedule is given.", Minimum = "100ms", Maximum = "7d")]
    public TimeSpan? Interval { get; init; }

    /// <summary>When it looks, in place of <see cref="Interval"/>; null: by that.</summary>
    [Option("When it looks: intervals or cron, active hours, days. In place of interval.")]
    public ScheduleOptions? Schedule { get; init; }

    /// <summary>When the update runs.</summary>
    internal RowMarking Mode => UpdateMode ?? (Update is null && UpdateScript is null ? RowMarking.Never : RowMarking.AfterEach);
}
