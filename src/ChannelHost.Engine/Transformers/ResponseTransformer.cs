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

        return (scope.Response ?? response) with { Content = result.Content };
    }
}
