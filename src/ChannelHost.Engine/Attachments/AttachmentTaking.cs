using System.Text;
using System.Text.RegularExpressions;

namespace ChannelHost.Engine.Attachments;

/// <summary>
/// The channel's <c>attachments:</c> setting, ready for work: takes parts out of a message that was just received, before it is stored, and leaves a token
/// in the place of each. Safe for use by many threads.
/// </summary>
internal sealed class AttachmentTaking
{
    private readonly AttachmentSettings _settings;
    private readonly IMessageCodec _codec;
    private readonly IScriptUnit? _unit;
    private readonly ScriptEnvironment _environment;
    private readonly AttachmentReplacements _inbound;
    private readonly Template _type;
    private readonly (Regex Pattern, Template Type)[] _patterns;
    private readonly TemplateDialect _dialect;

    /// <param name="settings">The setting.</param>
    /// <param name="codec">How messages are read.</param>
    /// <param name="unit">The script; null for the other kinds.</param>
    /// <param name="environment">The channel's.</param>
    /// <exception cref="ConnectorException">A pattern or a media type cannot be read.</exception>
    public AttachmentTaking(AttachmentSettings settings, IMessageCodec codec, IScriptUnit? unit, ScriptEnvironment environment)
    {
        _settings = settings;
        _codec = codec;
        _unit = unit;
        _environment = environment;
        _inbound = new AttachmentReplacements(settings.Inbound);
        _dialect = environment.Compatibility == Compatibility.Mirth ? TemplateDialect.Velocity : TemplateDialect.Strict;
        try
        {
            _type = Template.Parse(settings.Type, _dialect);
            _patterns = [.. settings.Patterns.Select(pattern =>
                (new Regex(pattern.Pattern, RegexOptions.CultureInvariant, environment.Limits.Time), Template.Parse(pattern.Type, _dialect)))];
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException)
        {
            throw new ConnectorException($"attachments: a pattern or a media type cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>Takes a message apart.</summary>
    /// <exception cref="AttachmentException">It cannot be: the message must not be accepted.</exception>
    public TakenAttachments Take(ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, object?> sourceMap, CancellationToken cancellationToken)
    {
        var variables = new TemplateVariables(_environment, new MessageMaps { Source = sourceMap });
        return _settings.Kind switch
        {
            AttachmentKind.Entire => Entire(content, variables),
            AttachmentKind.Regex => Matches(content, variables, cancellationToken),
            _ => Script(content, sourceMap, cancellationToken),
        };
    }

    private TakenAttachments Entire(ReadOnlyMemory<byte> content, TemplateVariables variables)
    {
        var attachment = new Attachment(NewId(), Fill(_type, variables), content);
        return new TakenAttachments(Encoding.ASCII.GetBytes(attachment.Token), [attachment], []);
    }

    private TakenAttachments Matches(ReadOnlyMemory<byte> content, TemplateVariables variables, CancellationToken cancellationToken)
    {
        var begin = _environment.Time.GetTimestamp();
        var text = Decode(content);
        var taken = new List<Attachment>();
        try
        {
            foreach (var (pattern, type) in _patterns)
            {
                text = TakeMatches(text, pattern, type, variables, taken, InTime);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            throw TookTooLong();
        }

        return taken.Count == 0 ? new TakenAttachments(content, [], []) : new TakenAttachments(Encode(text), taken, []);

        // The patterns know the limit of one match only.
        void InTime()
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_environment.Time.GetElapsedTime(begin) > _environment.Limits.Time)
            {
                throw TookTooLong();
            }
        }
    }

    private string TakeMatches(string text, Regex pattern, Template type, TemplateVariables variables, List<Attachment> taken, Action inTime)
    {
        StringBuilder? left = null;
        var from = 0;
        for (var match = pattern.Match(text); match.Success; match = match.NextMatch())
        {
            inTime();

            // The last group is meant; without groups that is the whole match.
            var group = match.Groups[match.Groups.Count - 1];
            if (!group.Success || group.Index < from || string.IsNullOrWhiteSpace(group.Value))
            {
                continue;
            }

            if (taken.Count == AttachmentLimits.Most)
            {
                throw new AttachmentException($"attachments.patterns match more than {AttachmentLimits.Most:N0} times. Make them narrower.");
            }

            var value = _inbound.IsEmpty ? group.Value : _inbound.Apply(group.Value, to => Fill(Template.Parse(to, _dialect), variables));
            var attachment = new Attachment(NewId(), Fill(type, variables), Encoding.UTF8.GetBytes(value));
            taken.Add(attachment);
            left ??= new StringBuilder(text.Length);
            left.Append(text, from, group.Index - from).Append(attachment.Token);
            from = group.Index + group.Length;
        }

        return left?.Append(text, from, text.Length - from).ToString() ?? text;
    }

    private AttachmentException TookTooLong() => new(
        $"attachments.patterns took longer than {_environment.Limits.Time.TotalSeconds:0.###} s on this message (scripts.time). Make the patterns simpler, or raise the limit.");

    private TakenAttachments Script(ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, object?> sourceMap, CancellationToken cancellationToken)
    {
        var collected = new CollectedAttachments();
        var scope = new ScriptScope
        {
            Connector = "source",
            MessageId = 0,
            Content = content,
            Inbound = _codec,
            Outbound = _codec,
            Maps = new MessageMaps { Source = sourceMap },
            ConnectorId = -1,
            Attachments = collected,
        };
        var result = _unit!.Run(scope, cancellationToken);
        if (result.Outcome == ScriptOutcome.Failed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new AttachmentException($"the attachment script failed: {result.Error!.Told}. Correct the script, then send the message again.") { Details = result.Error.ToString() };
        }

        return new TakenAttachments(result.Content, collected.All, scope.StateChanges);
    }

    private static string Fill(Template template, TemplateVariables variables) => template.TryFill(variables, out var text)
        ? text
        : throw new AttachmentException($"attachments need '{text}' for '{template.Source}', and nothing has that name.");

    private string Decode(ReadOnlyMemory<byte> content)
    {
        try
        {
            return _codec.Decode(content);
        }
        catch (MessageFormatException problem)
        {
            throw new AttachmentException($"attachments.patterns are looked for in text, and the message is none: {problem.Message}");
        }
    }

    private ReadOnlyMemory<byte> Encode(string text)
    {
        try
        {
            return _codec.Encode(text);
        }
        catch (MessageFormatException problem)
        {
            throw new AttachmentException($"what attachments.patterns leave of the message cannot be written: {problem.Message}");
        }
    }

    private string NewId() => TemplateVariables.Uuid(_environment.Random).ToString();
}

/// <summary>A message and what was taken out of it.</summary>
/// <param name="Content">The message, with tokens.</param>
/// <param name="Attachments">In order.</param>
/// <param name="StateChanges">What the attachment script changed in <c>globalChannelMap</c>.</param>
internal readonly record struct TakenAttachments(ReadOnlyMemory<byte> Content, IReadOnlyList<Attachment> Attachments, IReadOnlyList<StateChange> StateChanges);
