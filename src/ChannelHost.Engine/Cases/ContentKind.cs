using System.Text.Json;
using System.Text.Unicode;

namespace ChannelHost.Engine.Cases;

/// <summary>What kind of message bytes are, where no channel says so; and how files of that kind end.</summary>
public static class ContentKind
{
    /// <summary>How a file of a message ends, without a dot.</summary>
    public static string Extension(string? dataType, ReadOnlyMemory<byte> content) => dataType switch
    {
        "hl7v2" when IsHl7(content.Span) => "hl7",
        "json" when IsJson(content) => "json",
        "xml" => "xml",
        "delimited" => "csv",
        _ => DataType(content) switch
        {
            "hl7v2" => "hl7",
            { } known => known,
            null => Utf8.IsValid(content.Span) && !content.Span.Contains((byte)0) ? "txt" : "bin",
        },
    };

    /// <summary>The data type that bytes look like; null for none.</summary>
    public static string? DataType(ReadOnlyMemory<byte> content)
    {
        var start = content.Span.TrimStart(" \r\n\t"u8);
        return IsHl7(content.Span) ? "hl7v2"
            : start is [(byte)'{' or (byte)'[', ..] && IsJson(content) ? "json"
            : start is [(byte)'<', ..] ? "xml"
            : null;
    }

    private static bool IsHl7(ReadOnlySpan<byte> content) => content.StartsWith("MSH"u8) || content.StartsWith("FHS"u8) || content.StartsWith("BHS"u8);

    private static bool IsJson(ReadOnlyMemory<byte> content)
    {
        var reader = new Utf8JsonReader(content.Span, new JsonReaderOptions { MaxDepth = 5_000 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
