namespace ChannelHost.Tests.Engine.Support;

/// <summary>A source that hands over what a test gives it, and a destination that collects what it is sent.</summary>
internal sealed class PushConnector : IConnector
{
    public string Type { get; init; } = "push";

    public string Summary => "For tests.";

    public string DefaultDataType => "hl7v2";

    public Type SourceOptions => typeof(PushOptions);

    public Type DestinationOptions => typeof(CollectOptions);

    /// <summary>The receivers of the sources that were started, newest last.</summary>
    public List<PushSource> Sources { get; } = [];

    public ISource CreateSource(object options, ConnectorContext context)
    {
        var source = new PushSource((PushOptions)options);
        Sources.Add(source);
        return source;
    }

    public IDestination CreateDestination(object options, ConnectorContext context) => ((CollectOptions)options).Destination;
}

/// <param name="Address">Two sources with different addresses are different listeners.</param>
/// <param name="Fails">The source cannot start.</param>
/// <param name="TakesOver">A running source takes these settings over.</param>
/// <param name="Refused">A running source says that it cannot work with these settings.</param>
internal sealed record PushOptions(string Address = "a", bool Fails = false, bool TakesOver = false, bool Refused = false) : IAnswerTemplates
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Template> AnswerTemplates { get; init; } = new Dictionary<string, Template>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> AnswerMaps { get; init; } = new Dictionary<string, string>();
}

internal sealed record CollectOptions(CollectingDestination Destination);

internal sealed class PushSource(PushOptions options) : ISource
{
    public IMessageReceiver? Receiver { get; private set; }

    public bool IsStopped { get; private set; }

    /// <summary>The settings in force.</summary>
    public PushOptions Options { get; private set; } = options;

    public ValueTask<bool> TryChangeOptionsAsync(object next, CancellationToken cancellationToken)
    {
        if (next is not PushOptions { TakesOver: true } changed)
        {
            return ValueTask.FromResult(false);
        }

        Options = changed.Refused ? throw new ConnectorException("the certificate cannot be read") : changed;
        return ValueTask.FromResult(true);
    }

    public Task StartAsync(IMessageReceiver receiver, CancellationToken cancellationToken)
    {
        if (Options.Fails)
        {
            throw new ConnectorException("the port is taken");
        }

        Receiver = receiver;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        IsStopped = true;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
