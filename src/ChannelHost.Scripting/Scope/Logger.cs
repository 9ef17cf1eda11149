using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>logger</c>, and <c>console</c> for those who are used to it.</summary>
internal static class Logger
{
    /// <summary>How much of one text is written; a message's content does not belong into a log.</summary>
    private const int MaxText = 10_000;

    private static readonly JsObjectShape Shape = new JsObjectShape.Builder()
        .Method("trace", (self, texts) => Write(self, "trace", texts), 1)
        .Method("debug", (self, texts) => Write(self, "debug", texts), 1)
        .Method("info", (self, texts) => Write(self, "info", texts), 1)
        .Method("log", (self, texts) => Write(self, "info", texts), 1)
        .Method("warn", (self, texts) => Write(self, "warn", texts), 1)
        .Method("error", (self, texts) => Write(self, "error", texts), 1)
        .Method("fatal", (self, texts) => Write(self, "error", texts), 1)
        .Method("isDebugEnabled", (_, _) => JsBoolean.True)
        .Build();

    /// <summary>Makes it for a run.</summary>
    public static ObjectInstance Create(Engine engine, ScriptRun run)
    {
        var logger = Shape.Instantiate(engine);
        JsObjectShape.SetHostState(logger, run);
        return logger;
    }

    private static JsValue Write(JsValue self, string level, JsValue[] texts)
    {
        if (JsObjectShape.GetHostState(self as ObjectInstance) is not ScriptRun run)
        {
            throw new InvalidOperationException("A method of logger was called without its logger.");
        }

        var text = string.Join(' ', texts.Select(TreeText.Of));
        run.Environment.Log(level, text.Length <= MaxText ? text : text[..MaxText], run.Current?.File.Name ?? "");
        return JsValue.Undefined;
    }
}
