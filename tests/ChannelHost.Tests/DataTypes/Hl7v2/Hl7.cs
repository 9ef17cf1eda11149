using System.Text;
using ChannelHost.DataTypes.Hl7v2;

namespace ChannelHost.Tests.DataTypes.Hl7v2;

/// <summary>Short forms for tests of this data type.</summary>
internal static class Hl7
{
    /// <summary>The message of the reference examples.</summary>
    public const string M0 =
        "MSH|^~\\&|APP|FAC|RAPP|RFAC|20240101120000||ADT^A01|MSG1|P|2.5\rPID|1||123^^^HOSP^MR~456^^^OTH^PI||DOE^JOHN^Q||19700101|M\rPV1|1|I\r";

    public static Hl7v2Codec Codec(Hl7v2Options? options = null) => new(new Hl7v2Settings(options ?? new Hl7v2Options()));

    public static IMessageTree Parse(string text, Hl7v2Options? options = null) => Codec(options).Parse(Encoding.UTF8.GetBytes(text));

    public static string Written(this IMessageTree tree) => Encoding.UTF8.GetString(tree.Serialize().Span);

    public static string AsText(this byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>Walks down by element names; creates what is missing as a script that assigns would.</summary>
    public static MessageNode At(this MessageNode node, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (node.FirstChild(name) is { } child)
            {
                node = child;
            }
            else
            {
                var made = MessageNode.NewElement(name);
                node.Append(made);
                node = made;
            }
        }

        return node;
    }

    /// <summary>Asks every node for its children and every leaf for its text.</summary>
    public static int WalkAll(MessageNode node)
    {
        var count = 1;
        foreach (var child in node.Children)
        {
            count += WalkAll(child);
        }

        _ = node.Name;
        return count;
    }
}
