using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Deployment;

/// <summary>Runs the deploy and undeploy scripts of all channels. They belong to no channel, so a failure is told and stops nothing.</summary>
internal sealed partial class GlobalScriptRunner(EngineServices services, IChannelRouter router, IVariableMap globalMap, IChannelDirectory? channels)
{
    private const string Name = "global";

    /// <summary>Runs one of them. Why it failed, or null; nothing is thrown for what the script does.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="file">The script; null for none.</param>
    /// <param name="definition">A channel that knows the scripts and the configuration of the folder.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    public string? Run(ScriptKind kind, ScriptFile? file, ChannelDefinition definition, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return null;
        }

        var logger = services.Loggers.CreateLogger<GlobalScriptRunner>();
        try
        {
            var unit = services.Scripts.Compile([new ScriptStep(kind, file)], EnvironmentOf(definition));
            var (error, _) = new LifeScripts(unit, null, definition.Source.DataType.DataType.CreateCodec(definition.Source.DataType.Options)).Run(unit, cancellationToken);
            if (error is not null)
            {
                Log.Failed(logger, file.Name, error.Told);
            }

            return error?.Told;
        }
        catch (ScriptCompileException exception)
        {
            Log.Failed(logger, file.Name, exception.Message);
            return exception.Message;
        }
    }

    private ScriptEnvironment EnvironmentOf(ChannelDefinition definition) => new()
    {
        Channel = Name,
        Library = definition.Library,
        Compatibility = definition.Compatibility,
        CodeTemplates = definition.Global.CodeTemplates,
        Databases = services.Databases,
        Mail = services.Mail,
        Channels = channels,
        DataTypes = services.DataTypes,
        Alert = ScriptLog.AlertFor(Name, services.Loggers),
        GlobalMap = globalMap,
        GlobalChannelMap = new SharedVariables(),
        ConfigurationMap = definition.Configuration,
        Log = ScriptLog.For(Name, services.Loggers),
        Router = router,
        Time = services.Time,
        Random = services.Rehearsal?.Random,
        Coverage = services.Rehearsal?.Coverage,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 2018, Level = LogLevel.Error, Message = "The script {Script} failed; deployment goes on: {Reason}")]
        public static partial void Failed(ILogger logger, string script, string reason);
    }
}
