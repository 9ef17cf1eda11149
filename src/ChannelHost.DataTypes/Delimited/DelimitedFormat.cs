using System.Text;

namespace ChannelHost.DataTypes.Delimited;

/// <summary>The settings as the reader and the writer want them. Made once a codec.</summary>
internal sealed class DelimitedFormat
{
    public DelimitedFormat(DelimitedOptions options)
    {
        Options = options;
        Delimiter = DelimiterOf(options);
        Quote = Only(options.Quote);
        Escape = Only(options.Escape);
        Comment = Only(options.Comment);
        IsFixedWidth = options.Widths.Count > 0;
        IsDetected = IsDetect(options);
        Charset = Find(IsDetected ? "utf-8" : options.Charset, "charset");
        Fallback = IsDetected ? Find(options.Fallback, "fallback") : Charset;
    }

    public DelimitedOptions Options { get; }

    /// <summary>What separates values; never empty.</summary>
    public string Delimiter { get; }

    /// <summary>0 when there is none.</summary>
    public byte Quote { get; }

    /// <summary>0 when there is none: a quote in quotes is written twice.</summary>
    public byte Escape { get; }

    /// <summary>0 when there is none.</summary>
    public byte Comment { get; }

    public bool IsFixedWidth { get; }

    /// <summary>True for <c>charset: detect</c>.</summary>
    public bool IsDetected { get; }

    /// <summary>What is written, and read where no byte order mark says otherwise.</summary>
    public Charset Charset { get; }

    /// <summary>What is read when the bytes are not UTF-8 and the charset is to be detected.</summary>
    public Charset Fallback { get; }

    /// <summary>What ends a row that is written.</summary>
    public string LineEnd => Options.RecordSeparator.Length > 0 ? Options.RecordSeparator : "\r\n";

    /// <summary>Everything wrong with the settings.</summary>
    public static IEnumerable<OptionProblem> Problems(DelimitedOptions options)
    {
        const string One = "one ASCII character, or nothing";
        if (options.Delimiter.Length is 0 or > 10 || options.Delimiter.AsSpan().ContainsAny('\r', '\n'))
        {
            yield return new OptionProblem("delimiter", options.Delimiter, "1 to 10 characters without line ends, or the word tab");
        }

        if (!IsOneOrNone(options.Quote))
        {
            yield return new OptionProblem("quote", options.Quote, One);
        }

        if (!IsOneOrNone(options.Escape))
        {
            yield return new OptionProblem("escape", options.Escape, One);
        }

        if (!IsOneOrNone(options.Comment))
        {
            yield return new OptionProblem("comment", options.Comment, One);
        }

        if (options.Quote.Length > 0 && DelimiterOf(options).Contains(options.Quote, StringComparison.Ordinal))
        {
            yield return new OptionProblem("quote", options.Quote, "a character that is not in the delimiter");
        }

        if (options.Escape.Length > 0 && DelimiterOf(options).Contains(options.Escape, StringComparison.Ordinal))
        {
            yield return new OptionProblem("escape", options.Escape, "a character that is not in the delimiter");
        }

        if (options.RecordSeparator.Length > 10)
        {
            yield return new OptionProblem("recordSeparator", options.RecordSeparator, "at most 10 characters");
        }

        if (options.Widths.Any(width => width is < 1 or > 1_000_000))
        {
            yield return new OptionProblem("widths", string.Join(", ", options.Widths), "whole numbers from 1 to 1000000");
        }

        if (options.Widths.Count > 0 && options.Columns.Count > 0 && options.Widths.Count != options.Columns.Count)
        {
            yield return new OptionProblem("widths", $"{options.Widths.Count} widths", $"one for each of the {options.Columns.Count} columns");
        }

        if (DelimitedColumns.Twice(options.Columns) is { } twice)
        {
            yield return new OptionProblem("columns", options.Columns[twice], "a name for each column, each once");
        }

        if (!IsDetect(options) && Charset.Find(options.Charset, "") is null)
        {
            yield return new OptionProblem("charset", options.Charset, Charset.Wanted + ", or detect");
        }

        if (IsDetect(options) && Charset.Find(options.Fallback, "") is null)
        {
            yield return new OptionProblem("fallback", options.Fallback, Charset.Wanted);
        }
    }

    private static bool IsDetect(DelimitedOptions options) => options.Charset == "detect";

    private static string DelimiterOf(DelimitedOptions options) => options.Delimiter == "tab" ? "\t" : options.Delimiter;

    private static bool IsOneOrNone(string text) => text.Length == 0 || (text.Length == 1 && char.IsAscii(text[0]) && text[0] is not ('\r' or '\n' or '\0'));

    private static byte Only(string text) => text.Length == 0 ? (byte)0 : Encoding.ASCII.GetBytes(text)[0];

    private static Charset Find(string name, string setting) =>
        Charset.Find(name, $"the setting {setting}") ?? throw new ArgumentException($"{setting} is \"{name}\"; wanted is {Charset.Wanted}.", nameof(name));
}
