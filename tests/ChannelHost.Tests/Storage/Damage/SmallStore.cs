using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChannelHost.Storage;
using ChannelHost.Storage.Encryption;
using ChannelHost.Tests.Storage.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Storage.Damage;

/// <summary>A small store with something in every table, copied while it is open, so that log and mark are there; and all that can be read from it as text.</summary>
internal sealed class SmallStore(TemporaryFolder folder, EncryptionSettings encryption)
{
    internal const string Channel = "clinic/registration";
    private const int Messages = 24;

    /// <summary>The copy that is whole.</summary>
    internal string Original => folder["original"];

    /// <summary>A copy to be damaged.</summary>
    internal string Damaged => folder["damaged"];

    /// <summary>What the whole copy says.</summary>
    internal string Expected { get; private set; } = "";

    /// <summary>The channel's files in a data folder, with their lengths.</summary>
    internal static IReadOnlyList<FileInfo> Files(string data) =>
        [.. new DirectoryInfo(Path.Combine(data, "channels", "clinic", "registration")).EnumerateFiles().Where(file => !file.Name.EndsWith("-shm", StringComparison.Ordinal)).OrderBy(file => file.Name, StringComparer.Ordinal)];

    internal async Task MakeAsync()
    {
        await using (var stores = Open(folder["making"]))
        {
            await FillAsync(stores);
            Copy(folder["making"], Original);
        }

        Copy(Original, Damaged);
        await using var whole = Open(Damaged);
        Expected = Dump(whole);
    }

    /// <summary>A fresh copy to be damaged.</summary>
    internal void Renew()
    {
        Directory.Delete(Damaged, recursive: true);
        Copy(Original, Damaged);
    }

    internal ChannelStores Open(string data) => new(data, NullLoggerFactory.Instance, TimeProvider.System) { Encryption = encryption };

    internal Task<IReadOnlyList<StoreProblem>> VerifyAsync() => new StoreVerifier(Damaged) { Encryption = encryption }.VerifyAsync(TestContext.Current.CancellationToken);

    /// <summary>Everything that can be read; what cannot throws.</summary>
    /// <param name="stores">The stores.</param>
    /// <param name="withDocuments">False leaves out what a lost state file takes along.</param>
    internal static string Dump(ChannelStores stores, bool withDocuments = true)
    {
        var text = new StringBuilder();
        var store = stores.OpenMessages(Channel, new StoreSettings());
        foreach (var summary in store.Find(new MessageQuery { Count = 1_000 }))
        {
            var message = store.Read(summary.Id)!;
            text.Append(CultureInfo.InvariantCulture, $"{summary.Id} {summary.ReceivedAt:O} {summary.Status} {summary.ControlId} {summary.MessageType} {summary.DataType} {summary.Size} {summary.DuplicateOf} {summary.ReplayOf} {summary.BatchId} {summary.Attachments} {summary.Error}\n");
            text.Append(Map(summary.Metadata.ToDictionary(pair => pair.Key, pair => (object?)pair.Value))).Append(Bytes(message.Raw)).Append(Bytes(message.Encoded));
            text.Append(Map(message.SourceMap)).Append(Map(message.ChannelMap));
            foreach (var destination in summary.Destinations)
            {
                text.Append(CultureInfo.InvariantCulture, $"{destination.Name} {destination.Status} {destination.Attempts} {destination.IsReattempt} {destination.SentAt:O} {destination.Error} ");
                text.Append(Bytes(message.Sent.TryGetValue(destination.Name, out var sent) ? sent : null)).Append(Bytes(message.Responses.TryGetValue(destination.Name, out var response) ? response : null));
            }

            foreach (var attachment in store.ReadAttachments(summary.Id))
            {
                text.Append(CultureInfo.InvariantCulture, $"{attachment.Id} {attachment.Type} ").Append(Bytes(attachment.Content));
            }

            text.Append(Bytes(store.FindAnswer($"key-{summary.Id}")?.Response?.Content));
            text.Append(store.Find(new MessageQuery { ControlId = $"C{summary.Id}" }).Count).Append(store.Find(new MessageQuery { Metadata = ("mrn", $"M{summary.Id}") }).Count).Append('\n');
        }

        text.AppendJoin(' ', store.ReadQueue("ehr", 0, 1_000).Select(work => $"{work.MessageId}:{work.Attempts}:{work.OrderKey}:{Bytes(work.Content)}")).Append('\n');
        text.AppendJoin(' ', store.Counts().OrderBy(count => count.Connector, StringComparer.Ordinal).ThenBy(count => count.Status).Select(count => $"{count.Connector} {count.Status} {count.Count}")).Append('\n');
        text.Append(store.ReadBatchProgress("batch-1")).Append('\n');
        var state = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        foreach (var key in state.GlobalChannelMap.Keys.Order(StringComparer.Ordinal))
        {
            text.Append(key).Append('=').Append(state.GlobalChannelMap.TryGet(key, out var value) ? value : "none").Append('\n');
        }

        text.AppendJoin(' ', Enumerable.Range(0, 80).Where(number => state.IsTaken($"once-{number}"))).Append('\n');
        if (withDocuments && state.Rebuilt is null)
        {
            text.Append(state.ReadDocument("cursor")).Append(state.ReadDocument("second"));
        }

        return text.ToString();
    }

