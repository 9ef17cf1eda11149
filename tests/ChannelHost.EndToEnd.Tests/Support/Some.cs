using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>Messages on invented people.</summary>
internal static class Some
{
    /// <summary>An ADT^A04 whose body follows from its control id.</summary>
    public static byte[] Adt(string controlId, int seed = 0)
    {
        var random = new Random(seed);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"MSH|^~\\&|PMS|PRACTICE|EHR|CLINIC|20260102030405||ADT^A04|{controlId}|P|2.5.1\r")
            .Append("EVN|A04|20260102030405\r")
            .Append(CultureInfo.InvariantCulture, $"PID|1||{random.Next(100_000, 999_999)}^^^PRACTICE^MR||Muster^Person{random.Next(1000)}||19{random.Next(30, 99)}0101|F\r")
            .Append("PV1|1|O\r");
        for (var at = random.Next(1, 8); at > 0; at--)
        {
            text.Append(CultureInfo.InvariantCulture, $"NTE|{at}||{Convert.ToHexString(BitConverter.GetBytes(random.NextInt64()))}\r");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Names a body.</summary>
    public static string Hash(ReadOnlySpan<byte> body) => Convert.ToHexString(SHA256.HashData(body));
}
