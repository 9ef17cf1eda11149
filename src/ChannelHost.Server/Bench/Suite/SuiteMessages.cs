using System.Globalization;
using System.Text;

namespace ChannelHost.Server.Bench.Suite;

/// <summary>The messages of the suite and what its channels do with them. Synthetic: no name, number or place is anybody's.</summary>
internal static class SuiteMessages
{
    /// <summary>What a typical transformer does with an ADT: ten fields read, six written, maps filled.</summary>
    public const string AdtTransform = """
        var mrn = msg.get('PID-3.1');
        var family = msg.get('PID-5.1');
        var given = msg.get('PID-5.2');
        var born = msg.get('PID-7');
        var sex = msg.get('PID-8');
        var ward = msg.get('PV1-3.1');
        var visit = msg.get('PV1-19.1');
        var event = msg.get('MSH-9.2');
        var sender = msg.get('MSH-3');
        var phone = msg.get('PID-13.1');

        msg.set('MSH-5', 'EHR');
        msg.set('MSH-6', 'MAIN');
        msg.set('PID-5.1', family.toUpperCase());
        msg.set('PID-5.2', given.toUpperCase());
        msg.set('PID-8', sex === 'M' ? 'M' : sex === 'F' ? 'F' : 'U');
        msg.set('PID-13.1', phone.replace(/[^0-9+]/g, ''));

        channelMap.put('mrn', mrn);
        channelMap.put('born', born);
        channelMap.put('visit', ward + '/' + visit);
        channelMap.put('event', event);
        connectorMap.put('sender', sender);
        """;

    /// <summary>What imported scripts do with an ORU: a loop over all OBX in E4X, with fields read and written in each.</summary>
    public const string OruTransform = """
        var abnormal = 0, sum = 0, text = '';
        for each (var obx in msg..OBX) {
          var value = Number(obx['OBX.5']['OBX.5.1'].toString());
          if (obx['OBX.8']['OBX.8.1'] != 'N') {
            abnormal++;
            text += obx['OBX.3']['OBX.3.2'] + ';';
          }
          sum += value;
          obx['OBX.11']['OBX.11.1'] = 'F';
        }
        msg['MSH']['MSH.5']['MSH.5.1'] = 'EHR';
        channelMap.put('mrn', msg['PID']['PID.3']['PID.3.1'].toString());
        channelMap.put('abnormal', abnormal);
        channelMap.put('mean', sum / 20);
        channelMap.put('text', text);
        """;

    /// <summary>An ADT of about 1 KB, with <see cref="BenchChannels.ControlIdPlace"/> as its control id.</summary>
    public static byte[] Adt(string controlId = BenchChannels.ControlIdPlace) => Encoding.ASCII.GetBytes(
        $"MSH|^~\\&|PMS|NORTH|EHR|CLINIC|20260102030405||ADT^A08^ADT_A01|{controlId}|P|2.5.1\r"
        + "EVN|A08|20260102030405|||OPER12^Probe^Paula\r"
        + "PID|1||4711^^^NORTH^MR~9912345678^^^NATION^NI||Muster^Erika^Maria^^Dr.||19640812|F|||Teststrasse 12^^Musterstadt^^12345^DE||+49 (30) 555-0100^PRN^PH~+49 (170) 555-0101^ORN^CP||DE|M|EVC|ACC887766^^^NORTH^AN||||Musterstadt\r"
        + "PD1||||DOC0815^Hausarzt^Hanna^^^Dr.\r"
        + "NK1|1|Muster^Max^Moritz|SPO^Spouse^HL70063|Teststrasse 12^^Musterstadt^^12345^DE|+49 (30) 555-0102||EC^Emergency contact\r"
        + "NK1|2|Beispiel^Berta|MTH^Mother^HL70063|Beispielweg 3^^Musterstadt^^12345^DE|+49 (30) 555-0103\r"
        + "PV1|1|I|WARD3^12^A^NORTH|R|||DOC12^Probe^Paula^^^Dr.|DOC13^Test^Theo^^^Dr.||MED||||1|||DOC12^Probe^Paula^^^Dr.|IN|V1002003^^^NORTH^VN|STAT|||||||||||||||||||||NORTH||ADM|||20260101221500\r"
        + "IN1|1|PLAN7^Standard plan|INS4711|Invented Insurance AG|Kassenplatz 1^^Musterstadt^^12345^DE|||GRP12||||20250101|||1|Muster^Erika|SEL|19640812\r"
        + "AL1|1|DA|PEN^Penicillin^L|SV|Rash\r"
        + "DG1|1||I10^Essential hypertension^I10|||A\r");

    /// <summary>An ORU of about 3 KB with twenty results.</summary>
    public static byte[] Oru()
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"MSH|^~\\&|LAB|NORTH|PMS|CLINIC|20260102030405||ORU^R01^ORU_R01|{BenchChannels.ControlIdPlace}|P|2.5.1\r")
            .Append("PID|1||4711^^^NORTH^MR~9912345678^^^NATION^NI||Muster^Erika^Maria||19640812|F|||Teststrasse 12^^Musterstadt^^12345^DE||+49 30 5550100|||M\r")
            .Append("PV1|1|O|AMB^1^A|||||||||||||||||V1002003\r")
            .Append("ORC|RE|ORD778899^PMS|FIL112233^LAB||CM||||20260102010000|||DOC12^Probe^Paula\r")
            .Append("OBR|1|ORD778899^PMS|FIL112233^LAB|24323-8^Comprehensive metabolic panel^LN|||20260102020000|||||||||DOC12^Probe^Paula||||||20260102030000||CH|F\r");
        for (var at = 1; at <= 20; at++)
        {
            text.Append(CultureInfo.InvariantCulture, $"OBX|{at}|NM|{2000 + at}-1^Analyte number {at} in serum or plasma^LN^LAB{at:D4}^Local analyte {at}^L||{at * 3.5:0.0}|mmol/L^millimole per litre^UCUM|1.0-80.0|{(at % 7 == 0 ? "H" : "N")}|||P|||20260102021500||TECH{at:D2}^Probe^Peter\r");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>What a file of the SFTP line holds: 2 KB.</summary>
    public static byte[] File(int number)
    {
        var message = Adt(string.Create(CultureInfo.InvariantCulture, $"FILE{number:D15}"));
        var note = "NTE|1||"u8;
        return [.. message, .. note, .. Enumerable.Repeat((byte)'x', 2048 - message.Length - note.Length - 1), (byte)'\r'];
    }
}
