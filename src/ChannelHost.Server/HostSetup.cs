using ChannelHost.Connectors;
using ChannelHost.DataTypes;
using ChannelHost.Engine.Cases;
using ChannelHost.Engine.Deployment;
using ChannelHost.Scripting;
using ChannelHost.Storage;
using ChannelHost.Storage.ChannelFiles;
using ChannelHost.Storage.ChannelFiles.Cases;
using ChannelHost.Storage.Files;

namespace ChannelHost.Server;

/// <summary>The only place that knows all rooms: it puts them together.</summary>
internal static class HostSetup
{
    /// <summary>The variable by which channels name the data folder: <c>${env:CHANNELHOST_DATA}/clinic/out</c>.</summary>
    private const string DataVariable = "CHANNELHOST_DATA";

    /// <summary>Opens the stores and takes the lock on the data folder.</summary>
    /// <exception cref="CommandFailure">Another host has it, or it cannot be used.</exception>
    public static IChannelStores OpenStores(string dataFolder, ILoggerFactory loggers)
    {
        try
        {
            return new ChannelStores(dataFolder, loggers, TimeProvider.System);
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
    public static IChannelFiles OpenChannels(string channelsFolder, string dataFolder) => new ChannelFolder(
        channelsFolder,
        ConnectorCatalog.All,
        DataTypeCatalog.All,
        new ScriptCompiler(),
        TimeProvider.System,
        name => name == DataVariable ? dataFolder : Environment.GetEnvironmentVariable(name));

    /// <summary>The cases of the channels in a folder.</summary>
    public static ICaseFiles OpenCases(string channelsFolder) => new CaseFolder(channelsFolder, new DurableFiles());

    /// <summary>Runs cases.</summary>
    public static CaseRunner CreateCaseRunner() => new(new ScriptCompiler(), DataTypeCatalog.All);

    /// <summary>How HL7 v2 is read with default settings, for commands that look at messages.</summary>
    public static IMessageCodec Hl7Codec { get; } = MakeHl7Codec();

    /// <summary>An engine without channels.</summary>
    public static ChannelEngine CreateEngine(IChannelStores stores, ILoggerFactory loggers) => new(new EngineServices
    {
        Scripts = new ScriptCompiler(),
        Stores = stores,
        Files = new DurableFiles(),
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
    public static async Task<IReadOnlyList<StoreProblem>> VerifyAsync(string dataFolder, CancellationToken cancellationToken)
    {
        try
        {
            return await new StoreVerifier(dataFolder).VerifyAsync(cancellationToken);
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
