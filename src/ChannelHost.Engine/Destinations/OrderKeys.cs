using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Transformers;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Destinations;

/// <summary>
/// Computes the order keys of a destination's messages when its scripts have run. What is kept is a hash that is the same on every machine and never 0: the text may
/// name a patient. Messages that have no value for it are of one order among themselves.
/// </summary>
internal sealed partial class OrderKeys(
    string channel, string destination, int id, Template? template, IScriptUnit? script, IMessageCodec codec, ScriptEnvironment environment, ILogger logger)
{
    private int _toldMissing;

    /// <summary>The key of a message, with what a script changed on the way, or why there is none.</summary>
    /// <param name="transformed">The message as it is to be sent.</param>
    /// <param name="work">The same as work.</param>
    /// <param name="maps">Its maps.</param>
    /// <param name="metadata">The channel's metadata of it.</param>
    /// <param name="snapshot">The message as templates see it.</param>
    /// <param name="cancellationToken">Stops the script.</param>
    public (long Key, Transformed Transformed) Of(
        Transformed transformed,
        DestinationWork work,
        MessageMaps maps,
        IReadOnlyDictionary<string, string>? metadata,
        Func<MessageSnapshot> snapshot,
        CancellationToken cancellationToken) =>
        script is null
            ? (Hash(Filled(work, maps, metadata, snapshot)), transformed)
            : Run(script, transformed, work, maps, snapshot, cancellationToken);

    /// <summary>The stable hash of a key.</summary>
    public static long Hash(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> text = stackalloc byte[256];
        _ = Encoding.UTF8.TryGetBytes(key, text, out var length)
            ? SHA256.HashData(text[..length], hash)
            : SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash) is var number and not 0 ? number : 1;
    }

    private string Filled(DestinationWork work, MessageMaps maps, IReadOnlyDictionary<string, string>? metadata, Func<MessageSnapshot> snapshot)
    {
        var variables = new MessageVariables(work, maps, environment, destination, attempt: 1, snapshot: snapshot, connectorId: id) { Metadata = metadata };
        if (template!.TryFill(variables, out var key))
        {
            return key;
        }

        TellMissing(work.MessageId, key);
        return "";
    }

    private (long Key, Transformed Transformed) Run(
        IScriptUnit unit, Transformed transformed, DestinationWork work, MessageMaps maps, Func<MessageSnapshot> snapshot, CancellationToken cancellationToken)
    {
        var scope = new ScriptScope
        {
            Connector = destination,
            MessageId = work.MessageId,
            Content = transformed.Content,
            Inbound = codec,
            Outbound = codec,
            Maps = maps,
            Snapshot = snapshot,
            ConnectorId = id,
        };
        var result = unit.Run(scope, cancellationToken);
        if (scope.StateChanges.Count > 0)
        {
            transformed = transformed with { StateChanges = [.. transformed.StateChanges, .. scope.StateChanges] };
        }

        if (result.Outcome == ScriptOutcome.Failed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (0, transformed with { Status = MessageStatus.Error, Error = result.Error });
        }

        if (ResponseValue.Text(result.Value) is { } key)
        {
            return (Hash(key), transformed);
        }

        TellMissing(work.MessageId, "of the script");
        return (Hash(""), transformed);
    }

    private void TellMissing(long messageId, string name)
    {
        if (Interlocked.Exchange(ref _toldMissing, 1) == 0)
        {
            Log.Missing(logger, channel, destination, messageId, name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2316, Level = LogLevel.Warning, Message = "{Channel}: message {MessageId} has no value {Name} for the order key of {Destination}; all such messages go one after the other. This is told once")]
        private static partial void Missing(ILogger logger, string channel, long messageId, string name, string destination);

        public static void Missing(ILogger logger, string channel, string destination, long messageId, string name) => Missing(logger, channel, messageId, name, destination);
    }
}
