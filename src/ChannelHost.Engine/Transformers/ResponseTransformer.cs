namespace ChannelHost.Engine.Transformers;

/// <summary>Runs a destination's response transformer on what the partner answered.</summary>
internal sealed class ResponseTransformer(string connector, IScriptUnit unit, IMessageCodec codec)
{
    /// <summary>The response after the script. A failing script makes the delivery an error: nobody can say any more what the partner meant.</summary>
    public Response Transform(OutgoingMessage message, Response response, CancellationToken cancellationToken)
    {
        // As in Mirth, no answer is no message to transform; only plain text can be empty and still be a message.
        if (response.Content.IsEmpty && codec.Model != MessageModel.Text)
        {
            return response;
        }

        var scope = new ScriptScope
        {
            Connector = connector,
            MessageId = message.MessageId,
            Content = response.Content,
            Inbound = codec,
            Outbound = codec,
            Maps = message.Maps,
            Response = response,
            Snapshot = message.Snapshot,
            ConnectorId = message.ConnectorId,
        };
        var result = unit.Run(scope, cancellationToken);
        message.StateChanges.AddRange(scope.StateChanges);
        if (result.Outcome == ScriptOutcome.Failed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Response.Failed($"The response transformer of {connector} failed: {result.Error?.Place}.", response.Content) with
            {
                Error = result.Error?.ToString(),
            };
        }

        return Shown(response, scope.Response ?? response) with { Content = result.Content };
    }

    /// <summary>What the script says goes on the message's record; the line that logs and senders see stays free of what it may have put in.</summary>
    private static Response Shown(Response before, Response after)
    {
        if (after.StatusMessage != before.StatusMessage)
        {
            after = after with
            {
                Error = after.Status == MessageStatus.Sent ? after.Error : $"{after.StatusMessage} {after.Error}".Trim(),
                StatusMessage = "Set by the response transformer; the message's record has its text.",
            };
        }

        // The partner has it: when the script wants it sent again, that is a second time.
        return after with { IsUncertain = after.IsUncertain || (before.Status == MessageStatus.Sent && after.Status == MessageStatus.Queued) };
    }
}
