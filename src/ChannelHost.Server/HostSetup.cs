using ChannelHost.Connectors;
using ChannelHost.Connectors.Database;
using ChannelHost.Connectors.Smtp;
using ChannelHost.DataTypes;
using ChannelHost.Engine.Cases;
using ChannelHost.Engine.Deployment;
using ChannelHost.Scripting;
using ChannelHost.Storage;
using ChannelHost.Storage.Audit;
using ChannelHost.Storage.ChannelFiles;
using ChannelHost.Storage.ChannelFiles.Cases;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.PostgreSql;
using ChannelHost.Storage.PostgreSql.Verification;
using ChannelHost.Storage.Secrets;
using ChannelHost.Storage.Versions;

namespace ChannelHost.Server;

/// <summary>The only place that knows all rooms: it puts them together.</summary>
internal static class HostSetup
{
    /// <summary>The variable by which channels name the data folder: <c>${env:CHANNELHOST_DATA}/clinic/out</c>.</summary>
    private const string DataVariable = "CHANNELHOST_DATA";

    /// <summary>The variable that chooses the environment when the command line does not.</summary>
    private const string EnvironmentVariable = "CHANNELHOST_ENVIRONMENT";

    /// <summary>Opens the stores and takes the lock on the data folder.</summary>
    /// <exception cref="CommandFailure">Another host has it, or it cannot be used.</exception>
    public static IChannelStores OpenStores(string dataFolder, PostgreSqlSettings? postgreSql, ILoggerFactory loggers)
    {
        try
        {
            return postgreSql is null ? new ChannelStores(dataFolder, loggers, TimeProvider.System) { Encryption = Encryption() } : new PostgreSqlStores(dataFolder, postgreSql, loggers) { Encryption = Encryption() };
        }
        catch (StoreException error) when (postgreSql is not null)
        {
            throw new CommandFailure(error.InnerException is null ? ExitCode.DataFolderInUse : ExitCode.DataFolderUnusable, error.Message, error);
        }
        catch (StoreException error)
        {
            throw new CommandFailure(ExitCode.DataFolderInUse, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.DataFolderUnusable, $"the data folder {dataFolder} cannot be used: {error.Message}", error);
        }
    }

    /// <summary>The channels folder, with every connector and data type there is.</summary>
    /// <param name="channelsFolder">The folder.</param>
    /// <param name="dataFolder">The data folder, which channels may name and which holds the secrets.</param>
    /// <param name="environment">The environment whose values count: <c>config/NAME.yaml</c>; null for what CHANNELHOST_ENVIRONMENT says.</param>
    /// <exception cref="CommandFailure">The environment's name is none.</exception>
    public static IChannelFiles OpenChannels(string channelsFolder, string dataFolder, string? environment = null) => new ChannelFolder(
        channelsFolder,
        ConnectorCatalog.All,
        DataTypeCatalog.All,
        new ScriptCompiler(),
        TimeProvider.System,
        variable => variable == DataVariable ? dataFolder : Environment.GetEnvironmentVariable(variable),
        secrets: Secrets(dataFolder),
        environmentName: EnvironmentName(environment));

