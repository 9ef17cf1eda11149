using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>A value of one of the user API's enumerations.</summary>
/// <param name="Name">As scripts write it.</param>
/// <param name="Text">As it reads.</param>
/// <param name="Ordinal">From 0.</param>
internal sealed record EnumValue(string Name, string Text, int Ordinal);

/// <summary>The enumerations of the user API.</summary>
internal static class EnumClass
{
    /// <summary>What can become of a message.</summary>
    public static readonly UserClass Status =
        Build(Packages.Shared, "Status", ["RECEIVED", "FILTERED", "TRANSFORMED", "SENT", "QUEUED", "ERROR", "PENDING"], name => name);

    /// <summary>The kinds of content that are kept of a message.</summary>
    public static readonly UserClass ContentType = Build(
        Packages.Shared,
        "ContentType",
        [
            "RAW", "PROCESSED_RAW", "TRANSFORMED", "ENCODED", "SENT", "RESPONSE", "RESPONSE_TRANSFORMED", "PROCESSED_RESPONSE", "CONNECTOR_MAP", "CHANNEL_MAP",
            "RESPONSE_MAP", "PROCESSING_ERROR", "POSTPROCESSOR_ERROR", "RESPONSE_ERROR", "SOURCE_MAP",
        ],
        name => name);

    /// <summary>What a channel can be doing.</summary>
    public static readonly UserClass DeployedState = Build(
        Packages.Server,
        "DeployedState",
        ["UNDEPLOYED", "DEPLOYING", "UNDEPLOYING", "STARTING", "STARTED", "PAUSING", "PAUSED", "STOPPING", "STOPPED", "SYNCING", "UNKNOWN"],
        name => name[0] + name[1..].ToLowerInvariant());

    /// <summary>A value by its name; there is one object for each in a run, so that <c>===</c> works.</summary>
    public static JsValue Of(ScriptRun run, UserClass type, string name) => run.Classes.Function(type).Get(name);

    private static UserClass Build(string package, string name, string[] values, Func<string, string> text)
    {
        UserClass? built = null;
        var builder = new UserClassBuilder<EnumValue>(package, name)
            .Method("name", static (value, call) => call.Run.Text(value.Name))
            .Method("ordinal", static (value, _) => value.Ordinal)
            .Method("compareTo", static (value, call) => value.Ordinal - (call.State<EnumValue>(0)?.Ordinal ?? 0), 1)
            .Text(static value => value.Text)
            .Plain(static value => value.Name)
            .Static("values", call => Collections.List(call.Run, [.. values.Select(value => Of(call.Run, built!, value))]))
            .Static("valueOf", call => values.Contains(call.Text(0), StringComparer.Ordinal)
                ? Of(call.Run, built!, call.Text(0))
                : throw call.Throw("java.lang.IllegalArgumentException", $"No enum constant {package}.{name}.{call.Text(0)}"));
        for (var i = 0; i < values.Length; i++)
        {
            var value = new EnumValue(values[i], text(values[i]), i);
            builder.Constant(values[i], run => run.Classes.Wrap(built!, value));
        }

        return built = builder.Build();
    }
}
