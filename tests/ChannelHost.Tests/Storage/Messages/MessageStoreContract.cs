namespace ChannelHost.Tests.Storage.Messages;

/// <summary>What every message store must do. A store's tests inherit this and say how to open it.</summary>
public abstract partial class MessageStoreContract : IAsyncLifetime
{
    private protected IMessageStore Store { get; private set; } = null!;

    /// <summary>Opens the store, the same one each time.</summary>
    protected abstract Task<IMessageStore> OpenAsync(StoreSettings settings);

    /// <summary>Closes what <see cref="OpenAsync"/> opened.</summary>
    protected abstract Task CloseAsync();

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync(new StoreSettings());

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAsync(StoreSettings? settings = null)
    {
        await CloseAsync();
        Store = await OpenAsync(settings ?? new StoreSettings());
    }

    [Fact]
    public async Task Sizes_AreThoseOfTheContents()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, controlId: "C1", content: new string('x', 9_000), destinations:
        [
            Some.Queued() with { Content = "for the ehr"u8.ToArray() },
            Some.Queued("copy"),
            new DestinationRecord { Name = "none", Status = MessageStatus.Filtered },
        ]));
        await Store.UpdateAsync(Some.Sent(id) with { Response = "MSA|AA"u8.ToArray() });

        var sizes = Store.ReadSizes(id)!;

        Assert.True(sizes.IsContentKept);
        Assert.Equal([("copy", 9_000), ("ehr", 11)], sizes.Sent.OrderBy(sent => sent.Key, StringComparer.Ordinal).Select(sent => (sent.Key, sent.Value)));
        Assert.Equal([("ehr", 6)], sizes.Responses.Select(response => (response.Key, response.Value)));
        Assert.Equal("C1", sizes.Summary.ControlId);
        Assert.Null(Store.ReadSizes(id + 1));
    }

    [Fact]
    public async Task MessageAdded_ComesBackAsItWas()
    {
        var id = Store.NextId();
        var added = Some.Message(id, controlId: "C1") with
        {
            Encoded = "encoded"u8.ToArray(),
            Error = "a reason",
            SourceMap = new Dictionary<string, object?> { ["remoteAddress"] = "127.0.0.1:1", ["count"] = 2.5, ["yes"] = true, ["none"] = null },
            ChannelMap = new Dictionary<string, object?>
            {
                ["list"] = new List<object?> { "a", 1.0, new Dictionary<string, object?> { ["$odd"] = "$" } },
                ["bytes"] = new byte[] { 1, 2, 3 },
                ["infinite"] = double.PositiveInfinity,
            },
            Metadata = new Dictionary<string, string> { ["mrn"] = "M1" },
            Destinations =
            [
                Some.Queued() with { Content = "for the ehr"u8.ToArray() },
                new DestinationRecord { Name = "copy", Status = MessageStatus.Filtered, Error = "not wanted" },
            ],
        };

        await Store.AddAsync(added);
        await ReopenAsync();

        var read = Store.Read(id)!;
        Assert.Equal(added.Raw.ToArray(), read.Raw!.Value.ToArray());
        Assert.Equal(added.Encoded.Value.ToArray(), read.Encoded!.Value.ToArray());
        Assert.Equal(added.SourceMap, read.SourceMap);
        Assert.Equal(double.PositiveInfinity, read.ChannelMap!["infinite"]);
        Assert.Equal(new byte[] { 1, 2, 3 }, read.ChannelMap["bytes"]);
        var list = Assert.IsType<List<object?>>(read.ChannelMap["list"]);
        Assert.Equal("$", Assert.IsType<Dictionary<string, object?>>(list[2])["$odd"]);
        Assert.Equal("for the ehr", Some.Text(read.Sent["ehr"]));
        var summary = read.Summary;
        Assert.Equal(
            (id, added.ReceivedAt, MessageStatus.Transformed, "C1", "ADT^A04", "hl7v2", added.Raw.Length, "a reason"),
            (summary.Id, summary.ReceivedAt, summary.Status, summary.ControlId, summary.MessageType, summary.DataType, summary.Size, summary.Error));
        Assert.Equal("M1", summary.Metadata["mrn"]);
        Assert.Equal(
            [("ehr", MessageStatus.Queued, null), ("copy", MessageStatus.Filtered, "not wanted")],
            summary.Destinations.Select(destination => (destination.Name, destination.Status, destination.Error)));
    }

    [Theory]
    [InlineData("an answer")]
    [InlineData("")]
    [InlineData(null)]
    public async Task AnswerToAKey_ComesBackAsItWas(string? content)
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id) with { AnswerKey = new AnswerKey("k", "f") });
        Assert.Equal(new KeptAnswer(id, "f", null), Store.FindAnswer("k"));
        var answer = new SourceResponse(id, true, MessageStatus.Error, content is null ? default(ReadOnlyMemory<byte>?) : System.Text.Encoding.UTF8.GetBytes(content), "a reason")
        {
            FailedAt = FailureStage.Destination,
            Variables = new Dictionary<string, object?> { ["http.status"] = 201.0 },
        };

        await Store.RecordAnswerAsync(id, answer);
        await ReopenAsync();

        var kept = Store.FindAnswer("k")!;
        Assert.Equal((id, "f"), (kept.MessageId, kept.Fingerprint));
        Assert.Equal(
            (id, true, MessageStatus.Error, "a reason", FailureStage.Destination),
            (kept.Response!.MessageId, kept.Response.IsStored, kept.Response.Status, kept.Response.Reason, kept.Response.FailedAt));
        Assert.Equal(content, kept.Response.Content is { } bytes ? Some.Text(bytes) : null);
        Assert.Equal(answer.Variables, kept.Response.Variables);
        Assert.Null(Store.FindAnswer("K"));
    }

    [Fact]
    public async Task PrunedMessage_TakesItsKeyAlong()
    {
        await ReopenAsync(new StoreSettings { Retention = TimeSpan.FromDays(1) });
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id) with { AnswerKey = new AnswerKey("k", "f") });

        Assert.Equal(1, await Store.PruneAsync(Some.Morning.AddDays(2), TestContext.Current.CancellationToken));

        Assert.Null(Store.FindAnswer("k"));
    }

    [Fact]
    public async Task AnswerToAMessageWithoutAKey_IsNotKept()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id));

        await Store.RecordAnswerAsync(id, new SourceResponse(id, true, MessageStatus.Sent, null, null));

        Assert.Null(Store.FindAnswer("k"));
    }

    [Fact]
    public async Task EmptyAndLargeContents_ComeBackAsTheyWere()
    {
        var large = new byte[3 << 20];
        new Random(1).NextBytes(large);
        await Store.AddAsync(Some.Message(Store.NextId(), content: ""));
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id) with { Raw = large, Encoded = Array.Empty<byte>() });

        Assert.Equal(0, Store.Read(1)!.Raw!.Value.Length);
        Assert.Equal(large, Store.Read(id)!.Raw!.Value.ToArray());
        Assert.Equal(0, Store.Read(id)!.Encoded!.Value.Length);
    }

    [Fact]
    public async Task Attachments_ComeBackInOrderAndAreListedWithoutContent()
    {
        byte[] large = [.. Enumerable.Range(0, 3_000_000).Select(number => (byte)number)];
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: Some.Queued()) with
        {
            Attachments = [new Attachment("z", "application/pdf", large), new Attachment("a", "", default)],
        });
        await Store.AddAsync(Some.Message(Store.NextId()));

        await ReopenAsync();

        Assert.Equal([new AttachmentSummary("z", "application/pdf", large.Length), new AttachmentSummary("a", "", 0)], Store.ListAttachments(id));
        Assert.Equal(["z", "a"], Store.ReadAttachments(id).Select(attachment => attachment.Id));
        Assert.True(Store.ReadAttachment(id, "z")!.Content.Span.SequenceEqual(large));
        Assert.Null(Store.ReadAttachment(id, "b"));
        Assert.Null(Store.ReadAttachment(id + 1, "z"));
        Assert.Empty(Store.ListAttachments(id + 1));
        Assert.Equal([0, 2], Store.Find(new MessageQuery()).Select(message => message.Attachments));
    }

    [Fact]
    public async Task AttachmentsOfScripts_AreAddedWithEachCommitAndReplaceThoseOfTheirId()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, MessageStatus.Received) with { Attachments = [Text("1", "first")] });
        await Store.CompleteAsync(Some.Message(id, destinations: Some.Queued()) with { Attachments = [Text("2", "second")] });
        await Store.UpdateAsync(Some.Sent(id) with { Attachments = [Text("1", "changed"), Text("3", "third")] });
        await Store.RecordAfterwardsAsync(id, [], null, [Text("4", "fourth")]);

        Assert.Equal(["changed", "second", "third", "fourth"], Store.ReadAttachments(id).Select(attachment => Some.Text(attachment.Content)));
        Assert.Equal(4, Assert.Single(Store.Find(new MessageQuery())).Attachments);
    }

    [Fact]
    public async Task PrunedMessage_TakesItsAttachmentsAlong()
    {
        await ReopenAsync(new StoreSettings { Retention = TimeSpan.FromDays(1) });
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id) with { Attachments = [Text("1", "first")] });

        Assert.Equal(1, await Store.PruneAsync(Some.Morning.AddDays(9), TestContext.Current.CancellationToken));

        Assert.Empty(Store.ReadAttachments(id));
    }

    [Fact]
    public async Task KeepMetadata_DropsAttachmentsWithTheContent()
    {
        await ReopenAsync(new StoreSettings { Keep = StoreKeep.Metadata });
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: Some.Queued()) with { Attachments = [Text("1", "first")] });
        Assert.Single(Store.ReadAttachments(id));

        await Store.UpdateAsync(Some.Sent(id) with { Attachments = [Text("2", "second")] });

        Assert.Empty(Store.ReadAttachments(id));
        Assert.Equal(1, Assert.Single(Store.Find(new MessageQuery())).Attachments);
    }

    [Fact]
    public async Task KeepMetadata_KeepsNothingThatThePostprocessorAddsToAMessageThatIsThrough()
    {
        await ReopenAsync(new StoreSettings { Keep = StoreKeep.Metadata });
        var (through, waiting) = (Store.NextId(), Store.NextId());
        await Store.AddAsync(Some.Message(through, destinations: Some.Queued()));
        await Store.UpdateAsync(Some.Sent(through));
        await Store.AddAsync(Some.Message(waiting, destinations: Some.Queued()));

        await Store.RecordAfterwardsAsync(through, [], null, [Text("1", "late")]);
        await Store.RecordAfterwardsAsync(waiting, [], null, [Text("1", "late")]);

        Assert.Empty(Store.ReadAttachments(through));
        Assert.Single(Store.ReadAttachments(waiting));
    }

    private static Attachment Text(string id, string text) => new(id, "text/plain", System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task MapThatContainsItself_FailsItsMessageOnly()
    {
        var knot = new Dictionary<string, object?>();
        knot["again"] = knot;

        await Assert.ThrowsAsync<StoreException>(async () => await Store.AddAsync(Some.Message(Store.NextId()) with { ChannelMap = knot }));

        await Store.AddAsync(Some.Message(Store.NextId()));
        Assert.Equal(new StatusCount("source", MessageStatus.Transformed, 1), Assert.Single(Store.Counts()));
    }

    [Fact]
    public async Task Ids_AreNeverGivenTwice()
    {
        var first = Store.NextId();
        await Store.AddAsync(Some.Message(first));
        var unused = Store.NextId();
        await ReopenAsync();

        Assert.True(Store.NextId() > unused);
    }

    [Fact]
    public void ManyIdsWithoutACommit_AreAllDifferent()
    {
        var ids = Enumerable.Range(0, 50_000).Select(_ => Store.NextId()).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(ids.Order(), ids);
    }

    [Fact]
    public async Task EveryThreadOfThePoolWaitingForAnId_IsWoken()
    {
        // More callers than the pool has threads, each holding one of them while it waits for the store.
        var turn = new Lock();
        var adding = Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            ValueTask<StoredOutcome> added;
            lock (turn)
            {
                for (var skipped = 0; skipped < 200; skipped++)
                {
                    Store.NextId();
                }

                added = Store.AddAsync(Some.Message(Store.NextId()));
            }

            await added;
        }));

        await Task.WhenAll(adding).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ChainThatWaits_IsFoundUnfinishedUntilItIsAdvanced()
    {
        var id = Store.NextId();
        var head = new DestinationRecord { Name = "ehr", Status = MessageStatus.Pending, ChannelMap = new Dictionary<string, object?> { ["k"] = "left" } };
        await Store.AddAsync(Some.Message(id, destinations: [head, Waiting("next"), Waiting("last")]));
        await Store.UpdateAsync(Some.Sent(id));

        await ReopenAsync();
        var unfinished = Assert.Single(Store.ReadUnfinished(0, 10));
        Assert.Equal([("next", true, false), ("last", true, false)], unfinished.PendingDestinations.Select(pending => (pending.Destination, pending.Work.IsWaiting, pending.Work.IsUncertain)));
        Assert.Equal("left", unfinished.Message.ChannelMaps["ehr"]["k"]);

        await Store.AdvanceAsync(new ChainStep
        {
            MessageId = id,
            Destinations = [new DestinationRecord { Name = "next", Status = MessageStatus.Queued, Content = "made"u8.ToArray() }],
            Dropped = ["last"],
        });

        await ReopenAsync();
        Assert.Empty(Store.ReadUnfinished(0, 10));
        Assert.Equal("made", Some.Text(Assert.Single(Store.ReadQueue("next", 0, 10)).Content));
        Assert.Equal(["ehr", "next"], Store.Read(id)!.Summary.Destinations.Select(destination => destination.Name));
        Assert.Equal(0, Store.Counts().Where(count => count.Connector == "last").Sum(count => count.Count));

        static DestinationRecord Waiting(string name) => new() { Name = name, Status = MessageStatus.Pending, IsWaiting = true };
    }

    [Fact]
    public async Task AdvanceOfWhatDoesNotWait_ChangesNothing()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: [Some.Pending()]));

        var failure = await Assert.ThrowsAsync<StoreException>(async () => await Store.AdvanceAsync(new ChainStep
        {
            MessageId = id,
            Destinations = [new DestinationRecord { Name = "ehr", Status = MessageStatus.Queued }],
        }));

        Assert.True(failure.IsPermanent);
        Assert.Equal(MessageStatus.Pending, Assert.Single(Store.Read(id)!.Summary.Destinations).Status);
    }

    [Fact]
    public async Task SameIdTwice_FailsTheSecondOnly()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, content: "first"));

        var second = Store.AddAsync(Some.Message(id, content: "second"));
        var other = Store.AddAsync(Some.Message(Store.NextId()));

        await Assert.ThrowsAsync<StoreException>(async () => await second);
        await other;
        Assert.Equal("first", Some.Text(Store.Read(id)!.Raw!.Value));
    }

    [Fact]
    public async Task SameControlId_IsLinkedToTheFirst()
    {
        var outcomes = new List<StoredOutcome>();
        foreach (var content in new[] { "one", "one", "another" })
        {
            outcomes.Add(await Store.AddAsync(Some.Message(Store.NextId(), controlId: "C7", content: content, destinations: Some.Queued())));
        }

        Assert.Equal([new(0, false, 0), new(1, true, 0), new(1, false, 0)], outcomes);
        Assert.Equal([1L, 1L, 0L], Store.Find(new MessageQuery { ControlId = "C7" }).Select(message => message.DuplicateOf));
        Assert.Equal([0L, 1L, 1L], Store.ReadQueue("ehr", 0, 10).Select(work => work.DuplicateOf));
    }

    [Fact]
    public async Task SameControlIdInOneGroup_IsLinkedToo()
    {
        var adding = Enumerable.Range(0, 20).Select(_ => Store.AddAsync(Some.Message(Store.NextId(), controlId: "C8")).AsTask()).ToList();

        var outcomes = await Task.WhenAll(adding);

        Assert.Equal(0, outcomes[0].DuplicateOf);
        Assert.All(outcomes.Skip(1), outcome => Assert.Equal(new StoredOutcome(1, true, 0), outcome));
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task EarlierCopy_IsFoundByControlIdAndContentWithinItsTime()
    {
        await Store.AddAsync(Some.Message(Store.NextId(), controlId: "C1", content: "one", destinations: Some.Queued()));
        await Store.AddAsync(Some.Message(Store.NextId(), controlId: "C1", content: "two", destinations: Some.Queued()));

        Assert.Equal(1, Store.FindEarlier(new EarlierQuery("C1", Hash("one"), Some.Morning)));
        Assert.Equal(2, Store.FindEarlier(new EarlierQuery("C1", Hash("two"), Some.Morning)));
        Assert.Equal(0, Store.FindEarlier(new EarlierQuery("C1", Hash("three"), Some.Morning)));
        Assert.Equal(1, Store.FindEarlier(new EarlierQuery("C1", default, Some.Morning)));
        Assert.Equal(0, Store.FindEarlier(new EarlierQuery("C2", Hash("one"), Some.Morning)));
        Assert.Equal(0, Store.FindEarlier(new EarlierQuery("C1", Hash("one"), Some.Morning.AddSeconds(2))));
        Assert.Equal(0, Store.FindEarlier(new EarlierQuery("C1", Hash("one"), Some.Morning, BeforeId: 1)));
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task EarlierCopy_IsFoundByContentWhereThatIsIndexed_AndForgottenWhenItIsPruned()
    {
        await ReopenAsync(new StoreSettings { Retention = TimeSpan.FromDays(1) });
        await Store.AddAsync(Some.Message(Store.NextId(), MessageStatus.Filtered, content: "one") with { ContentHash = Hash("one"), IsContentIndexed = true });
        await Store.AddAsync(Some.Message(Store.NextId(), MessageStatus.Filtered, content: "two") with { ContentHash = Hash("two") });

        Assert.Equal(1, Store.FindEarlier(new EarlierQuery(null, Hash("one"), Some.Morning)));
        Assert.Equal(0, Store.FindEarlier(new EarlierQuery(null, Hash("two"), Some.Morning)));

        await Store.PruneAsync(Some.Morning.AddDays(2), TestContext.Current.CancellationToken);

        Assert.Equal(0, Store.FindEarlier(new EarlierQuery(null, Hash("one"), Some.Morning)));
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task EarlierCopyThatReachedNobody_DoesNotCountUnlessItWasMadeAgain()
    {
        var failed = new DestinationRecord { Name = "ehr", Status = MessageStatus.Error };
        await Store.AddAsync(Some.Message(Store.NextId(), MessageStatus.Error, "C1", "one"));
        await Store.AddAsync(Some.Message(Store.NextId(), controlId: "C2", content: "two", destinations: [failed, failed with { Name = "copy" }]));
        await Store.AddAsync(Some.Message(Store.NextId(), controlId: "C3", content: "three", destinations: [failed, Some.Queued("copy")]));
        await Store.AddAsync(Some.Message(Store.NextId(), controlId: "C4", content: "four"));

        Assert.Equal(
            [0L, 0L, 3L, 4L],
            new[] { ("C1", "one"), ("C2", "two"), ("C3", "three"), ("C4", "four") }.Select(pair => Store.FindEarlier(new EarlierQuery(pair.Item1, Hash(pair.Item2), Some.Morning))));

        await Store.AddAsync(Some.Message(Store.NextId(), controlId: "C1", content: "edited", destinations: Some.Queued()) with { ReplayOf = 1 });

        Assert.Equal(1, Store.FindEarlier(new EarlierQuery("C1", Hash("one"), Some.Morning)));
        Assert.Equal(0, Store.FindEarlier(new EarlierQuery("C1", Hash("edited"), Some.Morning)));
    }

    [Fact]
    [Trait("Row", "F07")]
    public async Task CopyOfACopy_IsACopyOfTheFirst()
    {
        await Store.AddAsync(Some.Message(Store.NextId(), controlId: "C1", content: "one", destinations: Some.Queued()));
        await Store.AddAsync(Some.Message(Store.NextId(), MessageStatus.Filtered, "C1", "one") with { ContentHash = Hash("one"), DuplicateOf = 1 });

        Assert.Equal(1, Store.FindEarlier(new EarlierQuery("C1", Hash("one"), Some.Morning)));
        Assert.Equal(1, Store.Read(2)!.Summary.DuplicateOf);
    }

    [Fact]
    public async Task CopyAddedAsReceived_KeepsItsLinkWhenItIsCompleted()
    {
        await Store.AddAsync(Some.Message(Store.NextId(), content: "one") with { ContentHash = Hash("one"), IsContentIndexed = true });
        var copy = Some.Message(Store.NextId(), MessageStatus.Received, content: "one") with { ContentHash = Hash("one"), IsContentIndexed = true, DuplicateOf = 1 };
        await Store.AddAsync(copy);

        await Store.CompleteAsync(copy with { Status = MessageStatus.Transformed, ContentHash = default, DuplicateOf = 0, IsContentIndexed = false });

        Assert.Equal(1, Store.Read(2)!.Summary.DuplicateOf);
        Assert.Equal(1, Store.FindEarlier(new EarlierQuery(null, Hash("one"), Some.Morning)));
    }

    private static byte[] Hash(string content) => System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content))[..16];

    [Fact]
    public async Task ReceivedMessage_IsCompletedLater()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, MessageStatus.Received));
        Assert.Equal(id, Assert.Single(Store.ReadUnfinished(0, 10)).Message.Summary.Id);

        await Store.CompleteAsync(Some.Message(id, controlId: "C1", destinations: Some.Queued()) with
        {
            Encoded = "after"u8.ToArray(),
            Metadata = new Dictionary<string, string> { ["mrn"] = "M5" },
        });

        Assert.Empty(Store.ReadUnfinished(0, 10));
        var read = Store.Read(id)!;
        Assert.Equal((MessageStatus.Transformed, "C1"), (read.Summary.Status, read.Summary.ControlId));
        Assert.Equal("after", Some.Text(Assert.Single(Store.ReadQueue("ehr", 0, 10)).Content));
        Assert.NotEqual(0, read.Raw!.Value.Length);
        Assert.Single(Store.Find(new MessageQuery { Metadata = ("mrn", "M5") }));
        Assert.Equal([new("source", MessageStatus.Transformed, 1), new("ehr", MessageStatus.Queued, 1)], Store.Counts());
    }

    [Fact]
    public async Task CompletingTwice_IsRefused()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, MessageStatus.Received));
        await Store.CompleteAsync(Some.Message(id, MessageStatus.Filtered));

        await Assert.ThrowsAsync<StoreException>(async () => await Store.CompleteAsync(Some.Message(id)));

        Assert.Equal(MessageStatus.Filtered, Store.Read(id)!.Summary.Status);
    }

    [Fact]
    public async Task Update_RecordsTheOutcome()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: Some.Queued()));

        await Store.UpdateAsync(new DestinationUpdate { MessageId = id, Destination = "ehr", Status = MessageStatus.Queued, Attempts = 1, Error = "refused" });
        Assert.Equal(1, Assert.Single(Store.ReadQueue("ehr", 0, 10)).Attempts);
        await Store.UpdateAsync(Some.Sent(id, attempts: 2) with { IsReattempt = true, Response = "MSA|AA"u8.ToArray() });

        Assert.Empty(Store.ReadQueue("ehr", 0, 10));
        var read = Store.Read(id)!;
        var destination = Assert.Single(read.Summary.Destinations);
        Assert.Equal(
            (MessageStatus.Sent, 2, true, Some.Morning.AddMinutes(1), null),
            (destination.Status, destination.Attempts, destination.IsReattempt, destination.SentAt, destination.Error));
        Assert.Equal("MSA|AA", Some.Text(read.Responses["ehr"]));
    }

    [Fact]
    public async Task UpdateThatExpectsAnotherStatus_ChangesNothing()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: Some.Queued()));
        var again = new DestinationUpdate { MessageId = id, Destination = "ehr", Status = MessageStatus.Queued, ExpectedStatus = MessageStatus.Error, Attempts = 1 };

        // Handed over one after the other, committed together: the second must see what the first did.
        var failed = Store.UpdateAsync(again with { Status = MessageStatus.Error, ExpectedStatus = MessageStatus.Queued, Error = "refused" });
        var first = Store.UpdateAsync(again);
        var second = Store.UpdateAsync(again with { Attempts = 7 });

        Assert.Equal((0, 0, DestinationUpdate.NotAnyMore), (await failed, await first, await second));
        Assert.Equal(1, Assert.Single(Store.ReadQueue("ehr", 0, 10)).Attempts);
    }

    [Fact]
    public async Task UpdateOfAnUnknownDestination_FailsThatUpdateOnly()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: Some.Queued()));

        var unknown = Store.UpdateAsync(Some.Sent(id, "nobody"));
        var known = Store.UpdateAsync(Some.Sent(id));

        await Assert.ThrowsAsync<StoreException>(async () => await unknown);
        await known;
    }

    [Fact]
    public async Task Queue_IsReadInPagesInOrderOfId()
    {
        for (var count = 0; count < 25; count++)
        {
            await Store.AddAsync(Some.Message(Store.NextId(), destinations: [Some.Queued(), Some.Queued("copy")]));
        }

        await Store.UpdateAsync(Some.Sent(3));

        Assert.Equal([1L, 2, 4, 5], Store.ReadQueue("ehr", 0, 4).Select(work => work.MessageId));
        Assert.Equal([6L, 7], Store.ReadQueue("ehr", 5, 2).Select(work => work.MessageId));
        Assert.Equal(25, Store.ReadQueue("copy", 0, 100).Count);
        Assert.Empty(Store.ReadQueue("nobody", 0, 100));
    }

    [Fact]
    public async Task Queue_IsReadByOrderKey()
    {
        for (var count = 0; count < 12; count++)
        {
            await Store.AddAsync(Some.Message(Store.NextId(), destinations: Some.Queued() with { OrderKey = count % 3 }));
        }

        Assert.Equal([2L, 5, 8, 11], Store.ReadQueue("ehr", 0, 10, new QueueSlice(OnlyKey: 1)).Select(work => work.MessageId));
        Assert.Equal([8L], Store.ReadQueue("ehr", 5, 1, new QueueSlice(OnlyKey: 1)).Select(work => work.MessageId));
        Assert.Equal([1L, 3, 4, 6, 7], Store.ReadQueue("ehr", 0, 5, new QueueSlice(WithoutKeys: new HashSet<long> { 1 })).Select(work => work.MessageId));
        Assert.Equal(-1, (await AddWithKeyAsync(-1)).OrderKey);
    }

    private async Task<DestinationWork> AddWithKeyAsync(long key)
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: Some.Queued() with { OrderKey = key }));
        return Assert.Single(Store.ReadQueue("ehr", id - 1, 1, new QueueSlice(OnlyKey: key)));
    }

    [Fact]
    public async Task QueuedWork_HasAllThatSendingNeeds()
    {
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, controlId: "C9") with
        {
            SourceMap = new Dictionary<string, object?> { ["s"] = "1" },
            ChannelMap = new Dictionary<string, object?> { ["c"] = "message" },
            Destinations =
            [
                Some.Queued() with
                {
                    Content = "content"u8.ToArray(),
                    ConnectorMap = new Dictionary<string, object?> { ["k"] = "3" },
                    ChannelMap = new Dictionary<string, object?> { ["c"] = "destination" },
                },
                Some.Queued("copy"),
            ],
        });

        var work = Assert.Single(Store.ReadQueue("ehr", 0, 1));
        Assert.Equal(("content", "C9", 0, false), (Some.Text(work.Content), work.ControlId, work.Attempts, work.IsUncertain));
        Assert.Equal(("1", "destination", "3"), (work.SourceMap!["s"], work.ChannelMap!["c"], work.ConnectorMap!["k"]));
        var copy = Assert.Single(Store.ReadQueue("copy", 0, 1));
        Assert.Equal("message", copy.ChannelMap!["c"]);
        Assert.Null(copy.ConnectorMap);
        Assert.StartsWith("MSH|", Some.Text(copy.Content), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unfinished_AreReceivedSourcesAndPendingDestinations()
    {
        await Store.AddAsync(Some.Message(Store.NextId(), MessageStatus.Received));
        await Store.AddAsync(Some.Message(Store.NextId(), destinations: [Some.Pending(), Some.Queued("copy")]));
        await Store.AddAsync(Some.Message(Store.NextId(), destinations: Some.Queued()));
        await ReopenAsync();

        var unfinished = Store.ReadUnfinished(0, 10);

        Assert.Equal([1L, 2L], unfinished.Select(message => message.Message.Summary.Id));
        Assert.Empty(unfinished[0].PendingDestinations);
        var (destination, work) = Assert.Single(unfinished[1].PendingDestinations);
        Assert.Equal(("ehr", true), (destination, work.IsUncertain));
        Assert.Equal(2, Assert.Single(Store.ReadUnfinished(1, 10)).Message.Summary.Id);
    }

    [Fact]
    public async Task MarkUncertain_MarksTheFirstOfEachQueue()
    {
        for (var count = 0; count < 10; count++)
        {
            await Store.AddAsync(Some.Message(Store.NextId(), destinations: [Some.Queued(), Some.Queued("copy")]));
        }

        await ReopenAsync();

        Assert.Equal(6, Store.MarkUncertain(3));
        Assert.Equal([true, true, true, false], Store.ReadQueue("ehr", 0, 4).Select(work => work.IsUncertain));
        await Store.UpdateAsync(Some.Sent(1) with { IsReattempt = true });
        Assert.True(Store.Read(1)!.Summary.Destinations[0].IsReattempt);
    }

    [Fact]
    public async Task OrphansAndCounts_FollowTheMessages()
    {
        await Store.AddAsync(Some.Message(Store.NextId(), destinations: [Some.Queued("gone"), Some.Queued()]));
        await Store.AddAsync(Some.Message(Store.NextId(), destinations: Some.Queued("gone")));
        await Store.AddAsync(Some.Message(Store.NextId(), MessageStatus.Error));
        await Store.UpdateAsync(Some.Sent(1));

        Assert.Equal([new StatusCount("gone", MessageStatus.Queued, 2)], Store.Orphans(["ehr"]));
        await ReopenAsync();
        Assert.Equal([new StatusCount("gone", MessageStatus.Queued, 2)], Store.Orphans(["ehr"]));
        Assert.Equal(
            [
                new("source", MessageStatus.Transformed, 2), new("source", MessageStatus.Error, 1),
                new("gone", MessageStatus.Queued, 2), new("ehr", MessageStatus.Sent, 1),
            ],
            Store.Counts().OrderBy(count => count.Connector == "source" ? 0 : count.Connector == "gone" ? 1 : 2).ThenBy(count => count.Status));
    }

    [Fact]
    public async Task Find_CombinesWhatIsGiven()
    {
        for (var number = 1; number <= 12; number++)
        {
            await Store.AddAsync(Some.Message(
                Store.NextId(),
                number % 4 == 0 ? MessageStatus.Error : MessageStatus.Transformed,
                $"C{number % 3}",
                destinations: number % 2 == 0 ? [Some.Queued(), Some.Queued("copy")] : [Some.Queued()]) with
            {
                Metadata = new Dictionary<string, string> { ["mrn"] = $"M{number % 2}", ["$x"] = "y" },
            });
        }

        await Store.UpdateAsync(Some.Sent(2));

        Assert.Equal([12L, 11, 10], Ids(new MessageQuery { Count = 3 }));
        Assert.Equal([9L, 8], Ids(new MessageQuery { Count = 2, BeforeId = 10 }));
        Assert.Equal([10L, 7, 4, 1], Ids(new MessageQuery { ControlId = "C1" }));
        Assert.Equal([12L, 8, 4], Ids(new MessageQuery { Status = MessageStatus.Error }));
        Assert.Equal([2L], Ids(new MessageQuery { Destination = "ehr", Status = MessageStatus.Sent }));
        Assert.Equal([12L, 10, 8, 6, 4, 2], Ids(new MessageQuery { Destination = "copy" }));
        Assert.Equal([12L, 10], Ids(new MessageQuery { Destination = "copy", Status = MessageStatus.Queued, Count = 2 }));
        Assert.Equal([11L, 9, 7, 5, 3, 1], Ids(new MessageQuery { Metadata = ("mrn", "M1") }));
        Assert.Equal([7L, 1], Ids(new MessageQuery { Metadata = ("mrn", "M1"), ControlId = "C1" }));
        Assert.Equal([4L], Ids(new MessageQuery { Metadata = ("mrn", "M0"), ControlId = "C1", Status = MessageStatus.Error, Destination = null }));
        Assert.Equal(12, Ids(new MessageQuery { Metadata = ("$x", "y") }).Count);
        Assert.Empty(Ids(new MessageQuery { ControlId = "C1' OR '1'='1" }));
        Assert.Empty(Ids(new MessageQuery { Metadata = ("nothing", "M1") }));
        Assert.Empty(Ids(new MessageQuery { Destination = "nobody" }));
    }

    [Fact]
    public async Task StateChanges_AreReadInOrderAndAfterForgettingStillRebuild()
    {
        var first = await Store.AddAsync(Some.Message(Store.NextId()) with
        {
            StateChanges = [new(StateChangeKind.MapPut, "a", 1.0), new(StateChangeKind.MapPut, "b", "x"), new(StateChangeKind.Taken, "file-1")],
        });
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: Some.Queued()));
        var second = await Store.UpdateAsync(Some.Sent(id) with { StateChanges = [new(StateChangeKind.MapPut, "a", 2.0), new(StateChangeKind.MapRemove, "b")] });

        Assert.Equal((1L, 2L, 2L), (first.StateSequence, second, Store.StateSequence));
        Assert.Equal([1L, 2L], Store.ReadStateChanges(0, 10).Select(record => record.Sequence));
        Assert.Equal(id, Store.ReadStateChanges(1, 10).Single().MessageId);

        Store.ForgetStateChanges(2);
        var third = await Store.AddAsync(Some.Message(Store.NextId()) with { StateChanges = [new(StateChangeKind.MapPut, "c", true)] });
        await ReopenAsync();

        Assert.Equal(third.StateSequence, Store.ReadStateChanges(2, 10).Single().Sequence);
        var map = new Dictionary<string, object?>();
        var taken = new List<string>();
        foreach (var change in Store.ReadStateChanges(0, 100).SelectMany(record => record.Changes))
        {
            if (change.Kind == StateChangeKind.Taken)
            {
                taken.Add(change.Key);
            }
            else if (change.Kind == StateChangeKind.MapPut)
            {
                map[change.Key] = change.Value;
            }
            else
            {
                map.Remove(change.Key);
            }
        }

        Assert.Equal(new Dictionary<string, object?> { ["a"] = 2.0, ["c"] = true }, map);
        Assert.Equal(["file-1"], taken);
    }

    [Fact]
    public async Task KeepMetadata_DropsContentWhenEveryDestinationIsThrough()
    {
        await ReopenAsync(new StoreSettings { Keep = StoreKeep.Metadata });
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, controlId: "C1", destinations: [Some.Queued(), Some.Queued("copy")]));
        await Store.UpdateAsync(Some.Sent(id));
        Assert.NotNull(Store.Read(id)!.Raw);

        await Store.UpdateAsync(Some.Sent(id, "copy") with { Response = "answer"u8.ToArray() });

        var read = Store.Read(id)!;
        Assert.Null(read.Raw);
        Assert.Empty(read.Sent);
        Assert.Empty(read.Responses);
        Assert.Equal(new StoredOutcome(id, true, 0), await Store.AddAsync(Some.Message(Store.NextId(), MessageStatus.Filtered, "C1")));
        Assert.Null(Store.Read(id + 1)!.Raw);
    }

    [Fact]
    public async Task KeepMetadata_KeepsTheContentOfFailures()
    {
        await ReopenAsync(new StoreSettings { Keep = StoreKeep.Metadata });
        var id = Store.NextId();
        await Store.AddAsync(Some.Message(id, destinations: Some.Queued()));

        await Store.UpdateAsync(new DestinationUpdate { MessageId = id, Destination = "ehr", Status = MessageStatus.Error, Attempts = 1, Error = "rejected" });

        Assert.NotNull(Store.Read(id)!.Raw);
    }

    [Fact]
    public async Task Pruning_TakesOldFinishedMessagesOnly()
    {
        await ReopenAsync(new StoreSettings { Retention = TimeSpan.FromDays(1) });
        for (var number = 1; number <= 500; number++)
        {
            var destination = new DestinationRecord { Name = "ehr", Status = number % 50 == 0 ? MessageStatus.Queued : MessageStatus.Filtered };
            await Store.AddAsync(Some.Message(Store.NextId(), number == 7 ? MessageStatus.Received : MessageStatus.Transformed, $"C{number}", destinations: destination) with
            {
                ReceivedAt = number > 400 ? Some.Morning.AddDays(2) : Some.Morning,
                Metadata = new Dictionary<string, string> { ["mrn"] = "M" },
            });
        }

        var removed = await Store.PruneAsync(Some.Morning.AddDays(2), TestContext.Current.CancellationToken);

        // 400 old ones, less 8 queued and 1 received.
        Assert.Equal(391, removed);
        Assert.Equal(109, Store.Find(new MessageQuery { Count = 1_000 }).Count);
        Assert.Equal(109, Store.Find(new MessageQuery { Metadata = ("mrn", "M"), Count = 1_000 }).Count);
        Assert.Equal(10, Store.ReadQueue("ehr", 0, 100).Count);
        Assert.Equal(109, Store.Counts().Where(count => count.Connector == "source").Sum(count => count.Count));
        Assert.Equal(0, await Store.PruneAsync(Some.Morning.AddDays(2), TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Row", "F25")]
    public async Task ParallelUpdatesWithFailuresAmongThem_KeepTheCountsExact()
    {
        const int messages = 1_000;
        for (var number = 0; number < messages; number++)
        {
            _ = Store.AddAsync(Some.Message(Store.NextId(), destinations: [Some.Queued(), Some.Pending("copy")])).AsTask();
        }

        var statuses = new[] { MessageStatus.Sent, MessageStatus.Error, MessageStatus.Queued };
        await Parallel.ForAsync(1, messages + 1, TestContext.Current.CancellationToken, async (id, _) =>
        {
            // Every tenth goes to a destination that is not there: its group is rolled back and run again without it.
            if (id % 10 == 0)
            {
                await Assert.ThrowsAsync<StoreException>(async () => await Store.UpdateAsync(Some.Sent(id, "nobody")));
            }

            await Store.UpdateAsync(Some.Sent(id) with { Status = statuses[id % 3] });
            await Store.UpdateAsync(Some.Sent(id, "copy"));
        });

        var recount = new Dictionary<(string, MessageStatus), long>();
        for (long before = 0; Store.Find(new MessageQuery { Count = 1_000, BeforeId = before }) is { Count: > 0 } page; before = page[^1].Id)
        {
            foreach (var message in page)
            {
                Count("source", message.Status);
                foreach (var destination in message.Destinations)
                {
                    Count(destination.Name, destination.Status);
                }
            }
        }

        Assert.Equal(
            recount.Select(pair => new StatusCount(pair.Key.Item1, pair.Key.Item2, pair.Value)).OrderBy(count => (count.Connector, count.Status)),
            Store.Counts().OrderBy(count => (count.Connector, count.Status)));
        await ReopenAsync();
        Assert.Equal(messages, Store.Counts().Single(count => count.Connector == "copy").Count);

        void Count(string connector, MessageStatus status) => recount[(connector, status)] = recount.GetValueOrDefault((connector, status)) + 1;
    }

    [Fact]
    public async Task HandedOverInOrder_IsCommittedInOrder()
    {
        // The update of a message that is handed over right behind it finds it, though neither is committed yet.
        var all = new List<Task>();
        for (var number = 0; number < 500; number++)
        {
            var id = Store.NextId();
            all.Add(Store.AddAsync(Some.Message(id, destinations: Some.Queued())).AsTask());
            all.Add(Store.UpdateAsync(Some.Sent(id)).AsTask());
        }

        await Task.WhenAll(all);

        Assert.Equal(500, Store.Counts().Single(count => count.Connector == "ehr").Count);
    }

    [Fact]
    public async Task ClosedStore_RefusesWork()
    {
        var store = Store;
        await CloseAsync();

        await Assert.ThrowsAsync<StoreException>(async () => await store.AddAsync(Some.Message(1)));
        Assert.Throws<StoreException>(() => store.Find(new MessageQuery()));

        await ReopenAsync();
    }

    private List<long> Ids(MessageQuery query) => [.. Store.Find(query).Select(message => message.Id)];

    [Fact]
    [Trait("Row", "F36")]
    public async Task PartsOfABatch_AreRememberedUntilTheLast()
    {
        for (var number = 1; number <= 3; number++)
        {
            await Store.AddAsync(Part(Store.NextId(), number));
        }

        await ReopenAsync();

        Assert.Equal(new BatchProgress(3, 1, 300), Store.ReadBatchProgress("file-1"));
        Assert.Null(Store.ReadBatchProgress("file-2"));
        await Store.AddAsync(Part(Store.NextId(), 4) with { BatchStep = new BatchStep("file-1", 4, IsLast: true, 400) });
        Assert.Null(Store.ReadBatchProgress("file-1"));
        Assert.Equal([4, 3, 2, 1], Store.Find(new MessageQuery { BatchId = 1 }).Select(message => message.Id));
    }

    [Fact]
    [Trait("Row", "F36")]
    public async Task PartWithoutTheOneBefore_IsNotStored()
    {
        await Store.AddAsync(Part(Store.NextId(), 1));

        // As after a failed commit of part 2, when part 3 was on its way already.
        await Assert.ThrowsAsync<StoreException>(() => Store.AddAsync(Part(Store.NextId(), 3)).AsTask());

        Assert.Equal(1, Store.ReadBatchProgress("file-1")!.Parts);
        Assert.Single(Store.Find(new MessageQuery()));
    }

    [Fact]
    public async Task FirstPartAgain_BeginsTheBatchAnew()
    {
        await Store.AddAsync(Part(Store.NextId(), 1));
        await Store.AddAsync(Part(Store.NextId(), 2));

        var id = Store.NextId();
        await Store.AddAsync(Part(id, 1));

        Assert.Equal(new BatchProgress(1, id, 100), Store.ReadBatchProgress("file-1"));
    }

    [Fact]
    public async Task Links_AreFoundAndKept()
    {
        var first = Store.NextId();
        await Store.AddAsync(Some.Message(first));
        var again = Store.NextId();
        await Store.AddAsync(Some.Message(again, MessageStatus.Received) with { ReplayOf = first });
        await Store.CompleteAsync(Some.Message(again));

        Assert.Equal(again, Assert.Single(Store.Find(new MessageQuery { ReplayOf = first })).Id);
        Assert.Equal(first, Store.Read(again)!.Summary.ReplayOf);
        Assert.Equal(0, Store.Read(first)!.Summary.ReplayOf);
    }

    [Fact]
    public async Task Search_ByTimeAndText()
    {
        for (var count = 0; count < 10; count++)
        {
            var id = Store.NextId();
            await Store.AddAsync(Some.Message(id, content: $"MSH|^~\\&|PMS|CLINIC|Größe {id % 2}") with { Error = id == 4 ? "needle in the error" : null });
        }

        Assert.Equal([6, 5, 4], Store.Find(new MessageQuery { From = Some.Morning.AddSeconds(4), To = Some.Morning.AddSeconds(7) }).Select(message => message.Id));
        Assert.Equal([9, 7, 5, 3, 1], Store.Find(new MessageQuery { Text = "Größe 1" }).Select(message => message.Id));
        Assert.Equal(4, Assert.Single(Store.Find(new MessageQuery { Text = "needle" })).Id);
        Assert.Empty(Store.Find(new MessageQuery { Text = "' OR 1=1 --" }));
        Assert.Equal([3], Store.Find(new MessageQuery { Text = "Größe 1", To = Some.Morning.AddSeconds(5), BeforeId = 9, Count = 1 }).Select(message => message.Id));
    }

    private static MessageRecord Part(long id, int number) => Some.Message(id) with
    {
        BatchId = id - number + 1,
        BatchStep = new BatchStep("file-1", number, IsLast: false, number * 100),
    };
}
