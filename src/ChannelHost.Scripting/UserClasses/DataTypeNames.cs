namespace ChannelHost.Scripting.UserClasses;

/// <summary>Data types by the names of imported scripts.</summary>
internal static class DataTypeNames
{
    private static readonly (string Mirth, string Ours)[] Pairs =
    [
        ("HL7V2", "hl7v2"), ("HL7V3", "xml"), ("XML", "xml"), ("JSON", "json"), ("RAW", "raw"), ("DELIMITED", "delimited"), ("EDI/X12", "x12"), ("EDI", "x12"), ("X12", "x12"),
        ("NCPDP", "ncpdp"), ("DICOM", "dicom"), ("FHIR", "json"),
    ];

    /// <summary>Our name; the same name when there is no other.</summary>
    public static string ToOurs(string name)
    {
        foreach (var (mirth, ours) in Pairs)
        {
            if (string.Equals(mirth, name, StringComparison.OrdinalIgnoreCase))
            {
                return ours;
            }
        }

        return name;
    }

    /// <summary>Their name; null for none.</summary>
    public static string? ToMirth(string? name)
    {
        foreach (var (mirth, ours) in Pairs)
        {
            if (mirth != "HL7V3" && string.Equals(ours, name, StringComparison.OrdinalIgnoreCase))
            {
                return mirth;
            }
        }

        return name?.ToUpperInvariant();
    }
}
