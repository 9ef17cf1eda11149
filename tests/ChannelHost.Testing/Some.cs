using System.Text;

namespace ChannelHost.Testing;

/// <summary>Messages of all kinds. Everybody in them is invented. Segments end with CR unless a test wants it otherwise.</summary>
public static class Some
{
    /// <summary>A registration of about 1 KB, as a practice sends it.</summary>
    public static byte[] AdtMessage(string controlId = "MSG00001", string trigger = "A04", string mrn = "4711") => Bytes(
        $"MSH|^~\\&|PMS|NORTHCLINIC|EHR|CENTRAL|20260314093000.123+0100||ADT^{trigger}^ADT_A01|{controlId}|P|2.5.1|||AL|NE||UNICODE UTF-8",
        $"EVN|{trigger}|20260314092959|||RECEPT1^Keller^Ines",
        $"PID|1||{mrn}^^^NORTH&1.2.3.4.5&ISO^MR~99-12345^^^HEALTHCO^SN||Brandt^Jonas^Emil^^Dr.^^L~Brandtner^Jonas^^^^^M||19710502|M|||Lindenweg 12^^Falkenau^^09557^DE^H||^PRN^PH^^49^3726^5550123|^WPN^PH^^49^3726^5550177|de|M|PRO|A{mrn}^^^NORTH^AN||||||||||||N",
        "PD1|||North Clinic^^1001|2201^Weidner^Karla^^^Dr.",
        "NK1|1|Brandt^Elsa|SPO|Lindenweg 12^^Falkenau^^09557^DE|^PRN^PH^^49^3726^5550123",
        "PV1|1|O|AMB^R3^^NORTH||||2201^Weidner^Karla^^^Dr.|||GP||||1|||2201^Weidner^Karla^^^Dr.|OP|V20260314-17|SELF||||||||||||||||||||||||20260314093000",
        "AL1|1|DA|70618^Penicillin^RXNORM|MO|Hives|20010101",
        "IN1|1|BASIC|HC01|HealthCo \\T\\ Sons|PO Box 7^^Neustadt^^01844^DE||||||||20250101|||SELF|Brandt^Jonas^Emil|SEL|19710502|Lindenweg 12^^Falkenau^^09557^DE",
        "ZPI|1|VIP^no|note: prefers mornings");

    /// <summary>A laboratory result with numbers, coded values, notes and repetitions.</summary>
    public static byte[] OruMessage(string controlId = "LAB00042") => Bytes(
        $"MSH|^~\\&|LIS|LAB7|EHR|CENTRAL|20260314111500||ORU^R01^ORU_R01|{controlId}|P|2.5.1",
        "PID|1||4711^^^NORTH^MR||Brandt^Jonas",
        "OBR|1|P-881|F-993|24323-8^Comprehensive metabolic panel^LN|||20260314083000|||||||||2201^Weidner^Karla||||||20260314111000||CH|F",
        "OBX|1|NM|2345-7^Glucose^LN||95|mg/dL|70-99|N|||F",
        "OBX|2|NM|2951-2^Sodium^LN||139|mmol/L|136-145|N|||F",
        "OBX|3|ST|5778-6^Color^LN||straw \\T\\ clear||||||F",
        "OBX|4|TX|8251-1^Comment^LN||first line\\.br\\second line~another repetition||||||F",
        "NTE|1|L|Sample slightly \\S\\ haemolysed \\R\\ repeat if in doubt");

    /// <summary>A result with an embedded document.</summary>
    /// <param name="documentBytes">How large the document is before Base64.</param>
    public static byte[] OruWithPdf(int documentBytes = 2_000)
    {
        var document = new byte[documentBytes];
        new Random(17).NextBytes(document);
        "%PDF-1.4\n"u8.CopyTo(document);
        return Bytes(
            "MSH|^~\\&|LIS|LAB7|EHR|CENTRAL|20260314111500||ORU^R01^ORU_R01|PDF0001|P|2.5.1",
            "PID|1||4711^^^NORTH^MR||Brandt^Jonas",
            "OBR|1|P-881|F-994|11502-2^Laboratory report^LN|||20260314083000",
            $"OBX|1|ED|11502-2^Laboratory report^LN||LIS^application^pdf^Base64^{Convert.ToBase64String(document)}||||||F",
            "OBX|2|ST|TITLE||Report of March||||||F");
    }

    /// <summary>A charge.</summary>
    public static byte[] DftMessage(string controlId = "FIN0009") => Bytes(
        $"MSH|^~\\&|PMS|NORTHCLINIC|BILLING|CENTRAL|20260314140000||DFT^P03|{controlId}|P|2.3",
        "EVN|P03|20260314140000",
        "PID|1||4711^^^NORTH^MR||Brandt^Jonas",
        "FT1|1|||20260314|20260314|CG|99213^Office visit||||1|85.00|||||||Z00.0~I10|2201^Weidner^Karla",
        "FT1|2|||20260314|20260314|CG|36415^Venipuncture||||1|12.50");

