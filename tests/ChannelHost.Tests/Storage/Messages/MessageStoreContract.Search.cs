using System.Text;

namespace ChannelHost.Tests.Storage.Messages;

public abstract partial class MessageStoreContract
{
    private static readonly string[] Destinations = ["ehr", "copy", "rare"];

    /// <summary>The search must find what looking at every message finds, whichever way it goes.</summary>
    [Fact]
    public async Task AnyQuery_FindsWhatLookingAtAllMessagesFinds()
    {
        var random = new Random(20260301);
        var stored = await FillAsync(random, 2_600);

        for (var round = 0; round < 400; round++)
        {
            var query = AnyQuery(random);
            var wanted = stored.Where(message => Fits(message, query)).Select(message => message.Summary.Id).OrderDescending().Take(query.Count);

            Assert.True(wanted.SequenceEqual(Store.Find(query).Select(message => message.Id)), $"round {round}: {query}");
        }
    }

    [Fact]
    public async Task Pages_TogetherAreTheWhole()
    {
        var stored = await FillAsync(new Random(7), 1_500);
        var query = new MessageQuery { Destination = "ehr", Status = MessageStatus.Sent, Count = 100 };
        var wanted = stored.Where(message => Fits(message, query)).Select(message => message.Summary.Id).OrderDescending();

        var found = new List<long>();
        var page = Store.Search(query);
        found.AddRange(page.Messages.Select(message => message.Id));
        while (page.Before > 0)
        {
            page = Store.Search(query with { BeforeId = page.Before });
            found.AddRange(page.Messages.Select(message => message.Id));
        }

        Assert.Equal(wanted, found);
    }

