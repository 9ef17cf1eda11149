using System.Text.Json;
using System.Text.Json.Serialization;
using ChannelHost.Storage.Files;

namespace ChannelHost.Storage.Audit;

/// <summary>
/// The record of what people did to the host: one line of JSON for each event in <c>audit.jsonl</c>, on stable storage before the call returns. Lines are
/// added with one write each, so that the host and a command may both write.
/// </summary>
/// <param name="dataFolder">The data folder.</param>
/// <param name="time">The clock.</param>
public sealed class AuditFile(string dataFolder, TimeProvider time)
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "audit.jsonl";

    private readonly Lock _lock = new();

    /// <summary>Adds an event.</summary>
    /// <param name="who">The person.</param>
    /// <param name="action">What: <c>version</c>, <c>deploy-forced</c>, <c>restore</c>, <c>secret-set</c>, <c>secret-removed</c>, <c>secrets-rotated</c>, <c>queue-retry</c> and its like, <c>replay</c>, <c>export</c>, <c>content</c>, <c>backup</c>, <c>backup-restored</c>.</param>
    /// <param name="subject">The channel or secret.</param>
    /// <param name="why">What they said.</param>
    /// <param name="outcome"><c>asked</c> before it is done; then what came of it.</param>
    /// <exception cref="IOException">It could not be stored; then what it is about must not be done.</exception>
    public void Write(string who, string action, string subject, string why, string outcome)
    {
        var entry = new AuditEntry(time.GetUtcNow(), who, action, subject, why, outcome);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, AuditJson.Default.AuditEntry), (byte)'\n'];
        lock (_lock)
        {
            DurableFiles.AppendPrivate(Path.Combine(dataFolder, Name), line);
        }
    }
}

/// <summary>An event.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Who">The person.</param>
/// <param name="Action">What.</param>
/// <param name="Subject">The channel or secret.</param>
/// <param name="Why">What they said.</param>
/// <param name="Outcome">What came of it.</param>
internal sealed record AuditEntry(DateTimeOffset At, string Who, string Action, string Subject, string Why, string Outcome);

/// <summary>How events are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
