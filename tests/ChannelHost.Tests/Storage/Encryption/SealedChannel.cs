using System.Text;
using ChannelHost.Tests.Storage.Messages;

namespace ChannelHost.Tests.Storage.Encryption;

/// <summary>A channel that holds a patient's name in every kind of place, to be looked for afterwards.</summary>
internal static class SealedChannel
{
    internal const string Patient = "DOE^JANE^Q4711";

    /// <summary>What stands before the name, by the kind of place.</summary>
    internal static readonly string[] Kinds = ["mapkey-", "mapvalue-", "oncekey-", "controlid-", "raw-", "encoded-", "sourcemap-", "channelmap-", "metadata-", "error-", "attachment-", "sent-", "answer-", "document-"];

    internal static async Task FillAsync(IChannelStores stores, string channel)
    {
        var store = stores.OpenMessages(channel, new StoreSettings());
        var state = stores.OpenState(channel, store, new StateSettings { KeepGlobalChannelMap = true });
        for (var number = 0; number < 120; number++)
        {
            var id = store.NextId();
            IReadOnlyList<StateChange> changes =
            [
                new(StateChangeKind.MapPut, $"mapkey-{Patient}-{number % 5}", $"mapvalue-{Patient}"),
                new(StateChangeKind.Taken, $"oncekey-{Patient}-{number}"),
            ];
            var outcome = await store.AddAsync(Some.Message(id, controlId: $"controlid-{Patient}-{number}", content: $"raw-{Patient}-{number}") with
            {
                Encoded = Encoding.UTF8.GetBytes($"encoded-{Patient}"),
                SourceMap = new Dictionary<string, object?> { ["s"] = $"sourcemap-{Patient}" },
                ChannelMap = new Dictionary<string, object?> { ["c"] = $"channelmap-{Patient}" },
                Metadata = new Dictionary<string, string> { ["mrn"] = $"metadata-{Patient}-{number}" },
                Error = $"error-{Patient}",
                StateChanges = changes,
                Attachments = [new Attachment("a", "text/plain", Encoding.UTF8.GetBytes($"attachment-{Patient}"))],
                AnswerKey = new AnswerKey($"key-{number}", "fingerprint"),
                Destinations = [new DestinationRecord { Name = "ehr", Status = MessageStatus.Queued, Content = Encoding.UTF8.GetBytes($"sent-{Patient}"), Error = $"destinationerror-{Patient}" }],
            });
            state.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
            await store.RecordAnswerAsync(id, new SourceResponse(id, true, MessageStatus.Sent, Encoding.UTF8.GetBytes($"answer-{Patient}"), null));
        }

        state.WriteDocument("cursor", $"{{\"at\":\"document-{Patient}\"}}");
    }

    internal static void AssertReadable(IChannelStores stores, string channel)
    {
        var store = stores.OpenMessages(channel, new StoreSettings());
        var state = stores.OpenState(channel, store, new StateSettings { KeepGlobalChannelMap = true });
        Assert.Equal(120, store.Find(new MessageQuery { Count = 1_000 }).Count);
        var message = store.Read(7)!;
        Assert.Equal($"raw-{Patient}-6", Some.Text(message.Raw!.Value));
        Assert.Equal($"encoded-{Patient}", Some.Text(message.Encoded!.Value));
        Assert.Equal($"sourcemap-{Patient}", message.SourceMap!["s"]);
        Assert.Equal($"channelmap-{Patient}", message.ChannelMap!["c"]);
        Assert.Equal($"sent-{Patient}", Some.Text(message.Sent["ehr"]));
        Assert.Equal($"error-{Patient}", message.Summary.Error);
        Assert.Equal($"destinationerror-{Patient}", message.Summary.Destinations[0].Error);
        Assert.Equal($"controlid-{Patient}-6", message.Summary.ControlId);
        Assert.Equal($"metadata-{Patient}-6", message.Summary.Metadata["mrn"]);
        Assert.Equal($"attachment-{Patient}", Some.Text(store.ReadAttachment(7, "a")!.Content));
        Assert.Equal(17 + Patient.Length - 6, store.ListAttachments(7)[0].Size);
        Assert.Equal($"answer-{Patient}", Some.Text(store.FindAnswer("key-6")!.Response!.Content!.Value));
        Assert.Equal(7, Assert.Single(store.Find(new MessageQuery { ControlId = $"controlid-{Patient}-6" })).Id);
        Assert.Equal(7, Assert.Single(store.Find(new MessageQuery { Metadata = ("mrn", $"metadata-{Patient}-6") })).Id);
        Assert.Equal($"mapvalue-{Patient}", state.GlobalChannelMap.TryGet($"mapkey-{Patient}-3", out var value) ? value : null);
        Assert.True(state.IsTaken($"oncekey-{Patient}-50"));
        Assert.Contains($"document-{Patient}", state.ReadDocument("cursor"), StringComparison.Ordinal);
        Assert.Null(state.Rebuilt);
        Assert.NotEmpty(store.ReadStateChanges(0, 1_000));
    }
}
