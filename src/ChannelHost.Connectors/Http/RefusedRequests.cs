using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ChannelHost.Connectors.Http;

/// <summary>Counts what the server itself refuses before anybody of ours sees it: headers too large or too slow, requests that are none.</summary>
internal sealed class RefusedRequests(IConnectorFigures figures) : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key != BadRequest || (value.Value as IFeatureCollection)?.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException refused)
        {
            return;
        }

        switch (refused.StatusCode)
        {
            case StatusCodes.Status431RequestHeaderFieldsTooLarge or StatusCodes.Status414UriTooLong:
                figures.LimitHit("header-size");
                break;
            case StatusCodes.Status408RequestTimeout:
                figures.LimitHit("receive-timeout");
                break;
        }
    }

    public void OnCompleted()
    {
        // The server stopped.
    }

    public void OnError(Exception error)
    {
        // A source of diagnostics never fails.
    }
}
