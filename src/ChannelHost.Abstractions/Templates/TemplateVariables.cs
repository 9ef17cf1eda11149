using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChannelHost.Abstractions;

/// <summary>
/// What templates find: first the maps, in the order in which scripts look (<c>$('name')</c>), then what <see cref="Own"/> knows, then what is always there:
/// <c>message</c>, <c>date</c>, <c>maps</c>, <c>channelId</c>, <c>channelName</c>, <c>UUID</c>, <c>SYSTIME</c>, <c>DATE</c>, <c>COUNT</c>, <c>HASH</c>,
/// <c>XmlUtil</c>, <c>JsonUtil</c>. Not safe for use by two threads at once.
/// </summary>
/// <param name="environment">The channel's maps, clock and chance.</param>
/// <param name="maps">The message's; null where there is no message: a setting that is read at deploy.</param>
public sealed class TemplateVariables(ScriptEnvironment environment, MessageMaps? maps) : IVariableLookup
{
    private MessageMembers? _message;

    /// <summary>The message as scripts see it, made when first asked for; null where there is none.</summary>
    public Func<MessageSnapshot>? Snapshot { get; init; }

    /// <summary>Which part of <see cref="Snapshot"/> it is for: 0 the source, else the destination's number.</summary>
    public int ConnectorId { get; init; }

    /// <summary>More names; null for none.</summary>
    public Func<string, object?>? Own { get; init; }

    /// <summary>The next number of <c>COUNT</c>; null where nobody counts.</summary>
    public Func<long>? Count { get; init; }

    private TemplateDialect Dialect => environment.Compatibility == Compatibility.Mirth ? TemplateDialect.Velocity : TemplateDialect.Strict;

    /// <inheritdoc/>
    public string? Find(string name) => ValueText.Of(FindValue(name), Dialect);

    /// <inheritdoc/>
    public object? FindValue(string name) => FromMaps(name) ?? Own?.Invoke(name) ?? Always(name);

    private object? FromMaps(string name)
    {
        if ((maps is not null
                && (maps.Response.TryGet(name, out var value)
                    || maps.Connector.TryGet(name, out value)
                    || maps.Channel.TryGet(name, out value)
                    || maps.Source.TryGetValue(name, out value)))
            || environment.GlobalChannelMap.TryGet(name, out value)
            || environment.GlobalMap.TryGet(name, out value))
        {
            return value;
        }

        return environment.ConfigurationMap.TryGetValue(name, out var setting) ? setting : null;
    }

    private object? Always(string name) => name switch
    {
        "message" => Message,
        "date" => new DateMembers(environment.Time),
        "maps" => new MapsMembers(environment, maps),
        "channelId" => environment.ChannelId ?? environment.Channel,
        "channelName" => environment.Channel,
        "UUID" => Uuid(environment.Random).ToString(),
        "SYSTIME" => environment.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        "DATE" => new DateMembers(environment.Time).Format("dd-MM-yy_HH-mm-ss.SS", environment.Time.GetUtcNow()),
        "COUNT" => Count?.Invoke(),
        "HASH" => Hash(),
        "XmlUtil" => new TextMembers(isXml: true),
        "JsonUtil" => new TextMembers(isXml: false),
        "originalFilename" when environment.Compatibility == Compatibility.Mirth => $"{environment.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}.dat",
        _ => null,
    };

    private MessageMembers? Message => _message ??= Snapshot is null ? null : new MessageMembers(Snapshot, ConnectorId);

    private string? Hash() =>
        Message?.Part is { } part && (part.Encoded ?? part.Raw) is { } text ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) : null;

    /// <summary>A UUID by chance; by the row of a golden case where there is one.</summary>
    public static Guid Uuid(Random? random)
    {
        if (random is null)
        {
            return Guid.NewGuid();
        }

        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
