using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.UserClasses;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>logger</c>, and <c>console</c> for those who are used to it.</summary>
internal static class Logger
{
    /// <summary>How much of one text is written; a message's content does not belong into a log.</summary>
    private const int MaxText = 10_000;

    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<LoggerState>("org.apache.logging.log4j", "Logger")
        .Method("trace", static (_, call) => Write(call, "trace"), 1)
        .Method("debug", static (_, call) => Write(call, "debug"), 1)
        .Method("info", static (_, call) => Write(call, "info"), 1)
        .Method("log", static (_, call) => Write(call, "info"), 1)
        .Method("warn", static (_, call) => Write(call, "warn"), 1)
        .Method("error", static (_, call) => Write(call, "error"), 1)
        .Method("fatal", static (_, call) => Write(call, "error"), 1)
        .Method("isDebugEnabled", static (_, _) => JsBoolean.True)
        .Method("isTraceEnabled", static (_, _) => JsBoolean.True)
        .Method("isInfoEnabled", static (_, _) => JsBoolean.True)
        .Property("Name", static (logger, call) => call.Run.Text(logger.Name))
        .Build();

    /// <summary>Makes it for a run.</summary>
    public static JsValue Create(ScriptRun run) => Create(run, run.Names.LoggerName);

    /// <summary>One of another name.</summary>
    public static JsValue Create(ScriptRun run, string name) => run.Classes.Wrap(Type, new LoggerState(name));

    private static JsValue Write(UserCall call, string level)
    {
        var texts = new string[call.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = TreeText.Of(call[i]);
        }

        var text = string.Join(' ', texts);
        call.Run.Environment.Log(level, text.Length <= MaxText ? text : text[..MaxText], call.Run.Current?.File.Name ?? "");
        return JsValue.Undefined;
    }

    /// <summary>A logger by its name.</summary>
    internal sealed record LoggerState(string Name);
}
