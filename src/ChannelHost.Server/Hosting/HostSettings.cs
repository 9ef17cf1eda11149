namespace ChannelHost.Server.Hosting;

/// <summary>What <c>channelhost run</c> was told. Defaults are those of the command line.</summary>
internal sealed record HostSettings
{
    /// <summary>The address of the API and health endpoints when none is given. Loopback: nothing is open to others unless somebody says so.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8085";

    /// <summary>The channels folder.</summary>
    public required string ChannelsFolder { get; init; }

    /// <summary>The data folder: stores and logs.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The environment whose values channels use; null for what CHANNELHOST_ENVIRONMENT says.</summary>
    public string? Environment { get; init; }

    /// <summary>The database that keeps messages and state; null for files in the data folder.</summary>
    public Storage.PostgreSql.PostgreSqlSettings? PostgreSql { get; init; }

    /// <summary>True to hold every queue, with what waits marked as possibly sent, until somebody lets it go: for stores that were put back from a backup by other means.</summary>
    public bool HoldQueues { get; init; }

    /// <summary>Addresses of the API and health endpoints.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>How long messages in hand may take to finish at a stop; default 10 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The least log level.</summary>
    public Serilog.Events.LogEventLevel LogLevel { get; init; } = Serilog.Events.LogEventLevel.Information;

    /// <summary>How the program was called, for the commands it prints.</summary>
    public string ProgramName { get; init; } = "channelhost";
}
