using System.Globalization;

namespace ChannelHost.Connectors.Http;

/// <summary>A list of statuses: <c>404</c>, <c>5xx</c>, <c>500-504</c>.</summary>
internal sealed class StatusSet
{
    private readonly (int From, int To)[] _ranges;

    /// <exception cref="ConnectorException">An entry is none.</exception>
    public StatusSet(IEnumerable<string> entries) => _ranges =
        [.. entries.Select(entry => TryRead(entry, out var range) ? range : throw new ConnectorException($"'{entry}' is no status: wanted 404, 5xx or 500-504."))];

    /// <summary>True when the list has it.</summary>
    public bool Contains(int status) => Array.Exists(_ranges, range => status >= range.From && status <= range.To);

    /// <summary>True for an entry that can be read.</summary>
    public static bool IsEntry(string entry) => TryRead(entry, out _);

    private static bool TryRead(string entry, out (int From, int To) range)
    {
        range = default;
        if (entry is [>= '1' and <= '5' and var hundred, 'x', 'x'])
        {
            range = ((hundred - '0') * 100, ((hundred - '0') * 100) + 99);
            return true;
        }

        var dash = entry.IndexOf('-', StringComparison.Ordinal);
        if (!TryStatus(dash < 0 ? entry : entry[..dash], out var from) || !TryStatus(dash < 0 ? entry : entry[(dash + 1)..], out var to))
        {
            return false;
        }

        range = (from, to);
        return from <= to;
    }

    private static bool TryStatus(ReadOnlySpan<char> text, out int status) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 100 and <= 599;
}
