using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.UserClasses;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>alerts.sendAlert(text)</c>: tells the people who watch the host.</summary>
internal static class Alerts
{
    private const int MaxText = 2_000;

    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "AlertSender")
        .Method("sendAlert", static (_, call) => Send(call), 1)
        .Constructor(static _ => new object())
        .Build();

    /// <summary>Makes it for a run.</summary>
    public static JsValue Create(ScriptRun run) => run.Classes.Wrap(Type, run);

    private static JsValue Send(UserCall call)
    {
        var text = call.TextOrNull(0) ?? "null";
        text = text.Length <= MaxText ? text : text[..MaxText];
        if (call.Run.Environment.Alert is { } alert)
        {
            alert(text);
        }
        else
        {
            call.Run.Environment.Log("error", text, call.Run.Current?.File.Name ?? "");
        }

        return JsValue.Undefined;
    }
}
