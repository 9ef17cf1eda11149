using System.Text;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>What scripts do with a message's attachments: the helpers of every script, and <c>AttachmentUtil</c>.</summary>
internal static class AttachmentFunctions
{
    /// <summary><c>AttachmentUtil</c>.</summary>
    public static readonly UserClass Util = new UserClassBuilder<object>(Packages.Server, "AttachmentUtil")
        .Static("reAttachMessage", ReAttach)
        .Static("getMessageAttachmentIds", static call => call.State<ConnectorState>(0) is { } own ? IdsOf(call.Run, Where(call, own)) : Ids(call))
        .Static("getMessageAttachments", static call => call.State<ConnectorState>(0) is { } own
            ? List(call.Run, Where(call, own), call.Flag(1))
            : List(call.Run, Where(call, 0, out var next), call.Flag(next)))
        .Static("getMessageAttachment", static call => call.State<ConnectorState>(0) is { } own
            ? Single(call.Run, Where(call, own), call.Text(1), call.Flag(2))
            : Single(call.Run, Where(call, 0, out var next), call.Text(next), call.Flag(next + 1)))
        .Static("getMessageAttachmentsFromSourceChannel", FromSourceChannel)
        .Static("addAttachment", static call => Add(call, 1))
        .Static("createAttachment", static call => Add(call, 1))
        .Static("updateAttachment", static call => call.State<ConnectorState>(0) is null ? Update(call, 0) : Update(call, 1))
        .Build();

    /// <summary>All of the run's message.</summary>
    public static JsValue All(ScriptRun run, bool decode) => List(run, run.Scope.Attachments?.All ?? [], decode);

    /// <summary><c>addAttachment(data, type[, base64Encode])</c>.</summary>
    public static JsValue Add(UserCall call) => Add(call, 0);

    /// <summary><c>getAttachments([base64Decode])</c>.</summary>
    public static JsValue GetAll(UserCall call) => All(call.Run, call.Flag(0));

    /// <summary><c>getAttachment(id[, decode])</c>, or of another message.</summary>
    public static JsValue Get(UserCall call) => call.Count >= 3
        ? Single(call.Run, Where(call, 0, out var next), call.Text(next), call.Flag(next + 1))
        : Single(call.Run, call.Run.Scope.Attachments?.All ?? [], call.Text(0), call.Flag(1));

    /// <summary><c>getAttachmentIds()</c>, or of another message.</summary>
    public static JsValue Ids(UserCall call) => IdsOf(call.Run, call.Count >= 2 ? Where(call, 0, out _) : call.Run.Scope.Attachments?.All ?? []);

    /// <summary><c>updateAttachment(...)</c> in its forms.</summary>
    public static JsValue Update(UserCall call) => Update(call, 0);

    private static JsValue Update(UserCall call, int first)
    {
        var attachments = Needed(call);
        if (call.State<AttachmentState>(first) is { } given)
        {
            var content = call.Flag(first + 1) ? Encoding.UTF8.GetBytes(Convert.ToBase64String(given.Content)) : given.Content;
            return Store(call, attachments, new Attachment(given.Id, given.Type, content));
        }

        // With a channel and a message before it: only the run's own message can be changed.
        if (call.State<AttachmentState>(first + 2) is not null || call.Count - first >= 5)
        {
            RefuseOthers(call, first);
            return Update(call, first + 2);
        }

        return Store(call, attachments, new Attachment(call.Text(first), call.TextOrNull(first + 2) ?? "", Content(call, first + 1, first + 3)));
    }

    private static void RefuseOthers(UserCall call, int first)
    {
        var own = MessageClass.Snapshot(call.Run);
        if (!string.Equals(call.Text(first), own.ChannelId, StringComparison.Ordinal) || call.Number(first + 1) != own.MessageId)
        {
            throw call.Error("can only change attachments of the message that is being processed.");
        }
    }

    private static UserObject Store(UserCall call, IAttachments attachments, Attachment attachment) => attachments.Update(attachment)
        ? call.Run.Classes.Wrap(AttachmentClass.Type, AttachmentState.From(attachment, decode: false))
        : throw call.Error($"found no attachment '{attachment.Id}'.");

    private static UserObject Add(UserCall call, int first)
    {
        var attachments = Needed(call);
        var added = new Attachment(Uuids.New(call.Run).ToString(), call.TextOrNull(first + 1) ?? "", Content(call, first, first + 2));
        attachments.Add(added);
        return call.Run.Classes.Wrap(AttachmentClass.Type, AttachmentState.From(added, decode: false));
    }

