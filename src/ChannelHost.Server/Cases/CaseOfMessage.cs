using System.Globalization;
using System.Text.Json;
using ChannelHost.Engine.Cases;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Cases;

/// <summary>Makes a case of a stored message: what came in, when and from where, and what partners answered where that matters for what comes after.</summary>
internal sealed class CaseOfMessage(ChannelDefinition definition, ContentView stored)
{
    private readonly IMessageCodec _codec = Codec(definition.Source.DataType);

    /// <summary>The case, without an expectation.</summary>
    /// <param name="name">Its name; null for one made of the kind of message and its id.</param>
    /// <param name="masks">True: invented values for what says who the patient is.</param>
    /// <exception cref="CommandFailure">The content is gone, or cannot be masked.</exception>
    public ChannelCase Make(string? name, bool masks)
    {
        if (stored.Raw is not { } raw)
        {
            throw new CommandFailure(ExitCode.Problems, "the content of this message is not kept any more");
        }

        var mask = masks ? PatientMask.Of(_codec, raw) : null;
        var content = mask?.Content ?? raw;
        name ??= DefaultName();
        return new ChannelCase
        {
            Channel = definition.Name,
            Name = name,
            File = $"{definition.Name}/cases/{name}.{ContentKind.Extension(_codec.DataType, content)}",
            Input = _codec.ToText(content),
            Settings = new CaseSettings
            {
                Clock = stored.Message.ReceivedAt,
                MessageId = stored.Message.Id,
                SourceMap = SourceMap(mask),
                Answers = Answers(mask),
            },
        };
    }

    /// <summary>An expectation with what was really sent in the place of what would be sent now.</summary>
    public static CaseExpectation AsSent(ChannelDefinition definition, CaseExpectation now, ContentView stored)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(now.Files, StringComparer.Ordinal);
        foreach (var destination in definition.Destinations)
        {
            var file = now.Files.Keys.FirstOrDefault(name => name.StartsWith(destination.Name + ".", StringComparison.Ordinal));
            if (file is not null && stored.Sent.TryGetValue(destination.Name, out var sent))
            {
                files[file] = Codec(destination.DataType).ToText(sent);
            }
        }

        return new CaseExpectation { Files = files };
    }

    private string DefaultName()
    {
        var kind = new string([.. (stored.Message.MessageType ?? stored.Message.DataType).ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-')]);
        return string.Create(CultureInfo.InvariantCulture, $"{kind}-{stored.Message.Id}");
    }

    // An answer is part of the case where something is made of it, or where it was no confirmation.
    private Dictionary<string, CaseAnswer> Answers(PatientMask? mask)
    {
        var answers = new Dictionary<string, CaseAnswer>(StringComparer.Ordinal);
        foreach (var delivery in stored.Message.Destinations)
        {
            if (definition.Destinations.FirstOrDefault(candidate => candidate.Name == delivery.Name) is not { Connector.StandIn: CaseStandIn.Partner } destination
                || !stored.Responses.TryGetValue(delivery.Name, out var response))
            {
                continue;
            }

            if (destination.ResponseTransformer is not null || definition.Source.Acknowledge.Destination == delivery.Name || delivery.Status != MessageStatus.Sent)
            {
                answers[delivery.Name] = new CaseAnswer { Content = Codec(destination.DataType).ToText(mask is null ? response : mask.Applied(response)) };
            }
        }

        return answers;
    }

    private Dictionary<string, object?> SourceMap(PatientMask? mask)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in stored.SourceMap ?? [])
        {
            map[key] = value?.GetValueKind() switch
            {
                JsonValueKind.String => mask is null ? value.GetValue<string>() : mask.Applied(value.GetValue<string>()),
                JsonValueKind.Number => value.GetValue<double>(),
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            };
        }

        return map;
    }

    private static IMessageCodec Codec(DataTypeChoice choice) => choice.DataType.CreateCodec(choice.Options);
}
