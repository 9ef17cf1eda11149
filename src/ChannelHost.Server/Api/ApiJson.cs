using System.Text.Json;
using System.Text.Json.Serialization;
using ChannelHost.Engine.Deployment;

namespace ChannelHost.Server.Api;

/// <summary>How the API and <c>--json</c> write: camelCase, enums as kebab-case words, prepared by the compiler.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(WordConverter<ChannelCondition>), typeof(WordConverter<MessageStatus>), typeof(WordConverter<QueueMode>), typeof(WordConverter<ProblemSeverity>)])]
[JsonSerializable(typeof(IReadOnlyList<ChannelView>))]
[JsonSerializable(typeof(ChannelView))]
[JsonSerializable(typeof(MessagePage))]
[JsonSerializable(typeof(MessageDetail))]
[JsonSerializable(typeof(IReadOnlyList<VersionView>))]
[JsonSerializable(typeof(VersionDetail))]
[JsonSerializable(typeof(FolderTexts))]
[JsonSerializable(typeof(ChangeOrder))]
[JsonSerializable(typeof(ChangeView))]
[JsonSerializable(typeof(IReadOnlyList<QueueStatus>))]
[JsonSerializable(typeof(QueueChange))]
[JsonSerializable(typeof(OperationOutcome))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(IReadOnlyList<ReplayOutcome>))]
[JsonSerializable(typeof(ReplayOutcome))]
[JsonSerializable(typeof(RepairRequest))]
[JsonSerializable(typeof(IReadOnlyList<RepairOutcome>))]
[JsonSerializable(typeof(EditRequest))]
[JsonSerializable(typeof(CountView))]
[JsonSerializable(typeof(ContentView))]
[JsonSerializable(typeof(ExportRequest))]
[JsonSerializable(typeof(ExportPermit))]
[JsonSerializable(typeof(BackupOrder))]
[JsonSerializable(typeof(BackupView))]
[JsonSerializable(typeof(LiveView))]
[JsonSerializable(typeof(ReadyView))]
[JsonSerializable(typeof(ErrorView))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Writes an enum as the word of the field: <c>running</c>, <c>on-failure</c>.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
