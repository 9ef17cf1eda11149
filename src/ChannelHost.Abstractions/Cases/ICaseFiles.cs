namespace ChannelHost.Abstractions;

/// <summary>A case as read from its files.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="File">The file that it is known by, relative to the channels folder.</param>
/// <param name="Case">Null when there are problems.</param>
/// <param name="Problems">What is wrong with its files.</param>
public sealed record CaseReading(string Name, string File, ChannelCase? Case, IReadOnlyList<ChannelProblem> Problems);

/// <summary>Reads and writes the <c>cases/</c> folders of channels. Safe for use by many threads, one at a time for each case that is written.</summary>
public interface ICaseFiles
{
    /// <summary>All cases of a channel in order of name; empty when it has none. Never throws for what the files say.</summary>
    IReadOnlyList<CaseReading> Read(string channel);

    /// <summary>Text that changes whenever a file of the channel's cases is written, made or removed.</summary>
    string Stamp(string channel);

    /// <summary>Writes what must come of a case, durably; files of its folder that are not in it go.</summary>
    /// <exception cref="IOException">It cannot be written; the text says which file.</exception>
    void WriteExpectation(ChannelCase @case, CaseExpectation expectation);

    /// <summary>Makes a new case: its input, its settings, and the partners' answers. Its name must be free.</summary>
    /// <param name="case">The case; its expectation is not looked at.</param>
    /// <exception cref="IOException">The name is taken, or it cannot be written.</exception>
    void Create(ChannelCase @case);
}
