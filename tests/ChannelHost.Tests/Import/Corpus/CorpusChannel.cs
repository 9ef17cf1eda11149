namespace ChannelHost.Tests.Import.Corpus;

/// <summary>What became of one exported channel.</summary>
/// <param name="File">The export.</param>
/// <param name="Name">Its name here.</param>
internal sealed record CorpusChannel(string File, string Name)
{
    /// <summary>The import lost nothing: no finding says that something is unsupported, beyond what scripts ask for.</summary>
    public bool IsWhole { get; init; }

    /// <summary>It passes <c>validate</c>.</summary>
    public bool IsValid { get; init; }

    /// <summary>Scripts, and those of them that ask for nothing that is not there.</summary>
    public (int All, int Supported) Scripts { get; init; }

    /// <summary>Lines of scripts that can run, and that ran.</summary>
    public (int All, int Ran) Lines { get; init; }

    /// <summary>Messages that went in, and that came through without any error.</summary>
    public (int All, int Good) Messages { get; set; }

    /// <summary>What went wrong: in which step, with what words.</summary>
    public List<CorpusFault> Faults { get; } = [];
}

/// <summary>Something that went wrong.</summary>
/// <param name="Step">import, survey, validate, build or run.</param>
/// <param name="What">The words, without names that differ from channel to channel.</param>
/// <param name="Where">Channel and message.</param>
internal sealed record CorpusFault(string Step, string What, string Where);
