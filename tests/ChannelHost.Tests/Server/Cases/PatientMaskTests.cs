using System.Text;
using ChannelHost.Server;
using ChannelHost.Server.Cases;

namespace ChannelHost.Tests.Server.Cases;

/// <summary>Invented values take the place of what says who the patient is, and of nothing else.</summary>
public sealed class PatientMaskTests
{
    private const string Message =
        "MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08|C1|P|2.5.1\r" +
        "PID|1||4711^^^CLINIC^MR~0815^^^REGION^PI||Quill^Marta^B~Stone^Marta||19740312|F|||12 Harbour Lane^^Eastbrook^^40217||555-0101|||||A-7001|123-45-6789\r" +
        "NK1|1|Quill^Ada|SPO^Spouse\rOBX|1|NM|718-7^Hemoglobin^LN||13.1|g/dL\r";

    [Fact]
    public void Fields_AreReplacedTheSameEverywhereAndTheRestStays()
    {
        var masked = Encoding.UTF8.GetString(PatientMask.Of(HostSetup.Hl7Codec, Encoding.UTF8.GetBytes(Message)).Content.Span);

        Assert.Equal(
            "MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08|C1|P|2.5.1\r" +
            "PID|1||900001^^^CLINIC^MR~900002^^^REGION^PI||FamilyA^GivenA^GivenB~FamilyB^GivenA||19700201|F|||1 Invented Street^^TownA^^10001||555-1001|||||900003|99000001\r" +
            "NK1|1|FamilyA^GivenC|SPO^Spouse\rOBX|1|NM|718-7^Hemoglobin^LN||13.1|g/dL\r",
            masked);
    }

    [Fact]
    public void TextsBesideTheMessage_LoseTheSameValues()
    {
        var mask = PatientMask.Of(HostSetup.Hl7Codec, Encoding.UTF8.GetBytes(Message));

        Assert.Equal("FamilyA_GivenA-900001.hl7", mask.Applied("Quill_Marta-4711.hl7"));
        Assert.Equal("MSA|AR|C1|unknown FamilyA", Encoding.UTF8.GetString(mask.Applied("MSA|AR|C1|unknown Quill"u8.ToArray()).Span));
    }

    [Fact]
    public void NoMessage_IsRefusedAndNotCopied() =>
        Assert.Throws<CommandFailure>(() => PatientMask.Of(HostSetup.Hl7Codec, "not HL7"u8.ToArray()));
}
