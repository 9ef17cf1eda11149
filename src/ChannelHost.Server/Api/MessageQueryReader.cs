using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace ChannelHost.Server.Api;

/// <summary>Reads a message query from a URL: <c>status destination destinationStatus controlId metadata batch replayOf duplicateOf attempts reattempt error from to text before count</c>. An unknown or unreadable parameter is told, not ignored.</summary>
internal static class MessageQueryReader
{
    private const int LongestValue = 512;

    /// <summary>Reads the query; false with what is wrong.</summary>
    public static bool TryRead(
        IQueryCollection parameters, int maximumCount, [NotNullWhen(true)] out MessageQuery? query, [NotNullWhen(false)] out string? problem)
    {
        query = null;
        var read = new MessageQuery();
        foreach (var (name, values) in parameters)
        {
            var value = values.Count == 1 ? values[0] ?? "" : "";
            problem = values.Count != 1 ? $"{PlainText.OneLine(name, 40)} is given more than once"
                : value.Length is 0 or > LongestValue ? $"{PlainText.OneLine(name, 40)} must have 1 to {LongestValue} characters"
                : Apply(name, value, maximumCount, ref read);
            if (problem is not null)
            {
                return false;
            }
        }

        (query, problem) = (WithStatusWhereItCanBe(read), null);
        return true;
    }

    private static string? Apply(string name, string value, int maximumCount, ref MessageQuery query)
    {
        switch (name)
        {
            case "controlId":
                query = query with { ControlId = value };
                return null;
            case "destination":
                query = query with { Destination = value };
                return null;
            case "status":
                return ApplyStatus(name, value, ref query, static (read, status) => read with { Status = status });
            case "metadata":
                return ApplyMetadata(value, ref query);
            case "batch":
                return ApplyId(name, value, ref query, static (read, id) => read with { BatchId = id });
            case "replayOf":
                return ApplyId(name, value, ref query, static (read, id) => read with { ReplayOf = id });
            case "duplicateOf":
                return ApplyId(name, value, ref query, static (read, id) => read with { DuplicateOf = id });
            case "destinationStatus":
                return ApplyStatus(name, value, ref query, static (read, status) => read with { DestinationStatus = status });
            case "attempts":
                return ApplyAttempts(value, ref query);
            case "reattempt":
                return ApplyReattempt(value, ref query);
            case "error":
                query = query with { ErrorText = value };
                return null;
            case "from":
                return ApplyTime(name, value, ref query, static (read, time) => read with { From = time });
            case "to":
                return ApplyTime(name, value, ref query, static (read, time) => read with { To = time });
            case "text":
                query = query with { Text = value };
                return null;
            case "before":
                return ApplyId(name, value, ref query, static (read, id) => read with { BeforeId = id });
            case "count":
                return ApplyCount(value, maximumCount, ref query);
            default:
                return $"{PlainText.OneLine(name, 40)} is no parameter; there are status, destination, destinationStatus, controlId, metadata, batch, replayOf, duplicateOf, attempts, reattempt, error, from, to, text, before, count";
        }
    }

    private static string? ApplyStatus(string name, string value, ref MessageQuery query, Func<MessageQuery, MessageStatus, MessageQuery> apply)
    {
        foreach (var status in Enum.GetValues<MessageStatus>())
        {
            if (value.Equals(JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString()), StringComparison.OrdinalIgnoreCase))
            {
                query = apply(query, status);
                return null;
            }
        }

        return $"{name} must be one of received, filtered, transformed, sent, queued, pending, error, dead-letter, dropped";
    }

    private static string? ApplyAttempts(string value, ref MessageQuery query)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var attempts) || attempts < 1)
        {
            return "attempts must be a number above 0: at least so many were made";
        }

        query = query with { MinimumAttempts = attempts };
        return null;
    }

    private static string? ApplyReattempt(string value, ref MessageQuery query)
    {
        if (value is not ("true" or "false"))
        {
            return "reattempt must be true or false";
        }

        query = query with { IsReattempt = value == "true" };
        return null;
    }

    // No source has such a status: it is one at a destination that is meant.
    private static MessageQuery WithStatusWhereItCanBe(MessageQuery query) =>
        query is { Destination: null, DestinationStatus: null, Status: MessageStatus.Sent or MessageStatus.Queued or MessageStatus.Pending or MessageStatus.DeadLetter or MessageStatus.Dropped }
            ? query with { Status = null, DestinationStatus = query.Status }
            : query;

    private static string? ApplyMetadata(string value, ref MessageQuery query)
    {
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            return "metadata must look like name=value";
        }

        query = query with { Metadata = (value[..equals], value[(equals + 1)..]) };
        return null;
    }

    private static string? ApplyId(string name, string value, ref MessageQuery query, Func<MessageQuery, long, MessageQuery> apply)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id < 1)
        {
            return $"{name} must be a message id";
        }

        query = apply(query, id);
        return null;
    }

    // Without an offset a time would mean one thing on the caller's machine and another on the host's.
    private static string? ApplyTime(string name, string value, ref MessageQuery query, Func<MessageQuery, DateTimeOffset, MessageQuery> apply)
    {
        if (!DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return $"{name} must be a time like 2026-11-22T08:00:00Z";
        }

        query = apply(query, time);
        return null;
    }

    private static string? ApplyCount(string value, int maximum, ref MessageQuery query)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1 || count > maximum)
        {
            return $"count must be 1 to {maximum}";
        }

        query = query with { Count = count };
        return null;
    }
}
