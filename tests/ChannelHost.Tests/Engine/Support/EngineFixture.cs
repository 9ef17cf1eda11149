using System.Text;
using ChannelHost.DataTypes;
using ChannelHost.Engine.Deployment;
using ChannelHost.Scripting;
using ChannelHost.Storage;
using ChannelHost.Storage.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChannelHost.Tests.Engine.Support;

/// <summary>An engine on real stores, real scripts and real data types; only the two ends are the test's own. It can be killed and started again on the same data.</summary>
internal sealed class EngineFixture : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("channelhost-engine-").FullName;
    private ChannelStores? _stores;

    private readonly TimeProvider _time;
    private readonly Advancing? _advance;
    private readonly Func<Task<int>>? _prune;

    /// <param name="time">The clock; null for the real one.</param>
    /// <param name="advance">Stands before the commit of a chain's step; null for nothing.</param>
    /// <param name="prune">Stands in place of pruning; null for nothing.</param>
    public EngineFixture(TimeProvider? time = null, Advancing? advance = null, Func<Task<int>>? prune = null)
    {
        _advance = advance;
        _prune = prune;
        _time = time ?? TimeProvider.System;
        Start();
    }

    public PushConnector Connector { get; } = new();

    public ChannelEngine Engine { get; private set; } = null!;

    /// <summary>What the newest started source hands messages to.</summary>
    public IMessageReceiver Receiver => Connector.Sources.Last(source => source.Receiver is not null).Receiver!;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public IMessageStore Store(string channel = "test/one") => Engine.MessagesOf(channel)!;

    public ChannelDefinition Channel(params DestinationDefinition[] destinations) => new()
    {
        Name = "test/one",
        Version = Guid.NewGuid().ToString("N"),
        Source = new SourceDefinition { Connector = Connector, Options = new PushOptions(), DataType = Type("hl7v2") },
        Destinations = destinations,
    };

    public DestinationDefinition Destination(string name, CollectingDestination destination, QueueMode mode = QueueMode.Never, int? attempts = null) => new()
    {
        Name = name,
        Connector = Connector,
        Options = new CollectOptions(destination),
        DataType = Type("hl7v2"),
        Queue = new QueueSettings { Mode = mode, Attempts = attempts, Delay = TimeSpan.FromMilliseconds(10), MaximumDelay = TimeSpan.FromMilliseconds(20) },
    };

    public static ScriptFile Script(string text, string name = "test/one/script.js") => new(name, text);

    public static DataTypeChoice Type(string name)
    {
        var type = DataTypeCatalog.All.Single(candidate => candidate.Name == name);
        return new DataTypeChoice(type, Activator.CreateInstance(type.OptionsType)!);
    }

    public async Task DeployAsync(ChannelDefinition definition)
    {
        var outcome = await Engine.DeployAsync(definition, Token);

        Assert.True(outcome.IsRunning, outcome.Reason);
    }

    public ValueTask<SourceResponse> SendAsync(string text) =>
        Receiver.ReceiveAsync(new IncomingMessage { Content = Encoding.UTF8.GetBytes(text) }, Token);

    public static string Adt(string controlId, string family = "Quill") =>
        $"MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08|{controlId}|P|2.5\rEVN|A08|20261101093000\rPID|1||10001^^^CLINIC^MR||{family}^Marta||19740312|F\r";

    public static string Text(SourceResponse response) => response.Content is { } content ? Encoding.UTF8.GetString(content.Span) : "";

    /// <summary>Waits until something can be seen that nothing signals.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (!holds())
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    /// <summary>The message as stored, once everything about it is on disk.</summary>
    public async Task<MessageSummary> StoredAsync(long id, Func<MessageSummary, bool> until)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (Store().Read(id)?.Summary is { } summary && until(summary))
            {
                return summary;
            }

            // The outcome of a delivery is recorded behind it; nothing signals that to the outside.
            await Task.Delay(5, deadline.Token);
        }
    }

    /// <summary>Looks into a channel's stores while the channel is not deployed.</summary>
    public T WithStores<T>(Func<IMessageStore, IChannelState, T> look, string channel = "test/one")
    {
        var messages = _stores!.OpenMessages(channel, new StoreSettings());
        return look(messages, _stores.OpenState(channel, messages, new StateSettings()));
    }

    /// <summary>Ends the engine without letting anything finish, and starts a new one on the same data.</summary>
    public async Task RestartAsync(bool graceful = false)
    {
        if (graceful)
        {
            await Engine.StopAsync(Token);
        }

        await Engine.DisposeAsync();
        await _stores!.DisposeAsync();
        Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await _stores!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Start()
    {
        _stores = new ChannelStores(_folder, NullLoggerFactory.Instance, _time);
        Engine = new ChannelEngine(new EngineServices
        {
            Scripts = new ScriptCompiler(),
            Stores = _advance is null && _prune is null ? _stores : new WatchedStores(_stores, _advance, _prune),
            Files = new DurableFiles(),
            Time = _time,
            Loggers = NullLoggerFactory.Instance,
        });
    }
}
