using System.Net.Http.Headers;
using System.Text;

namespace ChannelHost.Connectors.Http;

/// <summary>Puts our credentials on a request. What fetches tokens first (OAuth 2) is another of these.</summary>
internal interface IRequestCredentials
{
    /// <summary>Puts them on.</summary>
    /// <exception cref="ConnectorException">They cannot be had now; nothing was sent.</exception>
    ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken);
}

/// <summary>Which credentials settings ask for.</summary>
internal static class RequestCredentials
{
    /// <summary>Those of an <c>auth:</c> block; null for none.</summary>
    public static IRequestCredentials? From(HttpClientAuth? auth) => auth is null ? null : new FixedCredentials(auth);
}

/// <summary>Credentials that stand in the settings.</summary>
internal sealed class FixedCredentials(HttpClientAuth auth) : IRequestCredentials
{
    private readonly AuthenticationHeaderValue? _authorization =
        auth.User is not null ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{auth.User}:{auth.Password}")))
        : auth.Token is not null ? new AuthenticationHeaderValue("Bearer", auth.Token)
        : null;

    public ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _authorization;
        if (auth.Key is not null)
        {
            request.Headers.TryAddWithoutValidation(auth.KeyHeader, auth.Key);
        }

        return ValueTask.CompletedTask;
    }
}
