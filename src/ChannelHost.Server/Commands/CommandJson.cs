using System.Text.Json.Serialization;
using ChannelHost.Server.Bench;
using ChannelHost.Server.Sending;

namespace ChannelHost.Server.Commands;

/// <summary>How commands write with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SendReport))]
[JsonSerializable(typeof(ValidationReport))]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class CommandJson : JsonSerializerContext;
