using System.Text.Json.Serialization;
using ChannelHost.Server.Cases;

namespace ChannelHost.Server.Importing;

/// <summary>A proof as JSON.</summary>
/// <param name="Equal">Messages that are as in the export.</param>
/// <param name="Different">Messages that are not.</param>
/// <param name="NotReplayed">Messages that could not be replayed.</param>
/// <param name="NotCompared">What the proof says nothing about.</param>
/// <param name="Messages">Each of them.</param>
internal sealed record ReplaySummary(int Equal, int Different, int NotReplayed, string NotCompared, IReadOnlyList<ReplayLine> Messages);

/// <summary>One replayed message.</summary>
/// <param name="Id">Its id in the export.</param>
/// <param name="Place">Where it stands there.</param>
/// <param name="Channel">The channel it went through.</param>
/// <param name="Problem">Why it could not be replayed.</param>
/// <param name="Parts">Source, destinations and response.</param>
/// <param name="Differences">What is not as in the export.</param>
internal sealed record ReplayLine(
    long Id, string Place, string? Channel, string? Problem, IReadOnlyList<ReplaySubject> Parts, IReadOnlyList<DifferenceView> Differences);

/// <summary>Whether one part is as in the export.</summary>
internal sealed record ReplaySubject(string Part, bool IsEqual);

/// <summary>How proofs are written: names as in all our JSON, nothing for null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplaySummary))]
internal sealed partial class ReplayJson : JsonSerializerContext;