    /// <summary>An appointment.</summary>
    public static byte[] SiuMessage(string controlId = "SCH0100") => Bytes(
        $"MSH|^~\\&|SCHED|NORTHCLINIC|EHR|CENTRAL|20260314150000||SIU^S12^SIU_S12|{controlId}|P|2.4",
        "SCH|APT-1^SCHED|APT-1^SCHED|||||ROUTINE^Routine visit|FOLLOWUP||30|MIN^Minutes|^^^20260320090000^20260320093000",
        "PID|1||4711^^^NORTH^MR||Brandt^Jonas",
        "RGS|1|A",
        "AIP|1|A|2201^Weidner^Karla|GP||20260320090000|||30|MIN");

    /// <summary>A document with formatted text.</summary>
    public static byte[] MdmMessage(string controlId = "DOC0005") => Bytes(
        $"MSH|^~\\&|DICT|NORTHCLINIC|EHR|CENTRAL|20260314160000||MDM^T02^MDM_T02|{controlId}|P|2.5",
        "EVN|T02|20260314160000",
        "PID|1||4711^^^NORTH^MR||Brandt^Jonas",
        "TXA|1|CN|TX|20260314155000||||||2201^Weidner^Karla|DOC-77||||||AU",
        "OBX|1|FT|18842-5^Summary^LN||\\H\\Findings\\N\\\\.sp\\Blood pressure 120\\S\\80\\.br\\Weight 81 kg \\X0D\\done||||||F");

    /// <summary>A file of several messages with file and batch headers.</summary>
    public static byte[] Batch(int messages = 3)
    {
        var all = new StringBuilder("FHS|^~\\&|PMS|NORTHCLINIC|||20260314||nightly||FILE77\rBHS|^~\\&|PMS|NORTHCLINIC|||20260314||||BATCH9\r");
        for (var i = 1; i <= messages; i++)
        {
            all.Append(Encoding.UTF8.GetString(AdtMessage($"B{i:D4}", mrn: $"{5000 + i}")));
        }

        return Encoding.UTF8.GetBytes(all.Append($"BTS|{messages}\rFTS|1\r").ToString());
    }

    /// <summary>Other delimiters than anybody uses.</summary>
    public static byte[] CustomDelimiters() => Bytes("MSH#*@!%#A#B*C###20260314##ADT*A08#CD1#P#2.3", "PID#1##123***H%1.2%ISO*MR@77***X#", "NTE#1##5 | 3 ^ 2 & 1 ~ \\ !F! end");

    /// <summary>Every message above, by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Messages => new Dictionary<string, byte[]>
    {
        ["adt"] = AdtMessage(),
        ["oru"] = OruMessage(),
        ["pdf"] = OruWithPdf(),
        ["dft"] = DftMessage(),
        ["siu"] = SiuMessage(),
        ["mdm"] = MdmMessage(),
        ["batch"] = Batch(),
        ["delimiters"] = CustomDelimiters(),
        ["truncation"] = Bytes("MSH|^~\\&#|A|B||||||T1|P|2.7", "PID|1||cut#|x"),
        ["short-encoding"] = Bytes("MSH|^~|A|B", "PID|||1^2&3~4"),
        ["no-escape"] = Bytes("MSH|^~&|A|B", "PID|||1^2&3~4"),
        ["empties"] = Bytes("MSH|^~\\&|A|B||", "PID|1|||^JOHN^|a~~b|~|&|^|", "NTE|1|", "ZZZ", "PV1|\"\"|^\"\"&\"\"^~|||"),
        ["lf"] = Encoding.UTF8.GetBytes("MSH|^~\\&|A\nPID|1\nNTE|1"),
        ["crlf"] = Encoding.UTF8.GetBytes("MSH|^~\\&|A\r\nPID|1\r\n\r\nNTE|1\r\n"),
        ["mixed-ends"] = Encoding.UTF8.GetBytes("MSH|^~\\&|A\r\nPID|1\rNTE|1\n\n\rPV1|1\r \t\rZZ9|x"),
        ["bom"] = [0xEF, 0xBB, 0xBF, .. "MSH|^~\\&|A|Größe\rPID|1\r"u8],
        ["framed"] = [0x0B, .. "MSH|^~\\&|A\rPID|1\r"u8, 0x1C, 0x0D],
        ["blanks"] = Encoding.UTF8.GetBytes("\r\n  MSH|^~\\&| A |B  \rPID|  | x ^ y |  \r\n "),
        ["latin1"] = Encoding.Latin1.GetBytes("MSH|^~\\&|A|Größe||||||L1|P|2.5||||||8859/1\rPID|1||Jürgen^Möß\r"),
        ["utf8"] = Encoding.UTF8.GetBytes("MSH|^~\\&|A|B||||||U1|P|2.5||||||UNICODE UTF-8\rPID|1||Ærø^Ōsaka^日本^😀\r"),
        ["utf16"] = Encoding.Unicode.GetBytes("\uFEFFMSH|^~\\&|A|Größe||||||W1|P|2.5\rPID|1||日本\r"),
        ["odd-lines"] = Encoding.UTF8.GetBytes("MSH|^~\\&|A\rOBX|1|TX|||first\nsecond line without a name\n|starts with a separator\n lead|x\rPID|1"),
    };

    private static byte[] Bytes(params ReadOnlySpan<string> segments)
    {
        var text = new StringBuilder();
        foreach (var segment in segments)
        {
            text.Append(segment).Append('\r');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
