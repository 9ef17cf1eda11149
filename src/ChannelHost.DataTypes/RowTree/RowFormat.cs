using System.Globalization;

namespace ChannelHost.DataTypes.RowTree;

/// <summary>The settings, ready for use.</summary>
internal sealed class RowFormat
{
    public RowFormat(RowTreeOptions options)
    {
        Options = options;
        Delimiter = DelimiterEscapes.Read(options.Delimiter);
        RecordDelimiter = DelimiterEscapes.Read(options.RecordDelimiter);
        Charset = Charset.Find(options.Charset, "the setting charset")
            ?? throw new ArgumentException($"charset is \"{options.Charset}\"; wanted is {Charset.Wanted}.", nameof(options));
    }

    public RowTreeOptions Options { get; }

    public string Delimiter { get; }

    public string RecordDelimiter { get; }

    public Charset Charset { get; }

    public bool IsFixedWidth => Options.Widths.Count > 0;

    /// <summary>The name of a column by its place, from 0.</summary>
    public string ColumnName(int index) =>
        index < Options.Columns.Count ? Options.Columns[index] : string.Create(CultureInfo.InvariantCulture, $"column{index + 1}");

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<OptionProblem> Problems(RowTreeOptions options)
    {
        if (Charset.Find(options.Charset, "") is null)
        {
            yield return new OptionProblem("charset", options.Charset, Charset.Wanted);
        }

        if (options.Delimiter.Length == 0 && options.Widths.Count == 0)
        {
            yield return new OptionProblem("delimiter", "nothing", "at least one character, or the setting widths");
        }

        if (options.RecordDelimiter.Length == 0)
        {
            yield return new OptionProblem("recordDelimiter", "nothing", "at least one character");
        }

        if (options.Widths.Any(width => width is < 1 or > 1_000_000))
        {
            yield return new OptionProblem("widths", string.Join(", ", options.Widths), "widths of 1 to 1,000,000 characters");
        }

        if (!options.DoubledQuotes && options.Escape.Length == 0 && options.Quote.Length > 0)
        {
            yield return new OptionProblem("escape", "nothing", "at least one character where quotes are not doubled");
        }
    }
}
