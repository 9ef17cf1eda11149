using ChannelHost.Testing.Network;

namespace ChannelHost.Tests.Connectors.Support;

/// <summary>What a connector under test stands on; everything it says or counts can be asked afterwards. Gives each test a folder of its own.</summary>
internal sealed class Bench : IDisposable
{
    public Bench(TimeProvider? time = null)
    {
        Folder = Directory.CreateTempSubdirectory("channelhost-test-").FullName;
        Context = new ConnectorContext
        {
            Channel = "clinic/test",
            Name = "next",
            Time = time ?? TimeProvider.System,
            Codec = new TextCodec(),
            Logger = Log,
            Files = Files,
            Router = Router,
            Scripts = Scripts,
            Figures = Figures,
            StateId = () => "0123abcd",
            ScriptEnvironment = new ScriptEnvironment
            {
                Channel = "clinic/test",
                GlobalMap = new VariableMap(),
                GlobalChannelMap = new VariableMap(),
                Log = (_, _, _) => { },
                Router = Router,
            },
        };
    }

    public string Folder { get; }

    public ConnectorContext Context { get; private set; }

    public CollectingLogger Log { get; } = new();

    public CollectingFigures Figures { get; } = new();

    public PlainFiles Files { get; } = new();

    public ScriptedRouter Router { get; } = new();

    public ScriptedCompiler Scripts { get; } = new();

    public CollectingReceiver Receiver { get; } = new();

    /// <summary>
    /// What a file holds, once nobody has a lock on it any more: a process that a test beside this one starts has, for the moment between fork and exec, our
    /// open files and their locks.
    /// </summary>
    public static string ReadText(string path)
    {
        string? text = null;
        SpinWait.SpinUntil(() => (text = TryReadText(path)) is not null, TimeSpan.FromSeconds(20));
        return text ?? File.ReadAllText(path);
    }

    private static string? TryReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Makes it the bench of another host.</summary>
    public Bench As(string stateId)
    {
        Context = Context with { StateId = () => stateId };
        return this;
    }

    /// <summary>A message to send.</summary>
    public static OutgoingMessage Outgoing(
        byte[] content,
        long id = 1,
        IResponseValidator? validator = null,
        IReadOnlyDictionary<string, string>? variables = null,
        bool isReattempt = false,
        MessageMaps? maps = null) => new()
    {
        Content = content,
        MessageId = id,
        Attempt = isReattempt ? 2 : 1,
        IsReattempt = isReattempt,
        Variables = new Variables(variables ?? new Dictionary<string, string>()),
        Maps = maps ?? new MessageMaps(),
        Validator = validator,
    };

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Waits for what nothing signals, with a deadline.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var deadline = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"Within 20 s it did not happen: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        // A server of another process may still be at its last request when its client has gone.
        for (var tries = 0; ; tries++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 50)
            {
                Thread.Sleep(20);
            }
        }
    }

    private sealed class Variables(IReadOnlyDictionary<string, string> values) : IVariableLookup
    {
        public string? Find(string name) => values.GetValueOrDefault(name);
    }
}
