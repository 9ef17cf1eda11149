using System.Globalization;

namespace ChannelHost.DataTypes.Raw;

/// <summary>Takes text apart at line ends or another separator, which belongs to no message. Blank lines are none. Nothing is answered.</summary>
internal sealed class RawSplitter(RawBatchOptions options, Charset charset) : IBatchSplitter
{
    private readonly byte[][] _separators = options.Separator.Length > 0 ? [charset.Write(options.Separator)] : [charset.Write("\r\n"), charset.Write("\r"), charset.Write("\n")];

    // How many bytes a separator counts in: it cannot begin in the middle of a character of UTF-16.
    private readonly int _width = charset.Write("a").Length;

    public IEnumerable<BatchPart> Split(ReadOnlyMemory<byte> content)
    {
        int number = 0, line = 1, at = 0;

        // Where each separator stands next; looked for again only when that is passed, or many lines without one of them would each be searched to the end.
        var places = Array.ConvertAll(_separators, _ => -1);
        while (at < content.Length)
        {
            var (end, next) = Cut(content.Span, at, places);
            if (end > at)
            {
                var place = options.Separator.Length > 0 ? number + 1 : line;
                yield return new BatchPart(++number, string.Create(CultureInfo.InvariantCulture, $"{(options.Separator.Length > 0 ? "part" : "line")} {place}"), content[at..end]);
            }

            at = next;
            line++;
        }
    }

    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content, IReadOnlyList<BatchAnswer> answers) => null;

    private (int End, int Next) Cut(ReadOnlySpan<byte> bytes, int start, int[] places)
    {
        var (end, next) = (bytes.Length, bytes.Length);
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] < start)
            {
                var place = IndexOf(bytes[start..], _separators[i]);
                places[i] = place < 0 ? bytes.Length : start + place;
            }

            // CR LF stands before CR in the list, and only what begins earlier can still win.
            if (places[i] < end)
            {
                end = places[i];
                next = end + _separators[i].Length;
            }
        }

        return (end, next);
    }

    private int IndexOf(ReadOnlySpan<byte> bytes, byte[] separator)
    {
        for (var at = 0; ; at++)
        {
            var next = bytes[at..].IndexOf(separator);
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (at % _width == 0)
            {
                return at;
            }
        }
    }
}
