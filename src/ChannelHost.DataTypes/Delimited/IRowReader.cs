namespace ChannelHost.DataTypes.Delimited;

/// <summary>
/// Reads row after row of a message's bytes: where it stands, where its values are, what is wrong with it. Values are decoded when asked for. A row that is
/// wrong does not take its neighbours with it. Blank rows and comments are passed over.
/// </summary>
internal interface IRowReader : IDisposable
{
    /// <summary>The line in which the row begins, from 1. With a record separator of its own: the row's number.</summary>
    int Line { get; }

    /// <summary>The row's first byte.</summary>
    int Start { get; }

    /// <summary>The end of the row with what ends it.</summary>
    int End { get; }

    /// <summary>How many values the row has.</summary>
    int Count { get; }

    /// <summary>Why the row cannot be read; null when it can. Without content.</summary>
    string? Problem { get; }

    /// <summary>Moves to the next row; false at the end.</summary>
    bool Read();

    /// <summary>A value of the row.</summary>
    /// <exception cref="MessageFormatException">It cannot be decoded.</exception>
    string Value(int index);
}
