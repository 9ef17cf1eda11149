namespace ChannelHost.Connectors.Http;

/// <summary>Content types of data types.</summary>
internal static class MediaType
{
    /// <summary>The content type of messages of a data type. For HL7 v2 it is the one that HL7 over HTTP uses; the charset is named by MSH-18.</summary>
    public static string Of(string dataType) => dataType switch
    {
        "json" => "application/json",
        "hl7v2" => "x-application/hl7-v2+er7",
        "xml" => "application/xml",
        "delimited" => "text/csv",
        _ => "application/octet-stream",
    };
}
