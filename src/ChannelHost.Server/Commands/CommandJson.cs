using System.Text.Json.Serialization;
using ChannelHost.Server.Bench;
using ChannelHost.Server.Sending;
using ChannelHost.Storage;

namespace ChannelHost.Server.Commands;

/// <summary>How commands write with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(Api.WordConverter<ProblemSeverity>), typeof(Api.WordConverter<Bench.Suite.SuiteVerdict>)])]
[JsonSerializable(typeof(SendReport))]
[JsonSerializable(typeof(ValidationReport))]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(Api.BackupView))]
[JsonSerializable(typeof(RestoreView))]
[JsonSerializable(typeof(ArchiveImportOutcome))]
[JsonSerializable(typeof(IReadOnlyList<ArchiveFileSummary>))]
[JsonSerializable(typeof(Cases.TestReport))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(Bench.Suite.SuiteReport))]
[JsonSerializable(typeof(IReadOnlyList<SecretListing>))]
internal sealed partial class CommandJson : JsonSerializerContext;
