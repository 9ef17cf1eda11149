namespace ChannelHost.Abstractions;

/// <summary>The descriptor of a connector: its name in <c>channel.yaml</c>, its settings and its factories. To add a connector is to add one of these.</summary>
public interface IConnector
{
    /// <summary>The name used in <c>type:</c>, for example <c>mllp</c>.</summary>
    string Type { get; }

    /// <summary>One line for lists and reference pages.</summary>
    string Summary { get; }

    /// <summary>The data type of messages when the channel does not say.</summary>
    string DefaultDataType { get; }

    /// <summary>The record that a source's settings are bound to; null when the connector is no source.</summary>
    Type? SourceOptions { get; }

    /// <summary>The record that a destination's settings are bound to; null when the connector is no destination.</summary>
    Type? DestinationOptions { get; }

    /// <summary>What attributes cannot say: settings that exclude or need each other. Called after binding.</summary>
    IEnumerable<OptionProblem> Validate(object options) => [];

    /// <summary>What only one running channel can have, for example <c>tcp:127.0.0.1:6661</c>; two channels that name the same are refused.</summary>
    IEnumerable<string> ExclusiveResources(object options) => [];

    /// <summary>What takes the place of its destinations when a golden case runs.</summary>
    CaseStandIn StandIn => CaseStandIn.Partner;

    /// <summary>How several messages are sent at once where a destination's queue has lanes; default an instance of the destination for each lane.</summary>
    /// <param name="options">The destination's settings.</param>
    DestinationConcurrency Concurrency(object options) => DestinationConcurrency.InstancePerLane;

    /// <summary>Makes a source. Nothing is opened yet.</summary>
    ISource CreateSource(object options, ConnectorContext context) => throw new NotSupportedException($"{Type} is no source.");

    /// <summary>Makes a destination. Nothing is opened yet.</summary>
    IDestination CreateDestination(object options, ConnectorContext context) => throw new NotSupportedException($"{Type} is no destination.");
}

/// <summary>Something wrong with a setting.</summary>
/// <param name="Option">The setting's YAML name, with dots for blocks: <c>tls.certificate</c>.</param>
/// <param name="Found">What stands there.</param>
/// <param name="Wanted">What should.</param>
public sealed record OptionProblem(string Option, string Found, string Wanted);

/// <summary>How a connector's destinations send several messages at once.</summary>
public enum DestinationConcurrency
{
    /// <summary>Each lane has a destination of its own, with its own connection; each of them is called by one thread at a time.</summary>
    InstancePerLane,

    /// <summary>One destination serves all lanes: <see cref="IDestination.SendAsync"/> is safe for several calls at once, and they share what it holds (connections, tokens).</summary>
    Shared,

    /// <summary>Not at all: with these settings two messages on their way at once would harm each other, so more than one lane is refused.</summary>
    One,
}

/// <summary>What a destination is in a golden case, where nothing is sent.</summary>
public enum CaseStandIn
{
    /// <summary>A healthy partner takes the message and says what the data type's acknowledgment says. The default.</summary>
    Partner,

    /// <summary>Somebody takes the message and says nothing: a folder.</summary>
    Silent,

    /// <summary>Itself: it touches nothing but what its <see cref="ConnectorContext"/> gives (scripts, the router), and that is the case's own.</summary>
    Itself,
}
