namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Which charset a message is in: what MSH-18 names (HL7 table 0211), else the setting. One of these serves a codec; names are looked up once.
/// </summary>
internal sealed class Hl7Charsets(Charset fallback, bool fromMessage)
{
    private const string Origin = "named by MSH-18";

    private readonly BoundedCache<string, Charset> _byName = new(64, StringComparer.Ordinal);

    /// <summary>The charset where the message names none.</summary>
    public Charset Fallback => fallback;

    /// <summary>The charset for what stands in MSH-18; only its first repetition counts, the others are for escape sequences.</summary>
    public Charset Resolve(ReadOnlySpan<byte> field, in Hl7Delimiters delimiters)
    {
        if (!fromMessage || field.IsEmpty)
        {
            return fallback;
        }

        var name = Hl7Scan.Part(field, delimiters.Repetition, 1);
        name = Hl7Scan.Part(name, delimiters.Component, 1).Trim((byte)' ');
        if (name.IsEmpty || name.SequenceEqual("\"\""u8))
        {
            return fallback;
        }

        return _byName.GetOrMake(System.Text.Encoding.Latin1.GetString(name), Find);
    }

    private static Charset Find(string name)
    {
        var iana = IanaName(name);
        return (iana.Length > 0 ? Charset.Find(iana, Origin) : null) ?? Charset.Unknown(name.Length <= 32 ? name : name[..32], Origin);
    }

    // Table 0211. Names of other registries that senders write there anyway (UTF-8, ISO-8859-1, WINDOWS-1252) go through unchanged.
    private static string IanaName(string name) => name.ToUpperInvariant() switch
    {
        "ASCII" or "ISO IR6" => "us-ascii",
        "UNICODE UTF-8" or "UNICODE" or "UTF8" => "utf-8",
        // Whoever could read this name byte by byte is not looking at UTF-16 or UTF-32: the name is wrong, so nothing is known.
        "UNICODE UTF-16" or "UNICODE UTF-32" => "",
        "ISO IR87" or "ISO IR159" => "iso-2022-jp",
        "GB 18030-2000" => "gb18030",
        "KS X 1001" => "euc-kr",
        "BIG-5" => "big5",
        "CNS 11643-1992" => "x-Chinese-CNS",
        ['8', '8', '5', '9', '/', .. var part] => "iso-8859-" + part,
        _ => name,
    };
}
