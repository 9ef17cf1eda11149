namespace ChannelHost.Server.Demo.Traffic;

/// <summary>An invented appointment.</summary>
/// <param name="Id">The practice's number for it.</param>
/// <param name="Patient">Who comes.</param>
/// <param name="Start">When, in the practice's own time.</param>
/// <param name="Minutes">For how long.</param>
/// <param name="Doctor">To whom, as HL7 v2 writes a person.</param>
internal sealed record Appointment(string Id, Patient Patient, DateTime Start, int Minutes, string Doctor);