    /// <summary>The environment that was asked for; null for the base alone.</summary>
    /// <exception cref="CommandFailure">No environment can have this name.</exception>
    public static string? EnvironmentName(string? asked)
    {
        var name = asked ?? (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } given ? given : null);
        return name is null || ChannelFolder.IsEnvironmentName(name)
            ? name
            : throw new CommandFailure(ExitCode.Usage, $"no environment can be called '{name}': {ChannelFolder.EnvironmentNameWanted}");
    }

    /// <summary>Where secrets come from.</summary>
    public static SecretSources Secrets(string dataFolder) => new(SecretSettings.From(dataFolder, Environment.GetEnvironmentVariable));

    /// <summary>The keys of encrypted stores, and whether stores are encrypted that do not say.</summary>
    public static EncryptionSettings Encryption() => EncryptionSettings.From(Environment.GetEnvironmentVariable);

    /// <summary>The encrypted file of secrets.</summary>
    public static SecretVault SecretVault(string dataFolder) => new(SecretSettings.From(dataFolder, Environment.GetEnvironmentVariable), TimeProvider.System);

    /// <summary>The record of versions that ran.</summary>
    public static VersionArchive Versions(string dataFolder) => new(dataFolder);

    /// <summary>Puts versions back.</summary>
    public static VersionRestore Restore(string channelsFolder, string dataFolder, VersionArchive archive) => new(channelsFolder, dataFolder, archive, TimeProvider.System);

    /// <summary>The record of what people did.</summary>
    public static AuditFile Audit(string dataFolder) => new(dataFolder, TimeProvider.System);

    /// <summary>Looks whether a data folder takes writes.</summary>
    public static Hosting.DataFolderProbe Probe(string dataFolder) => new(dataFolder, new DurableFiles(), TimeProvider.System);

    /// <summary>The cases of the channels in a folder.</summary>
    public static ICaseFiles OpenCases(string channelsFolder) => new CaseFolder(channelsFolder, new DurableFiles());

    /// <summary>Runs cases.</summary>
    public static CaseRunner CreateCaseRunner() => new(new ScriptCompiler(), DataTypeCatalog.All);

    /// <summary>How HL7 v2 is read with default settings, for commands that look at messages.</summary>
    public static IMessageCodec Hl7Codec { get; } = MakeHl7Codec();

    /// <summary>Makes backups of a data folder.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="open">The stores of the host that works on it; null when none does.</param>
    /// <param name="withSecrets">True to take the encrypted file of secrets along.</param>
    public static StoreBackup Backup(string dataFolder, ChannelStores? open, bool withSecrets) => new(dataFolder, TimeProvider.System) { Open = open, Encryption = Encryption(), WithSecrets = withSecrets };

    /// <summary>Puts a backup into an empty data folder.</summary>
    public static StoreRestore RestoreBackup(string backup, string dataFolder) => new(backup, dataFolder) { Encryption = Encryption() };

    /// <summary>An engine without channels.</summary>
    /// <param name="stores">The stores.</param>
    /// <param name="loggers">Where events go.</param>
    /// <param name="holdQueues">True to hold every queue at the first start of its channel.</param>
    public static ChannelEngine CreateEngine(IChannelStores stores, ILoggerFactory loggers, bool holdQueues) => new(new EngineServices
    {
        Hold = holdQueues ? new StartHold() : null,
        Scripts = new ScriptCompiler(),
        Stores = stores,
        Files = new DurableFiles(),
        DataTypes = DataTypeCatalog.All,
        ServerId = Environment.MachineName,
        Databases = new ScriptDatabases(),
        Mail = new ScriptMailer(),
        Loggers = loggers,
    });

    private static IMessageCodec MakeHl7Codec()
    {
        var type = DataTypeCatalog.All.Single(candidate => candidate.Name == "hl7v2");
        return type.CreateCodec(Activator.CreateInstance(type.OptionsType)!);
    }

    /// <summary>All problems of channels for people, with the lines they stand in and carets; escaped for a terminal.</summary>
    public static string Render(IEnumerable<ChannelReading> readings, string channelsFolder) => ProblemText.RenderAll(readings, file =>
    {
        try
        {
            return File.ReadAllLines(Path.Combine(channelsFolder, file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The problem itself says what there is to say about a file that cannot be read.
            return null;
        }
    });

    /// <summary>Everything that is wrong with the stores of a data folder.</summary>
    /// <exception cref="CommandFailure">A host works on it.</exception>
    public static async Task<IReadOnlyList<StoreProblem>> VerifyAsync(string dataFolder, PostgreSqlSettings? postgreSql, CancellationToken cancellationToken)
    {
        try
        {
            return postgreSql is not null ? await new PostgreSqlVerifier(postgreSql) { Encryption = Encryption() }.VerifyAsync(cancellationToken) : await new StoreVerifier(dataFolder) { Encryption = Encryption() }.VerifyAsync(cancellationToken);
        }
        catch (StoreException error)
        {
            throw new CommandFailure(ExitCode.DataFolderInUse, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.DataFolderUnusable, $"the data folder {dataFolder} cannot be read: {error.Message}", error);
        }
    }
}
