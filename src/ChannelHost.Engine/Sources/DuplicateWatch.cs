using System.Buffers.Binary;
using System.Security.Cryptography;
using ChannelHost.Engine.Figures;
using ChannelHost.Engine.Messages;
using ChannelHost.Engine.Pipeline;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Engine.Sources;

/// <summary>
/// Knows messages that come again (<c>source.duplicates</c>). What is stored is asked of the store, so a restart forgets nothing; what is on its way stands here, so
/// two copies at the same moment are not both the first: the second waits for the first one's answer. One object per running channel.
/// </summary>
internal sealed partial class DuplicateWatch(string channel, IMessageStore store, StoredAnswers answers, ChannelFigures figures, TimeProvider time, ILogger logger)
{
    private const int HashLength = 16;

    private readonly Dictionary<IntakeMark, IntakeClaim> _underWay = [];

    /// <summary>Finds out whether a message came before. Null when this cannot be asked of it: the channel does not look, or it has no control id.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while another copy was on its way.</exception>
    public ValueTask<IntakeClaim?> ClaimAsync(MessagePipeline pipeline, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (pipeline.Duplicates is not { } settings)
        {
            return default;
        }

        var description = pipeline.Describe(content);
        if (settings.By != DuplicateKey.Content && string.IsNullOrEmpty(description.ControlId))
        {
            return default;
        }

        // The control id stands in the content: the same content has the same id.
        var hash = SHA256.HashData(content.Span).AsMemory(0, HashLength);
        var mark = settings.By == DuplicateKey.ControlId
            ? new IntakeMark(description.ControlId, default)
            : new IntakeMark(null, BinaryPrimitives.ReadUInt128LittleEndian(hash.Span));
        var claim = new IntakeClaim(this, mark, description);
        return TryBegin(claim, out var first)
            ? new ValueTask<IntakeClaim?>(Decided(claim, settings, hash))
            : WaitAsync(claim, settings, hash, first, cancellationToken);
    }

    /// <summary>A message is stored: tells when it has the control id of another one, with other content.</summary>
    public void Committed(MessagePipeline pipeline, ConnectorMessage message, StoredOutcome outcome)
    {
        // Copies that the store knows by their control id alone are nothing to be told of, and a replay has it from its original.
        if (pipeline.Duplicates is not { By: DuplicateKey.ControlIdAndContent } settings || outcome.DuplicateOf == 0 || outcome.SameContent
            || message is not { ReplayOf: 0, Earlier.DuplicateOf: 0, Description.ControlId: { } controlId })
        {
            return;
        }

        try
        {
            if (store.FindEarlier(new EarlierQuery(controlId, default, Since(settings), message.Id)) is > 0 and var other)
            {
                figures.ControlIdUsedAgain();
                Log.OtherContent(logger, channel, message.Id, other);
            }
        }
        catch (StoreException exception)
        {
            // The message is stored and goes its way; only the remark is missing.
            Log.NotCompared(logger, channel, message.Id, exception.Message);
        }
    }

    /// <summary>Lets the next copy in. Called by the claim.</summary>
    internal void Release(IntakeClaim claim)
    {
        lock (_underWay)
        {
            if (_underWay.TryGetValue(claim.Mark, out var held) && ReferenceEquals(held, claim))
            {
                _underWay.Remove(claim.Mark);
            }
        }
    }

    private async ValueTask<IntakeClaim?> WaitAsync(IntakeClaim claim, DuplicateSettings settings, ReadOnlyMemory<byte> hash, Task first, CancellationToken cancellationToken)
    {
        do
        {
            await first.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        while (!TryBegin(claim, out first));
        return Decided(claim, settings, hash);
    }

    private bool TryBegin(IntakeClaim claim, out Task first)
    {
        lock (_underWay)
        {
            if (_underWay.TryGetValue(claim.Mark, out var other))
            {
                first = other.WhenReleased();
                return false;
            }

            _underWay.Add(claim.Mark, claim);
            first = Task.CompletedTask;
            return true;
        }
    }

    private IntakeClaim Decided(IntakeClaim claim, DuplicateSettings settings, ReadOnlyMemory<byte> hash)
    {
        try
        {
            var earlier = store.FindEarlier(new EarlierQuery(
                settings.By == DuplicateKey.Content ? null : claim.Description.ControlId,
                settings.By == DuplicateKey.ControlId ? default : hash,
                Since(settings)));
            var isCopy = earlier != 0 && settings.Action == DuplicateAction.Drop;
            var missing = isCopy ? answers.Missing(earlier) : null;
            claim.Earlier = new EarlierCopy(hash, settings.By == DuplicateKey.Content, earlier, isCopy && missing is null) { Missing = missing };
            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    private DateTimeOffset Since(DuplicateSettings settings) => time.GetUtcNow() - settings.Window;

    private static partial class Log
    {
        [LoggerMessage(EventId = 2120, Level = LogLevel.Warning, Message = "{Channel}: message {MessageId} has the control id of message {Other}, but other content; it is processed as a message of its own. Its sender gives a control id twice")]
        public static partial void OtherContent(ILogger logger, string channel, long messageId, long other);

        [LoggerMessage(EventId = 2121, Level = LogLevel.Warning, Message = "{Channel}: message {MessageId} has a control id that was used before; whether lately could not be looked up: {Reason}")]
        public static partial void NotCompared(ILogger logger, string channel, long messageId, string reason);
    }
}
