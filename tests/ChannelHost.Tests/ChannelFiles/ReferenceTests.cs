using ChannelHost.Storage.ChannelFiles;

namespace ChannelHost.Tests.ChannelFiles;

public sealed class ReferenceTests
{
    [Fact]
    public void Page_HasARowForEachSettingOfBothSides()
    {
        var page = ConnectorReference.Markdown(new SampleConnector());

        Assert.StartsWith("# sample\n\nHas one setting of each kind | for tests.\n", page);
        foreach (var row in new[]
        {
            "| `listen` | text |  |  | yes | Where it listens. Example: `127.0.0.1:6661`. |",
            "| `connections` | whole number | `10` | 1 to 1000 |  | How many at once. |",
            "| `ratio` | number | `0.5` | 0 to 1 |  | A share. |",
            "| `strict` | true or false | `true` |  |  | A switch. |",
            "| `idle` | time | `30s` | 10ms to 1h |  | A pause. |",
            "| `poll` | time |  |  |  | Only sometimes. |",
            "| `largest` | size | `50MB` | 1KB to 1GB |  | The largest frame. |",
            "| `mode` | choice | `very-safe` | `fast`, `very-safe`, `http-only` |  | How. |",
            "| `password` | secret text |  |  |  | A secret. |",
            "| `tls` | block |  |  |  | TLS. |",
            "| `tls.certificate` | path |  |  |  | The certificate. |",
            "| `tls.depth` | whole number | `5` | 1 to 9 |  | Depth of the chain. |",
            "| `names[]` | list of text | `a, b` |  |  | Names. |",
            "| `script` | script |  |  |  | Reads messages. |",
            "| `file` | template | `${messageId}.txt` |  |  | The file's name. |",
            "| `headers[].name` | text |  |  | yes | Its name. |",
        })
        {
            Assert.Contains(row + "\n", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ChannelPage_HasTheKeysOfEveryChannel()
    {
        var page = ConnectorReference.ChannelMarkdown();

        Assert.Contains("| `threads` | whole number | `1` | 1 to 64 |", page, StringComparison.Ordinal);
        Assert.Contains("| `queue.retry.delay` | time | `1s` | 10ms to 1h |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void DescriptorThatCannotBeBound_IsRefusedAtStart()
    {
        var error = Assert.Throws<ArgumentException>(() => new ChannelFolder("x", [new BadConnector()], [], null, TimeProvider.System, _ => null));

        Assert.Equal("The setting BadOptions.Address cannot be used: its type Uri cannot be bound.", error.Message);
    }

    [Fact]
    public void SettingThatHidesAKeyOfEveryChannel_IsRefusedAtStart()
    {
        var error = Assert.Throws<ArgumentException>(() => new ChannelFolder("x", [new ClashingConnector()], [], null, TimeProvider.System, _ => null));

        Assert.Contains("`queue`", error.Message, StringComparison.Ordinal);
    }

    private sealed class BadConnector : IConnector
    {
        public string Type => "bad";

        public string Summary => "";

        public string DefaultDataType => "raw";

        public Type? SourceOptions => typeof(BadOptions);

        public Type? DestinationOptions => null;
    }

    private sealed record BadOptions
    {
        [Option("An address.")]
        public Uri? Address { get; init; }
    }

    private sealed class ClashingConnector : IConnector
    {
        public string Type => "clash";

        public string Summary => "";

        public string DefaultDataType => "raw";

        public Type? SourceOptions => null;

        public Type? DestinationOptions => typeof(ClashingOptions);
    }

    private sealed record ClashingOptions
    {
        [Option("Clashes.")]
        public string? Queue { get; init; }
    }
}
