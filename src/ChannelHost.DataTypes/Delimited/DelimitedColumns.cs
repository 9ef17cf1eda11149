using System.Globalization;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>Rules for the names of columns.</summary>
internal static class DelimitedColumns
{
    /// <summary>The index of a name that is empty or was there before; null when all is well.</summary>
    public static int? Twice(IReadOnlyList<string> names)
    {
        var seen = new HashSet<string>(names.Count, StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length == 0 || !seen.Add(names[i]))
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>column1, column2 and so on.</summary>
    public static string[] Numbered(int count)
    {
        var names = new string[count];
        for (var i = 0; i < count; i++)
        {
            names[i] = NameOf(i);
        }

        return names;
    }

    /// <summary>The names in a header: blanks around them go, a column without a name is called after its number.</summary>
    /// <exception cref="MessageFormatException">A name stands there twice.</exception>
    public static string[] OfHeader(IRowReader header)
    {
        var names = new string[header.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var name = header.Value(i).Trim();
            names[i] = name.Length > 0 ? name : NameOf(i);
        }

        return Twice(names) is { } twice
            ? throw new MessageFormatException(
                $"The header in line {header.Line} gives column {twice + 1} the name of column {Array.IndexOf(names, names[twice]) + 1}: a row could not keep both. Name the columns by the setting columns.")
            : names;
    }

    private static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"column{index + 1}");
}
