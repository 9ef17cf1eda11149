using System.Globalization;
using ChannelHost.Server;
using ChannelHost.Server.Commands;

namespace ChannelHost.Tests.Server;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("fly")]
    [InlineData("run --speed 3")]
    [InlineData("run --urls gopher://x")]
    [InlineData("run --drain -1")]
    [InlineData("run --channels /no/such/folder")]
    [InlineData("send")]
    [InlineData("send mllp://nowhere --repeat 0 x")]
    [InlineData("send mllp://127.0.0.1:70000 x")]
    [InlineData("bench --connections 0")]
    [InlineData("messages not-a-channel")]
    [InlineData("run --channels /tmp --environment base")]
    [InlineData("secret set")]
    [InlineData("secret set ehr --value hunter2")]
    [InlineData("secret remove ehr --data /no/such/folder")]
    [InlineData("secret rotate --data /no/such/folder")]
    [InlineData("versions not-a-channel")]
    [InlineData("versions restore clinic/registration 1")]
    [InlineData("versions restore clinic/registration one --why x")]
    [InlineData("deploy not-a-channel --why x")]
    [InlineData("verify /no/such/folder")]
    [InlineData("hash-key --password --given")]
    [InlineData("hash-key --from-file x")]
    [InlineData("hash-key --given --from-file /no/such/file")]
    [InlineData("validate /no/such/folder")]
    public async Task SenselessCommandLine_SaysSoInPlainLinesAndGivesTwo(string line)
    {
        var code = await RunAsync(line);

        Assert.Equal(ExitCode.Usage, code);
        Assert.All(_error.ToString().TrimEnd('\n').Split('\n'), text => Assert.StartsWith("channelhost: ", text, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HashKey_MakesAKeyThatItsHashFits()
    {
        var code = await RunAsync("hash-key");

        var lines = _output.ToString().Split('\n');
        var key = lines[0]["key:  ".Length..].Trim();
        Assert.Equal(ExitCode.Done, code);
        Assert.True(ChannelHost.Connectors.Http.SecretHash.TryParse(lines[1]["hash: ".Length..].Trim(), out var hash));
        Assert.True(hash.IsOf(System.Text.Encoding.UTF8.GetBytes(key)));
        Assert.Equal(43, key.Length);
    }

    [Fact]
    public async Task HashKey_OfAPasswordNeverShowsIt()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "open sesame\n", TestContext.Current.CancellationToken);

        await RunAsync($"hash-key --password --from-file {file}");
        File.Delete(file);

        var text = _output.ToString();
        Assert.DoesNotContain("sesame", text, StringComparison.Ordinal);
        Assert.True(ChannelHost.Connectors.Http.SecretHash.TryParse(text["hash: ".Length..].Trim(), out var hash));
        Assert.True(hash.IsSlow);
        Assert.True(hash.IsOf("open sesame"u8));
    }

    [Fact]
    public async Task Help_NamesEveryVerbAndEveryExitCode()
    {
        var code = await RunAsync("--help");

        Assert.Equal(ExitCode.Done, code);
        Assert.All(["run", "validate", "send", "messages", "deploy", "versions", "secret", "verify", "bench"], verb => Assert.Contains($"\n  {verb} ", _output.ToString(), StringComparison.Ordinal));
        Assert.All(Enum.GetValues<ExitCode>(), value => Assert.Contains(((int)value).ToString(CultureInfo.InvariantCulture), _output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task HostThatIsNotThere_GivesSeven()
    {
        var code = await RunAsync("messages --url http://127.0.0.1:1");

        Assert.Equal(ExitCode.HostUnreachable, code);
        Assert.Contains("no host answers", _error.ToString(), StringComparison.Ordinal);
    }

    private Task<ExitCode> RunAsync(string line) => CommandLine.RunAsync(line.Split(' '), Terminal.Plain(_output, _error));
}
