using System.Globalization;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>The version that wrote an object: each has its own, or that of what it stands in.</summary>
internal readonly record struct MigrationVersion(int Major, int Minor, int Patch) : IComparable<MigrationVersion>
{
    /// <summary>The version of an element; the newest when none is told.</summary>
    public static MigrationVersion Of(ExportElement element)
    {
        for (ExportElement? at = element; at is not null; at = at.Parent)
        {
            if (at.Attribute("version") is { } text && Parse(text) is { } version)
            {
                return version;
            }
        }

        return new MigrationVersion(4, 5, 2);
    }

    /// <summary>Reads <c>3.4.1</c>; null when it is none.</summary>
    public static MigrationVersion? Parse(string text)
    {
        var parts = text.Split('.', '-');
        return parts.Length > 0 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            ? new MigrationVersion(major, Part(parts, 1), Part(parts, 2))
            : null;
    }

    /// <summary>True when it is older.</summary>
    public bool IsBefore(int major, int minor, int patch = 0) => CompareTo(new MigrationVersion(major, minor, patch)) < 0;

    public int CompareTo(MigrationVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    private static int Part(string[] parts, int index) =>
        index < parts.Length && int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
