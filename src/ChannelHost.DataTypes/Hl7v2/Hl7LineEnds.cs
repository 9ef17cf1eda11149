namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>What is written between segments: what stood there, wherever it stood; else the line end that the message uses.</summary>
/// <param name="choice">What the settings want.</param>
/// <param name="original">What the message was parsed from; null for a tree that a script made.</param>
internal readonly ref struct Hl7LineEnds(Hl7SegmentEnd choice, Hl7Content? original)
{
    /// <summary>The end of a segment that was not parsed.</summary>
    public ReadOnlySpan<byte> OfNewSegment => choice switch
    {
        Hl7SegmentEnd.Cr => "\r"u8,
        Hl7SegmentEnd.Lf => "\n"u8,
        Hl7SegmentEnd.Crlf => "\r\n"u8,
        _ => original is null ? "\r"u8 : original.LineEnd,
    };

    /// <summary>What stood before the first segment.</summary>
    public ReadOnlySpan<byte> BeforeAll => choice == Hl7SegmentEnd.Keep && original is not null ? original.Bytes.Span[..original.Begin] : default;

    /// <summary>What ends a segment.</summary>
    public ReadOnlySpan<byte> After(MessageNode segment, bool isLast)
    {
        if (choice != Hl7SegmentEnd.Keep || original is null || !ReferenceEquals(Origin(segment), original))
        {
            return OfNewSegment;
        }

        var gap = original.GapAfter(segment.Position - 1);
        if (isLast || segment.Position < original.Segments.Length)
        {
            return gap;
        }

        // It was the last and is not any more: what ended the message must not stand in its middle.
        var own = Hl7Content.FirstLineEnd(gap);
        return own.IsEmpty ? OfNewSegment : own;
    }

    /// <summary>What stood after the last segment and was not written with it: the bytes that end an MLLP frame, blanks.</summary>
    public ReadOnlySpan<byte> AfterAll(MessageNode? last)
    {
        if (choice != Hl7SegmentEnd.Keep || original is null)
        {
            return default;
        }

        var isOriginalEnd = last is not null && ReferenceEquals(Origin(last), original) && last.Position == original.Segments.Length;
        return isOriginalEnd ? default : original.AfterLastLineEnd;
    }

    // The message that a segment was parsed from; null for one that a script made or renamed.
    private static Hl7Content? Origin(MessageNode segment) =>
        segment.Level == Hl7Level.Segment && segment.Source is Hl7Content source ? source.Origin ?? source : null;
}
