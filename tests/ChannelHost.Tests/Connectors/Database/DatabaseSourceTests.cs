using ChannelHost.Connectors.Database;
using ChannelHost.Tests.Connectors.Support;

namespace ChannelHost.Tests.Connectors.Database;

public sealed class DatabaseSourceTests : SourceConnectorContract
{
    private readonly SqliteFile _file;
    private DatabaseSource? _source;

    public DatabaseSourceTests()
    {
        _file = new SqliteFile(Bench.PathOf("clinic.db"));
        _file.Run("create table visits (id integer primary key, content text, taken int not null default 0); pragma journal_mode = wal");
    }

    private protected override ISource Source => _source ??= new DatabaseSource(Options, Bench.Context with { Codec = new RowContentCodec() });

    private DatabaseSourceOptions Options => new()
    {
        Kind = DatabaseWord.Sqlite,
        Connection = _file.Connection,
        Select = Template.Parse("select id, content from visits where taken = 0 order by id"),
        Update = Template.Parse("update visits set taken = 1 where id = ${id}"),
        Interval = TimeSpan.FromMilliseconds(20),
        RetryPause = TimeSpan.FromMilliseconds(20),
    };

    private protected override Task DeliverAsync(string content)
    {
        Insert(content);
        return Task.CompletedTask;
    }

    private protected override async Task<bool> WasConfirmedAsync()
    {
        var deadline = Environment.TickCount64 + 300;
        while (Environment.TickCount64 < deadline)
        {
            if (_file.Run("select min(taken) from visits") is 1L)
            {
                return true;
            }

            await Task.Delay(5, Token);
        }

        return false;
    }

    [Fact]
    public async Task Rows_AreXmlMessagesInOrder_AndAreMarked()
    {
        Insert("one");
        Insert("two & <three>");
        _file.Run("insert into visits (content) values (null)");
        await StartAsync(Options with { Interval = TimeSpan.FromHours(1) });
        await Bench.Receiver.WaitForAsync(3, Token);

        Assert.Equal(
            ["<result><id>1</id><content>one</content></result>", "<result><id>2</id><content>two &amp; &lt;three&gt;</content></result>", "<result><id>3</id></result>"],
            Bench.Receiver.Texts);
        Assert.All(Bench.Receiver.Messages, message => Assert.Null(message.OnceKey));
        await Bench.UntilAsync(() => _file.Run("select sum(taken) from visits") is 3L, "all rows are marked");
    }

    [Fact]
    public async Task ResultPastTheLimits_IsTakenInPortionsWithoutWaiting()
    {
        for (var i = 0; i < 25; i++)
        {
            Insert($"row {i}");
        }

        await StartAsync(Options with { MaximumRows = 10, Interval = TimeSpan.FromHours(1) });
        await Bench.Receiver.WaitForAsync(25, Token);

        Assert.Equal(25, Bench.Receiver.Texts.Distinct().Count());
    }

    [Fact]
    public async Task UpdateThatMarksNothing_IsNotGoneOnWithAtOnce()
    {
        Insert("one");
        Insert("two");
        await StartAsync(Options with { MaximumRows = 1, Update = Template.Parse("update visits set taken = 1 where id = -${id}"), Interval = TimeSpan.FromHours(1) });
        await Bench.Receiver.WaitForAsync(2, Token);
        await Source.StopAsync(Token);

        Assert.Equal(2, Bench.Receiver.Messages.Count);
    }

    [Fact]
    public async Task ResultPastTheLimits_IsAnErrorWhereTheRestCouldNotBeTaken()
    {
        Insert("one");
        Insert("two");
        await StartAsync(Options with { MaximumRows = 1, UpdateMode = RowMarking.AfterAll });

        await Bench.UntilAsync(() => Bench.Log.Count("more than 1 rows") == 1, "the limit is told");
        Assert.Empty(Bench.Receiver.Messages);
    }

    [Fact]
    public async Task Aggregated_AllRowsAreOneMessage_AndAreMarkedOnce()
    {
        Insert("one");
        Insert("two");
        await StartAsync(Options with { Aggregate = true, Update = Template.Parse("update visits set taken = taken + 1 where taken = 0") });
        await Bench.UntilAsync(() => _file.Run("select sum(taken) from visits") is 2L, "the rows are marked");

        Assert.Equal(["<results><result><id>1</id><content>one</content></result><result><id>2</id><content>two</content></result></results>"], Bench.Receiver.Texts);
    }

    [Fact]
    public async Task UpdateFails_RowIsNotTakenAgainAndIsMarkedBeforeAnythingElse()
    {
        Insert("one");
        _file.Run("create trigger t before update on visits begin select raise(abort, 'Jane Doe'); end");
        await StartAsync(Options);
        await Bench.Receiver.WaitForAsync(1, Token);
        await Bench.UntilAsync(() => Bench.Log.Count("turned down") == 1, "the update failed");

        Insert("two");
        _file.Run("drop trigger t");
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Equal(2, Bench.Receiver.Messages.Count);
        Assert.DoesNotContain("Jane", Bench.Log.Everything, StringComparison.Ordinal);
        await Bench.UntilAsync(() => _file.Run("select sum(taken) from visits") is 2L, "both rows are marked");
    }

