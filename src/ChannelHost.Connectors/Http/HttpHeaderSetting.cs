namespace ChannelHost.Connectors.Http;

/// <summary>A header of an HTTP destination.</summary>
internal sealed record HttpHeaderSetting
{
    /// <summary>The name.</summary>
    [Option("The header's name.", Required = true, Example = "X-Clinic")]
    public string Name { get; init; } = "";

    /// <summary>The value.</summary>
    [Option("The header's value.", Required = true, Example = "${clinic}")]
    public Template Value { get; init; } = Template.Parse("");

    /// <summary>True for headers that other settings or the connection decide on.</summary>
    public static bool IsOurs(string name) => name.ToLowerInvariant() is "host" or "content-length" or "content-type" or "content-encoding" or "transfer-encoding"
        or "connection" or "authorization" or "proxy-authorization" or "expect" or "upgrade" or "te" or "trailer";
}
