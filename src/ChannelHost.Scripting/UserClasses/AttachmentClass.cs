using System.Text;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>An attachment that a script holds.</summary>
internal sealed class AttachmentState
{
    public string Id { get; set; } = "";

    public byte[] Content { get; set; } = [];

    public string Type { get; set; } = "";

    /// <summary>Of one that the message has.</summary>
    public static AttachmentState From(Attachment attachment, bool decode) => new()
    {
        Id = attachment.Id,
        Type = attachment.Type,
        Content = decode ? Base64.Decode(Encoding.UTF8.GetString(attachment.Content.Span)) : attachment.Content.ToArray(),
    };

    /// <summary>For the engine.</summary>
    public Attachment ToAttachment() => new(Id, Type, Content);
}

/// <summary><c>Attachment</c>.</summary>
internal static class AttachmentClass
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<AttachmentState>(Packages.Server, "Attachment")
        .Property("Id", static (state, call) => call.Run.Text(state.Id), static (state, call) => state.Id = call.Text(0))
        .Property("Type", static (state, call) => call.Run.Text(state.Type), static (state, call) => state.Type = call.Text(0))
        .Property("Content", static (state, call) => call.Run.Bytes(state.Content), static (state, call) => state.Content = call.Bytes(0))
        .Property("AttachmentId", static (state, call) => call.Run.Text($"${{ATTACH:{state.Id}}}"))
        .Method("getContentString", static (state, call) => call.Run.Text(Charsets.Of(call, 0).GetString(state.Content)), 1)
        .Method("setContentString", SetText, 2)
        .Text(static state => $"${{ATTACH:{state.Id}}}")
        .Constructor(static call => call.Count == 0
            ? new AttachmentState()
            : new AttachmentState { Id = call.Text(0), Content = call.Bytes(1), Type = call.TextOrNull(2) ?? "" })
        .Build();

    private static JsValue SetText(AttachmentState state, UserCall call)
    {
        state.Content = Charsets.Of(call, 1).GetBytes(call.Text(0));
        return JsValue.Undefined;
    }
}
