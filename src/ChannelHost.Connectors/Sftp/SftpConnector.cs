using ChannelHost.Connectors.FileIntake;
using ChannelHost.Connectors.FileOutput;
using ChannelHost.Connectors.Polling;
using ChannelHost.Connectors.Text;

namespace ChannelHost.Connectors.Sftp;

/// <summary>Files in a folder of an SFTP server.</summary>
internal sealed class SftpConnector : IConnector
{
    public string Type => "sftp";

    public string Summary => "Files on an SFTP server: takes each as one message, or writes each message to one";

    public CaseStandIn StandIn => CaseStandIn.Silent;

    public string DefaultDataType => "hl7v2";

    public Type SourceOptions => typeof(SftpSourceOptions);

    public Type DestinationOptions => typeof(SftpDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options) => options switch
    {
        SftpSourceOptions source => ConnectionProblems(source).Concat(SourceProblems(source)).Concat(ScheduleCheck.Problems(source.Interval, source.Schedule, TimeProvider.System)),
        SftpDestinationOptions destination => ConnectionProblems(destination).Concat(DestinationProblems(destination)),
        _ => [],
    };

    public IEnumerable<string> ExclusiveResources(object options) =>
        options is SftpSourceOptions source ? [$"folder:sftp://{source.User}@{source.Connect}/{RemotePath.Trimmed(source.Folder)}/{source.Pattern}"] : [];

    /// <summary>What a failed append takes back must not be another message's.</summary>
    public DestinationConcurrency Concurrency(object options) =>
        options is SftpDestinationOptions { Exists: FileExists.Append } ? DestinationConcurrency.One : DestinationConcurrency.InstancePerLane;

    public ISource CreateSource(object options, ConnectorContext context) => new SftpSource((SftpSourceOptions)options, context);

    public IDestination CreateDestination(object options, ConnectorContext context) => new SftpDestination((SftpDestinationOptions)options, context);

    private static IEnumerable<OptionProblem> ConnectionProblems(SftpConnectionOptions options)
    {
        if (!SftpDialer.TryAddress(options.Connect, out _))
        {
            yield return new OptionProblem("connect", options.Connect, $"a host, or {HostPort.Wanted}");
        }

        if (options.Password is null && options.Keys.Count == 0)
        {
            yield return new OptionProblem("password", "neither a password nor keys", "one of them: how else would the server know the account?");
        }

        for (var index = 0; index < options.Keys.Count; index++)
        {
            if (options.Keys[index].File is null == options.Keys[index].Text is null)
            {
                yield return new OptionProblem($"keys[{index}]", options.Keys[index].File is null ? "neither file nor text" : "file and text", "one of the two");
            }
        }

        if (options.Proxy is { } proxy && !HostPort.TryParse(proxy.Connect, out _))
        {
            yield return new OptionProblem("proxy.connect", proxy.Connect, HostPort.Wanted);
        }

        foreach (var problem in HostKeyProblems(options.HostKeys))
        {
            yield return problem;
        }
    }

    private static IEnumerable<OptionProblem> HostKeyProblems(SftpHostKeyOptions options)
    {
        if (options.KnownHosts.Count == 0 && options.Fingerprints.Count == 0)
        {
            yield return new OptionProblem("hostKeys", "no key that is trusted", "knownHosts (a file) or fingerprints; for a first contact knownHosts with trustFirstUse: true");
        }
        else if (options.TrustFirstUse && options.KnownHosts.Count == 0)
        {
            yield return new OptionProblem("hostKeys.knownHosts", "nothing", "the file that the key of the first contact is written into");
        }

        foreach (var pin in options.Fingerprints.Where(pin => !IsFingerprint(pin)))
        {
            yield return new OptionProblem("hostKeys.fingerprints", pin, "SHA256: and 43 characters, as `ssh-keygen -l` shows it");
        }
    }

    private static bool IsFingerprint(string pin)
    {
        const string Kind = "SHA256:";
        var digest = new byte[32];
        return pin.StartsWith(Kind, StringComparison.Ordinal) &&
            Convert.TryFromBase64String(pin[Kind.Length..].TrimEnd('=') + "=", digest, out var length) && length == digest.Length;
    }

    private static IEnumerable<OptionProblem> SourceProblems(SftpSourceOptions source)
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
            if (folder is not null && RemotePath.Trimmed(folder) == RemotePath.Trimmed(source.Folder))
            {
                yield return new OptionProblem(option, folder, "another folder than the one files are taken from: they would be taken again");
            }
        }

        if (source.TakeOverAfter > TimeSpan.Zero && !source.Claim)
        {
            yield return new OptionProblem("takeOverAfter", "a time, with claim: false", "claim: true, or no takeOverAfter: there are no claims to take over");
        }

        foreach (var problem in NameSelection.Problems(source.Expression, source.Marker))
        {
            yield return problem;
        }
    }

    private static IEnumerable<OptionProblem> DestinationProblems(SftpDestinationOptions destination)
    {
        if (destination.File is { } file && FileName.TemplateProblem(file) is { } found)
        {
            yield return new OptionProblem("file", found, "a name below the folder, with / between folders and no ..");
        }

        if (!destination.Temporary && destination.Exists == FileExists.Replace)
        {
            yield return new OptionProblem("temporary", "false, with exists: replace", "true: without a temporary name a broken connection would leave half of the new file in place of the old one");
        }
    }
}
