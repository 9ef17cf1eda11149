using System.CommandLine;
using System.Globalization;
using System.Text;
using ChannelHost.Server.Api;

namespace ChannelHost.Server.Commands;

/// <summary>The options by which commands choose messages: <c>messages</c>, <c>replay</c> and <c>export</c> share them.</summary>
internal sealed class MessageFilter
{
    private readonly Option<string?> _status = new("--status") { Description = "Only messages of this status, at the source or, with --destination, there: received, filtered, transformed, sent, queued, pending, error, dead-letter, dropped.", HelpName = "STATUS" };
    private readonly Option<string?> _controlId = new("--control-id") { Description = "Only messages with the sender's id (MSH-10).", HelpName = "ID" };
    private readonly Option<string?> _metadata = new("--metadata") { Description = "Only messages with this indexed value.", HelpName = "NAME=VALUE" };
    private readonly Option<string?> _from = new("--from") { Description = "Only messages received at this time or later: 2026-11-22, 2026-11-22T08:00, or with a zone; local time otherwise.", HelpName = "TIME" };
    private readonly Option<string?> _to = new("--to") { Description = "Only messages received before this time.", HelpName = "TIME" };
    private readonly Option<string?> _text = new("--text") { Description = "Only messages in whose received content, or error at the source, this text stands. Looks through all of them.", HelpName = "TEXT" };
    private readonly Option<long?> _batch = new("--batch") { Description = "Only the parts of the batch that began with this message.", HelpName = "ID" };
    private readonly Option<long?> _replayOf = new("--replay-of") { Description = "Only messages that were made from this one again.", HelpName = "ID" };

    private readonly Option<long?> _duplicateOf = new("--duplicate-of") { Description = "Only copies of this message.", HelpName = "ID" };
    private readonly Option<int?> _attempts = new("--attempts") { Description = "Only messages for which at least so many attempts were made at a destination.", HelpName = "N" };
    private readonly Option<bool> _reattempted = new("--reattempted") { Description = "Only messages that were tried again after an attempt of uncertain outcome." };
    private readonly Option<string?> _error = new("--error-contains") { Description = "Only messages in whose error, at the source or a destination, this text stands.", HelpName = "TEXT" };

    /// <summary>With <c>--destination</c> as a filter.</summary>
    public Option<string?> Destination { get; } = new("--destination") { Description = "Only messages that go there.", HelpName = "NAME" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all = [_status, Destination, _controlId, _metadata, _from, _to, _text, _error, _attempts, _reattempted, _batch, _replayOf, _duplicateOf];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    /// <summary>True when anything but the destination is chosen by.</summary>
    public bool ChoosesMessages(ParseResult parsed) => Pairs(parsed).Any(pair => pair is { Name: not "destination", Value: not null });

    /// <summary>True when a status is given.</summary>
    public bool HasStatus(ParseResult parsed) => parsed.GetValue(_status) is not null;

    /// <summary>The path of a page in the API.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="before">The next page.</param>
    /// <param name="endedAs">Only those that ended so at a destination; null for any.</param>
    /// <exception cref="CommandFailure">A time cannot be read.</exception>
    public string Path(ParseResult parsed, string channel, int count, long? before, string? endedAs = null)
    {
        var path = new StringBuilder(HostClient.PathOf(channel)).Append(CultureInfo.InvariantCulture, $"/messages?count={count}");
        foreach (var (name, value) in Pairs(parsed).Append(("before", before?.ToString(CultureInfo.InvariantCulture))).Append(("destinationStatus", endedAs)))
        {
            if (value is not null)
            {
                path.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return path.ToString();
    }

    /// <summary>All that are chosen, newest first, page by page.</summary>
    public IAsyncEnumerable<MessageView> ReadAllAsync(ParseResult parsed, HostClient client, string channel, CancellationToken cancellationToken) =>
        ReadAllAsync(parsed, client, channel, null, cancellationToken);

    /// <summary>As <see cref="ReadAllAsync(ParseResult, HostClient, string, CancellationToken)"/>, of those that ended so at a destination; null for any.</summary>
    public async IAsyncEnumerable<MessageView> ReadAllAsync(
        ParseResult parsed, HostClient client, string channel, string? endedAs, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? before = null;
        do
        {
            var page = await client.GetAsync(Path(parsed, channel, 1_000, before, endedAs), ApiJson.Default.MessagePage, cancellationToken);
            foreach (var message in page.Messages)
            {
                yield return message;
            }

            before = page.Before;
        }
        while (before is not null);
    }

    private IEnumerable<(string Name, string? Value)> Pairs(ParseResult parsed) =>
    [
        ("status", parsed.GetValue(_status)),
        ("destination", parsed.GetValue(Destination)),
        ("controlId", parsed.GetValue(_controlId)),
        ("metadata", parsed.GetValue(_metadata)),
        ("from", Time("--from", parsed.GetValue(_from))),
        ("to", Time("--to", parsed.GetValue(_to))),
        ("text", parsed.GetValue(_text)),
        ("batch", parsed.GetValue(_batch)?.ToString(CultureInfo.InvariantCulture)),
        ("duplicateOf", parsed.GetValue(_duplicateOf)?.ToString(CultureInfo.InvariantCulture)),
        ("attempts", parsed.GetValue(_attempts)?.ToString(CultureInfo.InvariantCulture)),
        ("reattempt", parsed.GetValue(_reattempted) ? "true" : null),
        ("error", parsed.GetValue(_error)),
        ("replayOf", parsed.GetValue(_replayOf)?.ToString(CultureInfo.InvariantCulture)),
    ];

    private static string? Time(string option, string? value)
    {
        if (value is null)
        {
            return null;
        }

        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? time.ToString("O", CultureInfo.InvariantCulture)
            : throw new CommandFailure(ExitCode.Usage, $"{option}: '{value}' is no time like 2026-11-22, 2026-11-22T08:00 or 2026-11-22T08:00:00Z");
    }
}
