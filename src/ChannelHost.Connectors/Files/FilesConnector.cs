using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.FileOutput;
using ChannelHost.Connectors.Polling;

namespace ChannelHost.Connectors.Files;

/// <summary>Files in a folder of this machine.</summary>
internal sealed class FilesConnector : IConnector
{
    public string Type => "files";

    public string Summary => "Files in a folder: takes each as one message, or writes each message to one";

    public CaseStandIn StandIn => CaseStandIn.Silent;

    public string DefaultDataType => "hl7v2";

    public Type SourceOptions => typeof(FilesSourceOptions);

    public Type DestinationOptions => typeof(FilesDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options) => options switch
    {
        FilesSourceOptions source => SourceProblems(source).Concat(ScheduleCheck.Problems(source.Interval, source.Schedule, TimeProvider.System)),
        FilesDestinationOptions { File: { } file } when FileName.TemplateProblem(file) is { } found =>
            [new OptionProblem("file", found, "a name below the folder, with / between folders and no ..")],
        _ => [],
    };

    public IEnumerable<string> ExclusiveResources(object options) =>
        options is FilesSourceOptions source ? [$"folder:{Path.TrimEndingDirectorySeparator(source.Folder)}/{source.Pattern}"] : [];

    /// <summary>What a failed append takes back must not be another message's.</summary>
    public DestinationConcurrency Concurrency(object options) =>
        options is FilesDestinationOptions { Exists: FileExists.Append } ? DestinationConcurrency.One : DestinationConcurrency.InstancePerLane;

    public ISource CreateSource(object options, ConnectorContext context) => new FilesSource((FilesSourceOptions)options, context);

    public IDestination CreateDestination(object options, ConnectorContext context) => new FilesDestination((FilesDestinationOptions)options, context);

    private static IEnumerable<OptionProblem> SourceProblems(FilesSourceOptions source)
    {
        if (source.After == AfterFile.Move && source.MoveTo is null)
        {
            yield return new OptionProblem("moveTo", "nothing", "the folder that files go to with after: move");
        }

        if (source.After == AfterFile.Delete && source.MoveTo is not null)
        {
            yield return new OptionProblem("moveTo", source.MoveTo, "nothing, or after: move: files are deleted otherwise");
        }

        foreach (var (option, folder) in new[] { ("moveTo", source.MoveTo), ("errorFolder", source.ErrorFolder) })
        {
            if (folder is not null && Plain(folder) == Plain(source.Folder))
            {
                yield return new OptionProblem(option, folder, "another folder than the one files are taken from: they would be taken again");
            }
        }

        foreach (var problem in NameSelection.Problems(source.Expression, source.Marker))
        {
            yield return problem;
        }
    }

    // However many slashes or dots it was written with. An empty path is the problem of another check.
    private static string Plain(string folder) => folder.Length == 0 ? folder : Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
