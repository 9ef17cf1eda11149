using System.Text;
using System.Text.Json;
using ChannelHost.Server.Demo.Traffic;
using ChannelHost.Server.Sending;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Server.Demo.Traffic;

public sealed class InventedClinicTests
{
    private static readonly TrafficLine[] Lines = Enum.GetValues<TrafficLine>();

    [Fact]
    public void SameSeed_TellsTheSameStory()
    {
        var (one, other) = (Clinic(seed: 7), Clinic(seed: 7));

        foreach (var line in Enumerable.Range(0, 200).Select(at => Lines[at % Lines.Length]))
        {
            Assert.Equal(one.Next(line).Content.ToArray(), other.Next(line).Content.ToArray());
        }
    }

    [Fact]
    public void WithoutFaults_NothingIsBad()
    {
        var clinic = Clinic(withBad: false);

        for (var at = 0; at < 500; at++)
        {
            var registration = clinic.Next(TrafficLine.Registrations).Content.Span;
            Assert.Contains(Er7Text.Field(registration, "EVN"u8, 1), new[] { "A04", "A08", "A31", "A40" });
            Assert.NotEqual("", Er7Text.Field(registration, "PID"u8, 3));
            Assert.NotNull(Er7Text.Field(clinic.Next(TrafficLine.Charges).Content.Span, "FT1"u8, 1));
            Assert.DoesNotContain("Ragged", TextOf(clinic.Next(TrafficLine.PatientLists)), StringComparison.Ordinal);
            Assert.DoesNotContain("\"mrn\":null", TextOf(clinic.Next(TrafficLine.Forms)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WithFaults_EveryKindOfBadMessageComes()
    {
        var clinic = Clinic();
        var registrations = Take(clinic, TrafficLine.Registrations);

        Assert.Contains(registrations, item => Er7Text.Field(item.Content.Span, "EVN"u8, 1) == "A99");
        Assert.Contains(registrations, item => Er7Text.Field(item.Content.Span, "PID"u8, 3) == "");
        Assert.Contains(Take(clinic, TrafficLine.Appointments), item => TextOf(item).Contains("SIU^S17", StringComparison.Ordinal));
        Assert.Contains(Take(clinic, TrafficLine.Charges), item => Er7Text.Field(item.Content.Span, "FT1"u8, 1) is null);
        Assert.Contains(Take(clinic, TrafficLine.Forms), item => TextOf(item).Contains("\"mrn\":null", StringComparison.Ordinal));
        Assert.Contains(Take(clinic, TrafficLine.PatientLists), item => TextOf(item).Contains("29999,Ragged,Row", StringComparison.Ordinal));
    }

    [Fact]
    public void Hl7Messages_AreReadAndWrittenByteForByte()
    {
        var codec = ChannelHost.Server.HostSetup.Hl7Codec;
        var clinic = Clinic();

        foreach (var line in new[] { TrafficLine.Registrations, TrafficLine.LabResults, TrafficLine.Appointments, TrafficLine.Charges, TrafficLine.Results })
        {
            var item = clinic.Next(line);

            Assert.Equal(item.Content.ToArray(), codec.Encode(codec.Decode(item.Content)).ToArray());
            Assert.NotNull(codec.Describe(item.Content).ControlId);
        }
    }

    [Fact]
    public void ControlIds_AreNeverGivenTwice()
    {
        var clock = new FakeTimeProvider();
        var first = Ids(new InventedClinic(1, withBad: true, clock));
        clock.Advance(TimeSpan.FromSeconds(2));
        var second = Ids(new InventedClinic(1, withBad: true, clock));

        Assert.Equal(400, first.Concat(second).Distinct().Count());
    }

    [Fact]
    public void Appointments_AreBookedBeforeTheyAreChanged()
    {
        var booked = new HashSet<string>();

        foreach (var item in Take(Clinic(withBad: false), TrafficLine.Appointments))
        {
            var id = Er7Text.Field(item.Content.Span, "SCH"u8, 1)!;
            Assert.NotEqual(TextOf(item).Contains("SIU^S12^", StringComparison.Ordinal), booked.Contains(id));
            booked.Add(id);
        }
    }

    [Fact]
    public void Forms_AreJson()
    {
        using var form = JsonDocument.Parse(Clinic().Next(TrafficLine.Forms).Content);

        Assert.Equal(3, form.RootElement.GetProperty("answers").GetArrayLength());
    }

    private static InventedClinic Clinic(int seed = 1, bool withBad = true) => new(seed, withBad, new FakeTimeProvider());

    private static List<TrafficItem> Take(InventedClinic clinic, TrafficLine line) => [.. Enumerable.Range(0, 400).Select(_ => clinic.Next(line))];

    private static List<string?> Ids(InventedClinic clinic) =>
        [.. Enumerable.Range(0, 200).Select(_ => Er7Text.Field(clinic.Next(TrafficLine.Registrations).Content.Span, "MSH"u8, 10))];

    private static string TextOf(TrafficItem item) => Encoding.UTF8.GetString(item.Content.Span);
}
