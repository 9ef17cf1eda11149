namespace ChannelHost.Tests.ChannelFiles;

/// <summary>A descriptor with settings of every kind that can be bound.</summary>
internal sealed class SampleConnector : IConnector
{
    public string Type => "sample";

    public string Summary => "Has one setting of each kind | for tests.";

    public string DefaultDataType => "raw";

    public Type? SourceOptions => typeof(SampleSourceOptions);

    public Type? DestinationOptions => typeof(SampleDestinationOptions);

    public IEnumerable<OptionProblem> Validate(object options)
    {
        if (options is SampleSourceOptions { Listen: "fail" })
        {
            throw new InvalidOperationException("a defect");
        }

        if (options is SampleSourceOptions { Tls: { Enabled: true, Certificate: null } })
        {
            yield return new OptionProblem("tls.certificate", "nothing", "a certificate, because tls is enabled");
        }

        if (options is SampleSourceOptions { Listen: { } listen } && !listen.Contains(':', StringComparison.Ordinal))
        {
            yield return new OptionProblem("listen", $"`{listen}`", "an address and a port");
        }

        if (options is SampleSourceOptions { Password: "short" } source)
        {
            yield return new OptionProblem("password", source.Password, "a longer one");
        }
    }

    public IEnumerable<string> ExclusiveResources(object options) => options is SampleSourceOptions source ? [$"tcp:{source.Listen}"] : [];
}

/// <summary>A connector that can only be a destination.</summary>
internal sealed class SinkConnector : IConnector
{
    public string Type => "sink";

    public string Summary => "Swallows messages.";

    public string DefaultDataType => "raw";

    public Type? SourceOptions => null;

    public Type? DestinationOptions => typeof(SinkOptions);
}

internal sealed record SinkOptions
{
    [Option("The address.", Required = true)]
    public string Url { get; init; } = "";
}

internal enum SampleMode
{
    Fast,
    VerySafe,
    HTTPOnly,
}

internal sealed record SampleTls
{
    [Option("Whether it is on.")]
    public bool Enabled { get; init; }

    [Option("The certificate.", IsPath = true)]
    public string? Certificate { get; init; }

    [Option("Depth of the chain.", Minimum = "1", Maximum = "9")]
    public int Depth { get; init; } = 3;
}

internal sealed record SampleHeader
{
    [Option("Its name.", Required = true)]
    public string Name { get; init; } = "";

    [Option("Its value.")]
    public Template Value { get; init; } = Template.Parse("");
}

internal sealed record SampleSourceOptions
{
    [Option("Where it listens.", Required = true, Example = "127.0.0.1:6661")]
    public string Listen { get; init; } = "";

    [Option("How many at once.", Minimum = "1", Maximum = "1000")]
    public int Connections { get; init; } = 10;

    [Option("A long number.")]
    public long Offset { get; init; } = -1;

    [Option("A share.", Minimum = "0", Maximum = "1")]
    public double Ratio { get; init; } = 0.5;

    [Option("A switch.")]
    public bool Strict { get; init; } = true;

    [Option("A pause.", Minimum = "10ms", Maximum = "1h")]
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    [Option("Only sometimes.")]
    public TimeSpan? Poll { get; init; }

    [Option("The largest frame.", Minimum = "1KB", Maximum = "1GB")]
    public ByteSize Largest { get; init; } = ByteSize.Megabytes(50);

    [Option("How.")]
    public SampleMode Mode { get; init; } = SampleMode.VerySafe;

    [Option("A secret.", IsSecret = true)]
    public string? Password { get; init; }

    [Option("A secret's hash.", IsSecret = true, IsHash = true)]
    public string? PasswordHash { get; init; }

    [Option("TLS.")]
    public SampleTls Tls { get; init; } = new() { Depth = 5 };

    [Option("Names.")]
    public IReadOnlyList<string> Names { get; init; } = ["a", "b"];

    [Option("Ports.", Minimum = "1", Maximum = "65535")]
    public int[] Ports { get; init; } = [];

    [Option("Reads messages.")]
    public ScriptFile? Script { get; init; }
}

internal sealed record SampleDestinationOptions
{
    [Option("The folder.", Required = true, IsPath = true)]
    public string Folder { get; init; } = "";

    [Option("The file's name.")]
    public Template File { get; init; } = Template.Parse("${messageId}.txt");

    [Option("Headers.")]
    public List<SampleHeader> Headers { get; init; } = [];
}

internal sealed class SampleDataType(string name) : IDataType
{
    public string Name => name;

    public string Summary => "A data type for tests.";

    public Type OptionsType => typeof(SampleDataTypeOptions);

    public string? PathProblem(string path) => path.StartsWith('?') ? "it begins with ?" : null;

    public Type? BatchOptionsType => name == "hl7v2" ? typeof(SampleBatchOptions) : null;

    public IEnumerable<OptionProblem> ValidateBatch(object batchOptions, object options)
    {
        if (((SampleBatchOptions)batchOptions).By == "magic")
        {
            yield return new OptionProblem("by", "`magic`", "something that exists");
        }
    }

    public IMessageCodec CreateCodec(object options) => throw new NotSupportedException();
}

internal sealed record SampleBatchOptions
{
    [Option("What parts are cut by.")]
    public string By { get; init; } = "message";
}

internal sealed record SampleDataTypeOptions
{
    [Option("The charset.")]
    public string Charset { get; init; } = "utf-8";

    [Option("Whether it is strict.")]
    public bool Strict { get; init; }
}
