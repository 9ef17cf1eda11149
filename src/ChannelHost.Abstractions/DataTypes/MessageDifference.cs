namespace ChannelHost.Abstractions;

/// <summary>One place where two messages differ in meaning.</summary>
/// <param name="Path">Where, in the words of the data type: <c>PID-5.1</c>, <c>OBX[2]-5</c>, <c>/patient/name</c>, <c>line 3, column mrn</c>, <c>byte 17</c>.</param>
/// <param name="Label">What people call it (<c>family name</c>); null when it has no name.</param>
/// <param name="Expected">What was wanted; null when nothing was.</param>
/// <param name="Actual">What came; null when nothing did.</param>
public sealed record MessageDifference(string Path, string? Label, string? Expected, string? Actual);