    [Fact]
    public async Task StatusThatChanged_IsFoundWhereItIsNow()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: [Some.Queued(), Some.Queued("copy")]));
        foreach (var status in new[] { MessageStatus.Sent, MessageStatus.Error, MessageStatus.DeadLetter, MessageStatus.Dropped, MessageStatus.Queued, MessageStatus.Filtered })
        {
            await Store.UpdateAsync(Some.Sent(id) with { Status = status });

            Assert.Single(Store.Find(new MessageQuery { Destination = "ehr", Status = status }));
            Assert.Equal(status == MessageStatus.Queued ? [id] : [], Store.Find(new MessageQuery { Destination = "copy", Status = status }).Select(message => message.Id));
            Assert.Single(Store.Find(new MessageQuery { DestinationStatus = status }));
            Assert.Contains(Store.Counts(), count => count == new StatusCount("ehr", status, 1));
        }
    }

    [Fact]
    public async Task RareDestination_IsFoundAfterReopening()
    {
        for (var number = 0; number < 5; number++)
        {
            await Store.AddAsync(Some.Message(Store.NextId(), destinations: number == 2 ? Some.Queued("rare") : Some.Queued()));
        }

        await Store.UpdateAsync(Some.Sent(3, "rare"));
        await ReopenAsync();
        await Store.UpdateAsync(Some.Sent(1));

        Assert.Equal([3], Store.Find(new MessageQuery { Destination = "rare" }).Select(message => message.Id));
        Assert.Equal([3], Store.Find(new MessageQuery { Destination = "rare", Status = MessageStatus.Sent }).Select(message => message.Id));
        Assert.Equal([1], Store.Find(new MessageQuery { Destination = "ehr", Status = MessageStatus.Sent }).Select(message => message.Id));
    }

    private async Task<List<StoredMessage>> FillAsync(Random random, int count)
    {
        var last = Task.CompletedTask;
        for (var number = 1; number <= count; number++)
        {
            last = AddAnyAsync(random, Store.NextId());
        }

        await last;
        var stored = new List<StoredMessage>(count);
        for (long id = 1; id <= count; id++)
        {
            stored.Add(Store.Read(id)!);
        }

        return stored;
    }

    private async Task AddAnyAsync(Random random, long id)
    {
        var status = random.Next(40) switch { 0 => MessageStatus.Error, 1 => MessageStatus.Received, < 6 => MessageStatus.Filtered, _ => MessageStatus.Transformed };
        var goesTo = Destinations.Where(name => random.Next(name == "rare" ? 200 : 2) == 0).ToList();
        var waiting = status == MessageStatus.Transformed ? goesTo : [];

        // Most times follow the ids; some do not, as when a clock is set.
        var time = random.Next(100) == 0 ? Some.Morning.AddMinutes(random.Next(3_000)) : Some.Morning.AddMinutes(id);
        var added = Store.AddAsync(Some.Message(
            id, status, $"C{random.Next(1_500)}", $"MSH|{random.Next(300)}|{(char)('a' + random.Next(26))}", [.. waiting.Select(name => Some.Queued(name))]) with
        {
            ReceivedAt = time,
            Error = status == MessageStatus.Error || random.Next(50) == 0 ? $"reason {random.Next(20)}" : null,
            BatchId = random.Next(30) == 0 ? random.Next(1, 5) : 0,
            ReplayOf = random.Next(60) == 0 ? random.Next(1, 5) : 0,
            Metadata = random.Next(3) == 0 ? new Dictionary<string, string> { ["mrn"] = $"M{random.Next(50)}" } : null,
        });
        var updates = waiting.Where(_ => random.Next(20) > 0).Select(name => Store.UpdateAsync(AnyOutcome(random, id, name))).ToList();
        await added;
        foreach (var update in updates)
        {
            await update;
        }
    }

    private static DestinationUpdate AnyOutcome(Random random, long id, string destination)
    {
        var status = random.Next(30) switch { 0 => MessageStatus.Error, 1 => MessageStatus.DeadLetter, 2 => MessageStatus.Dropped, 3 => MessageStatus.Filtered, _ => MessageStatus.Sent };
        return Some.Sent(id, destination, random.Next(10) == 0 ? random.Next(2, 6) : 1) with
        {
            Status = status,
            IsReattempt = random.Next(50) == 0,
            Error = status is MessageStatus.Sent or MessageStatus.Filtered ? null : $"reason {random.Next(20)}",
        };
    }

    private static MessageQuery AnyQuery(Random random)
    {
        T? Sometimes<T>(T value, int oneIn = 5) => random.Next(oneIn) == 0 ? value : default;
        var destination = Sometimes(Destinations[random.Next(3)], 3);
        var metadata = random.Next(6) == 0 ? ("mrn", $"M{random.Next(50)}") : default((string, string)?);
        var isReattempt = random.Next(8) == 0 ? random.Next(2) == 0 : default(bool?);
        var status = random.Next(3) == 0 ? (MessageStatus)random.Next(9) : default(MessageStatus?);
        var destinationStatus = random.Next(5) == 0 ? (MessageStatus)random.Next(9) : default(MessageStatus?);
        DateTimeOffset? from = random.Next(6) == 0 ? Some.Morning.AddMinutes(random.Next(2_600)) : null;
        DateTimeOffset? to = random.Next(6) == 0 ? Some.Morning.AddMinutes(random.Next(3_000)) : null;
        return new MessageQuery
        {
            ControlId = Sometimes($"C{random.Next(1_500)}", 10),
            Status = status,
            Destination = destination,
            DestinationStatus = destinationStatus,
            Metadata = metadata,
            BatchId = Sometimes(random.Next(1, 5), 12),
            ReplayOf = Sometimes(random.Next(1, 5), 15),
            DuplicateOf = Sometimes(random.Next(1, 2_600), 20),
            MinimumAttempts = Sometimes(random.Next(1, 5), 6),
            IsReattempt = isReattempt,
            ErrorText = Sometimes($"reason {random.Next(3)}", 6),
            From = from,
            To = to,
            Text = Sometimes(random.Next(3) == 0 ? $"reason {random.Next(3)}" : $"|{random.Next(30)}", 5),
            BeforeId = Sometimes(random.Next(1, 2_600)),
            Count = random.Next(1, 1_000),
        };
    }

    private static bool Fits(StoredMessage message, MessageQuery query)
    {
        var summary = message.Summary;
        var isAtSource = query.Destination is null;
        var at = summary.Destinations.Where(destination => query.Destination is null || destination.Name == query.Destination).ToList();
        var wantsDestination = query.Destination is not null || query.DestinationStatus is not null || query.MinimumAttempts > 0 || query.IsReattempt == true;
        return (query.BeforeId == 0 || summary.Id < query.BeforeId)
            && (query.ControlId is null || summary.ControlId == query.ControlId)
            && (!isAtSource || query.Status is null || summary.Status == query.Status)
            && (query.Metadata is not { } pair || summary.Metadata.GetValueOrDefault(pair.Name) == pair.Value)
            && (query.BatchId == 0 || summary.BatchId == query.BatchId)
            && (query.ReplayOf == 0 || summary.ReplayOf == query.ReplayOf)
            && (query.DuplicateOf == 0 || summary.DuplicateOf == query.DuplicateOf)
            && (query.From is null || summary.ReceivedAt >= query.From)
            && (query.To is null || summary.ReceivedAt < query.To)
            && (!wantsDestination || at.Exists(destination => FitsAt(destination, query, isAtSource)))
            && (query.IsReattempt != false || !at.Exists(destination => destination.IsReattempt))
            && (query.ErrorText is not { } reason || !isAtSource || Contains(summary.Error, reason) || at.Exists(destination => Contains(destination.Error, reason)))
            && (query.Text is not { } text || Contains(summary.Error, text) || Contains(Encoding.UTF8.GetString(message.Raw!.Value.Span), text));
    }

    private static bool FitsAt(DestinationSummary destination, MessageQuery query, bool isAtSource) =>
        (isAtSource || query.Status is null || destination.Status == query.Status)
        && (query.DestinationStatus is null || destination.Status == query.DestinationStatus)
        && destination.Attempts >= query.MinimumAttempts
        && (query.IsReattempt != true || destination.IsReattempt)
        && (isAtSource || query.ErrorText is null || Contains(destination.Error, query.ErrorText));

    private static bool Contains(string? text, string part) => text?.Contains(part, StringComparison.Ordinal) == true;
}
