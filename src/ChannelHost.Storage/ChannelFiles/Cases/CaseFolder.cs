using System.Globalization;
using System.Text;
using ChannelHost.Storage.ChannelFiles.Reading;

namespace ChannelHost.Storage.ChannelFiles.Cases;

/// <summary>Reads and writes the cases of channels: <c>cases/NAME.hl7</c>, <c>cases/NAME.yaml</c> and <c>cases/NAME.expected/</c> beside <c>channel.yaml</c>.</summary>
/// <param name="channelsFolder">The channels folder.</param>
/// <param name="files">Writes durably.</param>
public sealed class CaseFolder(string channelsFolder, IDurableFiles files) : ICaseFiles
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(channelsFolder));

    /// <inheritdoc/>
    public IReadOnlyList<CaseReading> Read(string channel)
    {
        var place = new CasePlace(_root, channel);
        return place.Exists ? new CaseReader(place).Read() : [];
    }

    /// <inheritdoc/>
    public string Stamp(string channel)
    {
        var place = new CasePlace(_root, channel);
        var stamp = new StringBuilder();
        foreach (var file in place.Exists ? place.AllFiles() : [])
        {
            stamp.Append(CultureInfo.InvariantCulture, $"{file.Path} {file.Size} {file.Written.Ticks}\n");
        }

        return stamp.ToString();
    }

    /// <inheritdoc/>
    public void WriteExpectation(ChannelCase @case, CaseExpectation expectation)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(expectation);
        var place = new CasePlace(_root, @case.Channel);
        var folder = place.ExpectedFolder(@case.Name);
        place.RefuseLink(folder);
        Directory.CreateDirectory(folder);
        var wanted = expectation.Files.ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
        if (expectation.Outcome is { } outcome)
        {
            wanted[CaseExpectation.OutcomeFile] = CaseYaml.Write(outcome);
        }

        foreach (var (name, content) in wanted)
        {
            files.Write(Path.Join(folder, CasePlace.FileName(name)), content.Span, overwrite: true);
        }

        // What is there is complete before anything goes.
        foreach (var old in CasePlace.FilesIn(folder).Where(file => !wanted.ContainsKey(Path.GetFileName(file))))
        {
            files.Delete(old);
        }
    }

    /// <inheritdoc/>
    public void Create(ChannelCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var place = new CasePlace(_root, @case.Channel);
        if (!CasePlace.IsGoodName(@case.Name))
        {
            throw new IOException($"'{Shown.Text(@case.Name)}' cannot be the name of a case: {Names.Wanted}");
        }

        place.RefuseLink(place.Folder);
        Directory.CreateDirectory(place.Folder);
        if (place.Uses(@case.Name))
        {
            throw new IOException($"{place.Relative(@case.Name)} is there already; give the case another name");
        }

        var answers = WriteAnswers(@case, place);
        if (CaseYaml.Write(@case.Settings, answers) is { } settings)
        {
            files.Write(Path.Join(place.Folder, @case.Name + CasePlace.SettingsExtension), settings, overwrite: false);
        }

        // The input last: with it the case begins to be one.
        files.Write(Path.Join(place.Folder, @case.Name + Path.GetExtension(@case.File)), @case.Input.Span, overwrite: false);
    }

    private Dictionary<string, string> WriteAnswers(ChannelCase @case, CasePlace place)
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        var folder = @case.Name + CasePlace.AnswersExtension;
        foreach (var (destination, answer) in @case.Settings.Answers)
        {
            if (answer.Content is { } content)
            {
                Directory.CreateDirectory(Path.Join(place.Folder, folder));
                written[destination] = $"{folder}/{CasePlace.FileName(destination)}";
                files.Write(Path.Join(place.Folder, written[destination]), content.Span, overwrite: false);
            }
        }

        return written;
    }
}
