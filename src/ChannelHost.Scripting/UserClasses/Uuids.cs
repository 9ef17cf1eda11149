using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>Random ids; those of a golden case come from its row of chance.</summary>
internal static class Uuids
{
    /// <summary><c>UUIDGenerator</c>.</summary>
    public static readonly UserClass Generator = new UserClassBuilder<object>(Packages.Server, "UUIDGenerator")
        .Static("getUUID", static call => call.Run.Text(New(call.Run).ToString()))
        .Build();

    /// <summary>A new one, version 4.</summary>
    public static Guid New(ScriptRun run) => TemplateVariables.Uuid(run.Environment.Random);
}
