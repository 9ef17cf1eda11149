using System.Globalization;
using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Makes the settings of <c>queue:</c>, and says what does not go together.</summary>
internal sealed class QueueReader(ProblemList problems)
{
    private const string RateWanted = "a number of attempts in a second, minute or hour: `50/s`, `600/min`, `100/h`";
    private const double FastestRate = 100_000;

    /// <summary>The settings; mistakes are in the problems.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="field">Its field.</param>
    /// <param name="keys">Its <c>queue:</c>, bound.</param>
    /// <param name="connector">Its connector; null when nobody knows.</param>
    /// <param name="options">The connector's settings; null when they cannot be used.</param>
    public QueueSettings Read(YamlBlock destination, string field, QueueKeys keys, IConnector? connector, object? options)
    {
        var block = destination.Find("queue") as YamlBlock;
        var retry = block?.Find("retry") as YamlBlock;
        field = $"{field}.queue";
        if (keys is { Mode: QueueMode.Never, Retry.Attempts: 0 } && retry?.Find("attempts") is { } attempts)
        {
            problems.Add(
                attempts, $"{field}.retry.attempts", attempts.Shape,
                "1 or more, or `mode: always` or `on-failure`: without a queue the sender would wait for ever");
        }

        if (keys.Lanes > 1 && block?.Find("lanes") is { } lanes && options is not null && connector?.Concurrency(options) == DestinationConcurrency.One)
        {
            problems.Add(lanes, $"{field}.lanes", lanes.Shape, $"1: with these settings a destination of the type {connector.Type} sends one message after the other");
        }

        return new QueueSettings
        {
            Mode = keys.Mode,
            Lanes = keys.Lanes,
            Key = keys.Key,
            KeyScript = keys.KeyScript,
            Attempts = keys.Retry.Attempts,
            Delay = keys.Retry.Delay,
            MaximumDelay = Longest(retry, field, keys.Retry),
            Jitter = keys.Retry.Jitter,
            MaximumAge = keys.Retry.MaximumAge,
            OnGiveUp = keys.OnGiveUp,
            Breaker = keys.Breaker is { } breaker ? new BreakerSettings { Failures = breaker.Failures, OpenFor = breaker.OpenFor } : null,
            MaximumRate = Rate(block, field, keys.MaximumRate),
        };
    }

    private TimeSpan Longest(YamlBlock? retry, string field, RetryKeys keys)
    {
        if (keys.Maximum >= keys.Delay)
        {
            return keys.Maximum;
        }

        if (retry?.Find("maximum") is { } maximum)
        {
            problems.Add(maximum, $"{field}.retry.maximum", maximum.Shape, $"at least the delay, {OptionText.Format(keys.Delay)}");
        }

        return keys.Delay;
    }

    private double? Rate(YamlBlock? block, string field, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var seconds = slash < 0 ? 0 : text[(slash + 1)..].Trim() switch { "s" => 1, "m" or "min" => 60, "h" => 3600, _ => 0 };
        if (seconds > 0
            && double.TryParse(text.AsSpan(0, slash).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count > 0
            && count / seconds <= FastestRate)
        {
            return count / seconds;
        }

        var at = block!.Find("maximumRate")!;
        problems.Add(at, $"{field}.maximumRate", at.Shape, RateWanted);
        return null;
    }
}