    private static byte[] Content(UserCall call, int data, int encode)
    {
        if (!call.Has(data))
        {
            throw call.Throw("com.mirth.connect.donkey.model.message.attachment.UnsupportedDataTypeException", "The content of an attachment is a text or bytes.");
        }

        var bytes = call.Bytes(data);
        return call.Flag(encode) ? Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes)) : bytes;
    }

    private static IAttachments Needed(UserCall call) =>
        call.Run.Scope.Attachments ?? throw call.Error("works only where a message is processed: there are no attachments here.");

    private static IReadOnlyList<Attachment> Where(UserCall call, ConnectorState own) =>
        call.Run.Scope.Attachments is not { } attachments ? []
        : own.Message.MessageId == call.Run.Scope.MessageId ? attachments.All
        : Of(call, attachments, own.Message.ChannelId, own.Message.MessageId);

    private static IReadOnlyList<Attachment> Where(UserCall call, int first, out int next)
    {
        next = first + 2;
        return Of(call, Needed(call), call.Text(first), (long)Jint.Runtime.TypeConverter.ToNumber(call[first + 1]));
    }

    // Other channels' messages hold other people's data: only those on the way of this message, which the engine itself wrote down, or with a declaration.
    private static IReadOnlyList<Attachment> Of(UserCall call, IAttachments attachments, string channel, long message)
    {
        var environment = call.Run.Environment;
        return channel == environment.ChannelId || channel == environment.Channel || environment.Access.ControlsChannels || MessageWay.LeadsOver(call.Run.Scope.Maps.Source, channel, message)
            ? attachments.Of(channel, message)
            : throw call.Run.JavaError(
                "java.lang.SecurityException", $"Scripts of this channel may not read attachments of the channel '{channel}': declare access: {{ channels: true }} in channel.yaml.");
    }

    private static JsValue FromSourceChannel(UserCall call)
    {
        var source = call.Run.Scope.Maps.Source;
        var channel = First(source, MessageWay.ChannelIds) ?? First(source, MessageWay.ChannelId);
        var message = First(source, MessageWay.MessageIds) ?? First(source, MessageWay.MessageId);
        return channel is null || !long.TryParse(message, System.Globalization.CultureInfo.InvariantCulture, out var id)
            ? List(call.Run, [], decode: false)
            : List(call.Run, Needed(call).Of(channel, id), call.Flag(1));
    }

    private static string? First(IReadOnlyDictionary<string, object?> map, string key) => map.GetValueOrDefault(key) switch
    {
        null => null,
        IReadOnlyList<object?> list => list.Count == 0 ? null : Convert.ToString(list[0], System.Globalization.CultureInfo.InvariantCulture),
        var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static JsValue List(ScriptRun run, IReadOnlyList<Attachment> attachments, bool decode) => Collections.List(
        run, [.. attachments.Select(attachment => run.Classes.Wrap(AttachmentClass.Type, AttachmentState.From(attachment, decode)))]);

    private static JsValue IdsOf(ScriptRun run, IReadOnlyList<Attachment> attachments) =>
        Collections.List(run, [.. attachments.Select(attachment => run.Text(attachment.Id))]);

    private static JsValue Single(ScriptRun run, IReadOnlyList<Attachment> attachments, string id, bool decode) =>
        attachments.FirstOrDefault(attachment => attachment.Id == id) is { } found
            ? run.Classes.Wrap(AttachmentClass.Type, AttachmentState.From(found, decode))
            : JsValue.Null;

    private static JsValue ReAttach(UserCall call)
    {
        var (text, own) = call.State<ConnectorState>(0) is { } only
            ? (only.Connector.Encoded ?? only.Connector.Raw ?? "", only)
            : (call.Text(0), call.State<ConnectorState>(1));
        var attachments = own is null ? call.Run.Scope.Attachments?.All ?? [] : Where(call, own);
        foreach (var attachment in attachments)
        {
            text = text.Replace(attachment.Token, HostBytes.Text(attachment.Content.Span), StringComparison.Ordinal);
            call.Run.Limits.CheckLength(text.Length);
        }

        return call.State<ConnectorState>(0) is null && call.Count > 2 ? call.Run.Bytes(Charsets.Of(call, 2).GetBytes(text)) : call.Run.Text(text);
    }
}
