namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Writes a value into a segment that is still bytes: the new segment is the old one with a part of it exchanged, and no node is made. A tenth of
/// the cost of taking the segment apart, which is what happens where this gives up.
/// </summary>
internal readonly ref struct Hl7Splice(MessageNode segment, Hl7Delimiters delimiters)
{
    // Above this a copy costs more than the nodes: a document of megabytes may stand in another field.
    private const int MaxSegment = 8 * 1024;
    private const int MaxSeparators = 256;

    /// <summary>Writes an escaped value; false when it has to be done on the nodes.</summary>
    public bool TrySet(Hl7Path path, string encoded)
    {
        if (segment.Source is not Hl7Content content || segment.Level != Hl7Level.Segment || content.Delimiters != delimiters
            || segment.Length > MaxSegment || encoded.Length > MaxSegment)
        {
            return false;
        }

        var bytes = content.Bytes.Span.Slice(segment.Start, segment.Length);
        var isHeader = Hl7Scan.HoldsDelimiters(bytes, content.Delimiters.Field);
        if ((isHeader && path.Field == 18) || !content.Charset.CanWrite(encoded))
        {
            // A new charset, or a text that needs one.
            return false;
        }

        Span<byte> separators = stackalloc byte[MaxSeparators];
        var place = new Place(bytes, separators);
        if (!place.Enter(content.Delimiters.Field, isHeader ? path.Field : path.Field + 1)
            || !place.Enter(content.Repetition, Math.Max(1, path.Repetition))
            || (path.Component > 0 && !place.Enter(content.Delimiters.Component, path.Component))
            || (path.Subcomponent > 0 && !place.Enter(content.Subcomponent, path.Subcomponent)))
        {
            return false;
        }

        var rewritten = Assemble(bytes, place, encoded, content.Charset);
        segment.Repack(content.Rewritten(rewritten), 0, rewritten.Length);
        return true;
    }

    private static byte[] Assemble(ReadOnlySpan<byte> bytes, Place place, string encoded, Charset charset)
    {
        var before = bytes[..place.Start];
        var after = bytes[(place.Start + place.Length)..];
        var fixedLength = before.Length + place.Missing.Length + after.Length;
        var rewritten = GC.AllocateUninitializedArray<byte>(fixedLength + charset.ByteCount(encoded));
        before.CopyTo(rewritten);
        place.Missing.CopyTo(rewritten.AsSpan(before.Length));
        var valueStart = before.Length + place.Missing.Length;
        var valueLength = charset.Write(encoded, rewritten.AsSpan(valueStart));
        after.CopyTo(rewritten.AsSpan(valueStart + valueLength));
        return rewritten;
    }

    // The part that a path names, narrowed level by level; what is missing before it is a run of separators.
    private ref struct Place(ReadOnlySpan<byte> segment, Span<byte> separators)
    {
        private readonly ReadOnlySpan<byte> _segment = segment;
        private readonly Span<byte> _separators = separators;
        private int _missing;

        public int Start { get; private set; }

        public int Length { get; private set; } = segment.Length;

        public readonly ReadOnlySpan<byte> Missing => _separators[.._missing];

        public bool Enter(byte separator, int number)
        {
            if (number == 1 && (separator == 0 || _missing > 0))
            {
                return true;
            }

            if (separator == 0)
            {
                return false;
            }

            var here = _segment.Slice(Start, _missing > 0 ? 0 : Length);
            var cutter = new Hl7Cutter(here, separator);
            if (cutter.Skip(number - 1) && cutter.Next())
            {
                Start += cutter.Start;
                Length = cutter.Length;
                return true;
            }

            // Behind the last one there is.
            if (_missing == 0)
            {
                Start += Length;
                Length = 0;
            }

            var more = number - 1 - here.Count(separator);
            if (more > _separators.Length - _missing)
            {
                return false;
            }

            _separators.Slice(_missing, more).Fill(separator);
            _missing += more;
            return true;
        }
    }
}
