using System.Globalization;
using System.Text;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Yaml;

/// <summary>Writes blocks as a person would: plain words where they are safe, literal blocks for texts of several lines, quotes for the rest.</summary>
internal sealed class YamlText
{
    private const string Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+@=() ${}:*";

    private readonly StringBuilder _text = new();
    private int _line = 1;

    /// <summary>The lines on which what comes from elements of the export was written.</summary>
    public Dictionary<ExportElement, int> Lines { get; } = [];

    /// <summary>What was written.</summary>
    public string Text => _text.ToString();

    /// <summary>Writes a file.</summary>
    public YamlText Write(YamlBlock file)
    {
        foreach (var entry in file.Entries)
        {
            if (entry.Value is YamlBlock or YamlBlocks && _line > 1)
            {
                Line("");
            }

            Entry(entry, 0);
        }

        return this;
    }

    private void Entry(YamlEntry entry, int indent, string lead = "")
    {
        foreach (var comment in entry.Comment.Length == 0 ? [] : entry.Comment.Split('\n'))
        {
            Line($"{Spaces(indent)}# {comment}".TrimEnd());
        }

        if (entry.Value is null)
        {
            return;
        }

        if (entry.Origin is not null)
        {
            Lines.TryAdd(entry.Origin, _line);
        }

        var start = lead.Length > 0 ? lead : Spaces(indent);
        switch (entry.Value)
        {
            case YamlScalar scalar when IsLiteral(scalar.Text):
                Line($"{start}{Key(entry.Key)}: |{(scalar.Text.EndsWith('\n') ? "+" : "-")}");
                foreach (var line in (scalar.Text.EndsWith('\n') ? scalar.Text[..^1] : scalar.Text).Split('\n'))
                {
                    Line(line.Length == 0 ? "" : $"{Spaces(indent + 2)}{line}");
                }

                break;
            case YamlScalar scalar:
                Line($"{start}{Key(entry.Key)}: {Scalar(scalar.Text)}");
                break;
            case YamlWords words:
                Line($"{start}{Key(entry.Key)}: [{string.Join(", ", words.Words.Select(Word))}]");
                break;
            case YamlBlock { Entries.Count: 0 }:
                Line($"{start}{Key(entry.Key)}: {{}}");
                break;
            case YamlBlock block:
                Line($"{start}{Key(entry.Key)}:");
                Origin(block);
                foreach (var below in block.Entries)
                {
                    Entry(below, indent + 2);
                }

                break;
            case YamlBlocks { Items.Count: 0 }:
                Line($"{start}{Key(entry.Key)}: []");
                break;
            case YamlBlocks list:
                Line($"{start}{Key(entry.Key)}:");
                List(list, indent + 2);
                break;
        }
    }

    private void List(YamlBlocks list, int indent)
    {
        foreach (var (item, index) in list.Items.Select((item, index) => (item, index)))
        {
            if (index > 0 && indent == 2)
            {
                Line("");
            }

            Origin(item);
            var isFirst = true;
            foreach (var entry in item.Entries)
            {
                Entry(entry, indent + 2, isFirst && entry.Value is not null ? $"{Spaces(indent)}- " : "");
                isFirst = isFirst && entry.Value is null;
            }
        }
    }

    private void Origin(YamlBlock block)
    {
        if (block.Origin is not null)
        {
            Lines.TryAdd(block.Origin, _line);
        }
    }

    private void Line(string text)
    {
        _text.Append(text).Append('\n');
        _line++;
    }

    // A literal block keeps every character, but for those that YAML does not let stand and for blanks where a line begins or a text ends.
    private static bool IsLiteral(string text) =>
        text.Contains('\n', StringComparison.Ordinal) && text[0] is not (' ' or '\t' or '\n') && text.Trim().Length > 0
        && !text.EndsWith(' ') && !text.Contains(" \n", StringComparison.Ordinal) && text.All(c => c is '\n' or '\t' || (c >= ' ' && !IsOdd(c)));

    private static string Key(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? key : Quoted(key);

    private static string Scalar(string text) =>
        text.Length > 0 && text.All(c => Plain.Contains(c, StringComparison.Ordinal)) && char.IsAsciiLetterOrDigit(text[0]) | text[0] is '/' or '.' or '$'
        && !text.EndsWith(' ') && !text.EndsWith(':') && !text.Contains(": ", StringComparison.Ordinal) && !IsNothing(text)
            ? text
            : Quoted(text);

    private static string Word(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') && text[0] != '-' && !IsNothing(text) ? text : Quoted(text);

    private static bool IsNothing(string text) => text is "null" or "Null" or "NULL" or "~" or "---" or "...";

    private static bool IsOdd(char c) => c is '\u0085' or '\u2028' or '\u2029' or '\uFEFF' or (>= '\u007F' and <= '\u009F') || char.IsSurrogate(c);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ when IsOdd(c) && !char.IsSurrogate(c) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static string Spaces(int count) => new(' ', count);
}
