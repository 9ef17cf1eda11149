namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>What <see cref="MessageNode.Level"/> means in this data type.</summary>
internal static class Hl7Level
{
    public const byte Message = 0;
    public const byte Segment = 1;
    public const byte Field = 2;
    public const byte Component = 3;
    public const byte Subcomponent = 4;

    /// <summary>The name of the element that holds the segments.</summary>
    public const string RootName = "HL7Message";

    /// <summary>The level of a node: what it was parsed as, or what its name says (<c>PID.5.1</c> has two dots: a component).</summary>
    public static byte Of(MessageNode node)
    {
        if (node.Level != Message)
        {
            return node.Level;
        }

        return node.Source is not null || node.Name == RootName ? Message : (byte)Math.Min(Subcomponent, Segment + node.Name.AsSpan().Count('.'));
    }

    /// <summary>The number of a node among its siblings: what it was parsed as, or the last number in its name; 0 when there is none.</summary>
    public static int Number(MessageNode node)
    {
        if (node.Position > 0)
        {
            return node.Position;
        }

        var name = node.Name.AsSpan();
        var dot = name.LastIndexOf('.');
        return dot >= 0 && int.TryParse(name[(dot + 1)..], System.Globalization.NumberStyles.None, null, out var number) ? number : 0;
    }

    /// <summary>True for the segments that hold delimiters in their first two fields.</summary>
    public static bool IsHeaderName(string name) => name is "MSH" or "FHS" or "BHS";
}
