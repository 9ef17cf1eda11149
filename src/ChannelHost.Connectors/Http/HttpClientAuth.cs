namespace ChannelHost.Connectors.Http;

/// <summary>The <c>auth:</c> block of an HTTP destination: user and password, or a token, or an API key.</summary>
internal sealed record HttpClientAuth
{
    /// <summary>The user (Basic).</summary>
    [Option("The user, for Authorization: Basic.")]
    public string? User { get; init; }

    /// <summary>The password (Basic).</summary>
    [Option("The password, for Authorization: Basic.", IsSecret = true, Example = "${secret:ehr}")]
    public string? Password { get; init; }

    /// <summary>The token (Bearer).</summary>
    [Option("The token, for Authorization: Bearer.", IsSecret = true, Example = "${secret:ehr-token}")]
    public string? Token { get; init; }

    /// <summary>The API key.</summary>
    [Option("The API key.", IsSecret = true, Example = "${secret:ehr-key}")]
    public string? Key { get; init; }

    /// <summary>The header of the API key; default <c>X-API-Key</c>.</summary>
    [Option("The header that carries the API key.")]
    public string KeyHeader { get; init; } = "X-API-Key";

    /// <summary>What attributes cannot say.</summary>
    public IEnumerable<OptionProblem> Problems()
    {
        var kinds = (User is not null || Password is not null ? 1 : 0) + (Token is not null ? 1 : 0) + (Key is not null ? 1 : 0);
        if (kinds != 1)
        {
            yield return new OptionProblem("auth", kinds == 0 ? "nothing" : "several", "one of user with password, token, or key");
        }

        if (User is null != Password is null || User?.Contains(':', StringComparison.Ordinal) == true)
        {
            yield return new OptionProblem("auth.user", "a value that is not shown", "a user without a colon, and the password beside it");
        }

        if (!HeaderName.IsValid(KeyHeader))
        {
            yield return new OptionProblem("auth.keyHeader", KeyHeader, "the name of a header");
        }

        if (!HeaderName.IsValue(Token ?? Key ?? ""))
        {
            yield return new OptionProblem("auth", "a value that is not shown", "a token or key of visible ASCII, without line ends");
        }
    }
}