    [Fact]
    public async Task RowKnownByItsKey_IsMarkedAndNotTakenAgain()
    {
        Insert("one");
        Insert("two");
        Bench.Receiver.Take(new TakenRow([("id", "")], [1L]).OnceKey(["id"]));
        await StartAsync(Options with { Key = ["ID"] });
        await Bench.Receiver.WaitForAsync(1, Token);
        await Bench.UntilAsync(() => _file.Run("select sum(taken) from visits") is 2L, "both rows are marked");

        Assert.Contains("two", Assert.Single(Bench.Receiver.Texts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ColumnsOfTheSameName_AreAnErrorAndNoMessage()
    {
        Insert("one");
        await StartAsync(Options with { Select = Template.Parse("select id, content as ID from visits") });

        await Bench.UntilAsync(() => Bench.Log.Count("two columns") == 1, "the columns are told");
        Assert.Empty(Bench.Receiver.Messages);
    }

    [Fact]
    public async Task NameInSelect_IsAValueOfTheSharedMaps()
    {
        Insert("one");
        Insert("two");
        Bench.Context.ScriptEnvironment.GlobalChannelMap.Put("last", 1.0);
        await StartAsync(Options with { Select = Template.Parse("select id, content from visits where taken = 0 and id > ${last}") });
        await Bench.Receiver.WaitForAsync(1, Token);

        Assert.Contains("two", Bench.Receiver.Texts[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameWithoutValue_IsToldAndNothingIsTaken()
    {
        Insert("one");
        await StartAsync(Options with { Select = Template.Parse("select id from visits where id > ${nothing}") });

        await Bench.UntilAsync(() => Bench.Log.Count("${nothing} has no value") == 1, "the name is told");
        Assert.Empty(Bench.Receiver.Messages);
    }

    [Fact]
    public async Task Scripts_GiveRowsAndGetThemBack()
    {
        var marked = new List<object?>();
        var rows = new Queue<object?>([new List<object?> { new Dictionary<string, object?> { ["ID"] = 5.0, ["Name"] = "x", ["half"] = 0.5, ["none"] = null } }]);
        Bench.Scripts.Run = (scope, _) =>
        {
            if (scope.Variables.TryGetValue("resultMap", out var row))
            {
                marked.Add(((IReadOnlyDictionary<string, object?>)row!)["id"]);
                return ScriptedCompiler.Returns(null);
            }

            scope.StateChanges.Add(new StateChange(StateChangeKind.MapPut, "cursor", 5.0));
            return ScriptedCompiler.Returns(rows.TryDequeue(out var list) ? list : null);
        };
        await StartAsync(Options with { Select = null, Update = null, SelectScript = new ScriptFile("clinic/test/select.js", ""), UpdateScript = new ScriptFile("clinic/test/update.js", "") });
        await Bench.Receiver.WaitForAsync(1, Token);
        await Bench.UntilAsync(() => marked.Count == 1, "the row is marked");

        Assert.Equal("<result><id>5</id><name>x</name><half>0.5</half></result>", Bench.Receiver.Texts[0]);
        Assert.Equal(5.0, marked[0]);
        Assert.Equal("cursor", Assert.Single(Bench.Receiver.Messages[0].StateChanges).Key);
    }

    [Fact]
    public async Task ScriptThatReturnsNoRows_IsAnError()
    {
        Bench.Scripts.Run = (_, _) => ScriptedCompiler.Returns("text");
        await StartAsync(Options with { Select = null, SelectScript = new ScriptFile("clinic/test/select.js", "") });

        await Bench.UntilAsync(() => Bench.Log.Count("a list of objects") == 1, "the value is told");
    }

    [Fact]
    public async Task DatabaseAway_IsToldOnceAndRowsAreTakenWhenItIsBack()
    {
        var later = new SqliteFile(Bench.PathOf("later/clinic.db"));
        await StartAsync(Options with { Connection = later.Connection });
        await Bench.UntilAsync(() => Bench.Log.Count("Cannot connect") == 1, "the trouble is told");

        Directory.CreateDirectory(Bench.PathOf("later"));
        later.Run("create table visits (id integer primary key, content text, taken int not null default 0); insert into visits (content) values ('one')");
        await Bench.Receiver.WaitForAsync(1, Token);

        // Between the file and its table it may have been looked at, too.
        Assert.InRange(Bench.Log.Count("It is tried again"), 1, 2);
        await Bench.UntilAsync(() => Bench.Log.Everything.Contains("are taken again", StringComparison.Ordinal), "the end of the trouble is told");
    }

    [Fact]
    public async Task ConnectionNotKept_FileIsFreeBetweenLooks()
    {
        Insert("one");
        await StartAsync(Options with { KeepOpen = false, Interval = TimeSpan.FromHours(1) });
        await Bench.Receiver.WaitForAsync(1, Token);

        await Bench.UntilAsync(() => !IsHeld(Bench.PathOf("clinic.db")), "the file is closed");
    }

    [Fact]
    public async Task UndeclaredDatabase_CannotStart()
    {
        var problem = await Assert.ThrowsAsync<ConnectorException>(() => StartAsync(Options with { Kind = null, Connection = null, Database = "ehr" }));

        Assert.Contains("access", problem.Message, StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task StartAsync(DatabaseSourceOptions options)
    {
        _source = new DatabaseSource(options, Bench.Context);
        await _source.StartAsync(Bench.Receiver, Token);
    }

    private void Insert(string content) => _file.Run("insert into visits (content) values ($1)", content);

    private static bool IsHeld(string path) => Descriptors.Targets().Contains(path);
}