    private static async Task FillAsync(ChannelStores stores)
    {
        var store = stores.OpenMessages(Channel, new StoreSettings());
        var state = stores.OpenState(Channel, store, new StateSettings { KeepGlobalChannelMap = true });
        for (var number = 0; number < Messages; number++)
        {
            var id = store.NextId();
            IReadOnlyList<StateChange> changes = [new(StateChangeKind.MapPut, $"k{number % 7}", $"v{number}"), new(StateChangeKind.Taken, $"once-{number}")];
            var outcome = await store.AddAsync(Some.Message(id, controlId: $"C{id}", content: $"raw {number} {new string('r', 300)}") with
            {
                Encoded = Encoding.UTF8.GetBytes($"encoded {number}"),
                SourceMap = new Dictionary<string, object?> { ["s"] = $"source {number}" },
                ChannelMap = new Dictionary<string, object?> { ["c"] = $"channel {number}" },
                Metadata = new Dictionary<string, string> { ["mrn"] = $"M{id}" },
                Error = number % 5 == 0 ? $"error {number}" : null,
                StateChanges = changes,
                Attachments = [new Attachment("a", "text/plain", Encoding.UTF8.GetBytes($"attachment {number} {new string('a', 200)}"))],
                AnswerKey = new AnswerKey($"key-{id}", $"print {number}"),
                BatchStep = number == 3 ? new BatchStep("batch-1", 1, false, 4711) : null,
                Destinations = [new DestinationRecord { Name = "ehr", Status = MessageStatus.Queued, Content = Encoding.UTF8.GetBytes($"sent {number}"), OrderKey = number + 1 }],
            });
            state.Apply(new RecordedStateChanges(outcome.StateSequence, id, changes));
            await store.RecordAnswerAsync(id, new SourceResponse(id, true, MessageStatus.Sent, Encoding.UTF8.GetBytes($"answer {number}"), null));
            if (number % 3 == 0)
            {
                await store.UpdateAsync(Some.Sent(id) with { Response = Encoding.UTF8.GetBytes($"response {number}") });
            }

            state.WriteDocument("cursor", $"{{\"at\":{number}}}");
        }

        state.WriteDocument("second", "{\"b\":1}");
        await UntilAsync(() => state.AppliedSequence == Messages);
        store.ForgetStateChanges(Messages / 2);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "the state file does not follow");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    // By another process: opening the database here would drop SQLite's locks on it.
    private static void Copy(string from, string to)
    {
        using var copying = Process.Start("cp", ["-a", from, to]);
        copying.WaitForExit();
        Assert.Equal(0, copying.ExitCode);
    }

    private static string Bytes(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Some.Text(some) + "\n" : "none\n";

    private static string Map(IReadOnlyDictionary<string, object?>? map) => map is null ? "none\n" : string.Join(',', map.OrderBy(pair => pair.Key, StringComparer.Ordinal)) + "\n";
}
