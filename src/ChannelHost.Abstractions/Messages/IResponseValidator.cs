namespace ChannelHost.Abstractions;

/// <summary>Judges whether an answer confirms the message that was sent (for HL7 v2: MSA-1 and MSA-2). Made by the data type, asked by the connector.</summary>
public interface IResponseValidator
{
    /// <summary>False when the message itself asks the partner not to answer when all is well (HL7 v2: MSH-15 and MSH-16); waiting for an answer would then be in vain.</summary>
    bool ExpectsAnswer => true;

    /// <summary>Judges the partner's answer.</summary>
    /// <param name="answer">The answer's bytes as received.</param>
    ResponseVerdict Judge(ReadOnlyMemory<byte> answer);
}

/// <summary>What an answer means.</summary>
/// <param name="Response">The outcome of the attempt.</param>
/// <param name="DiscardConnection">True when the answer belongs to something else: the connection cannot be trusted any more and must be closed.</param>
public readonly record struct ResponseVerdict(Response Response, bool DiscardConnection);
