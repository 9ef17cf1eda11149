using ChannelHost.Scripting.Running;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>Statuses as scripts have them: texts, or for imported scripts values of Java's enumeration.</summary>
internal static class StatusValues
{
    /// <summary>A status for a script.</summary>
    public static JsValue Of(ScriptRun run, MessageStatus status) => Of(run, Name(status));

    /// <summary>A status by its name for a script.</summary>
    public static JsValue Of(ScriptRun run, string name) => run.IsMirth ? EnumClass.Of(run, EnumClass.Status, name) : JsString.Create(name);

    /// <summary>The status that a value is; null for none. A text is one only where scripts have texts.</summary>
    public static MessageStatus? Read(ScriptRun run, JsValue value) => value switch
    {
        UserObject { State: EnumValue named, Class: var type } when ReferenceEquals(type, EnumClass.Status) => Parse(named.Name),
        JsString text when !run.IsMirth => Parse(text.ToString()),
        _ => null,
    };

    /// <summary>The name that scripts know.</summary>
    public static string Name(MessageStatus status) => status switch
    {
        MessageStatus.Received => "RECEIVED",
        MessageStatus.Filtered => "FILTERED",
        MessageStatus.Transformed => "TRANSFORMED",
        MessageStatus.Sent => "SENT",
        MessageStatus.Queued => "QUEUED",
        MessageStatus.Pending => "PENDING",
        _ => "ERROR",
    };

    /// <summary>The status of a name; null for none.</summary>
    public static MessageStatus? Parse(string? name) => name?.ToUpperInvariant() switch
    {
        "RECEIVED" => MessageStatus.Received,
        "FILTERED" => MessageStatus.Filtered,
        "TRANSFORMED" => MessageStatus.Transformed,
        "SENT" => MessageStatus.Sent,
        "QUEUED" => MessageStatus.Queued,
        "PENDING" => MessageStatus.Pending,
        "ERROR" => MessageStatus.Error,
        _ => null,
    };
}
