using System.Globalization;
using ChannelHost.Server;
using ChannelHost.Server.Commands;
using ChannelHost.Tests.Import;

namespace ChannelHost.Tests.Server.Importing;

/// <summary><c>channelhost import mirth</c>, with a real folder.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("import-").FullName;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task PlainChannel_IsWrittenAndValidates()
    {
        var step = Exports.Script("JavaScriptStep", "E4X", 0, "for each (var pid in msg['PID']) {\n    channelMap.put('mrn', pid['PID.3']['PID.3.1'].toString());\n}");
        Write("adt.xml", Exports.Channel(sourceElements: step));

        var code = await ImportAsync("adt.xml");

        Assert.Equal("", _error.ToString());
        Assert.Contains("1 channel(s): 1 run as they are, 0 need a decision, 0 ask for something unsupported; 1 validate", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, code);
        Assert.True(File.Exists(Path.Join(_folder, "channels", "imported", "adt-in", "transform.js")));
        Assert.Contains("1 of 1 pass", await File.ReadAllTextAsync(Path.Join(_folder, "report.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(_folder, "report.json")));
    }

    [Fact]
    public async Task SecondTime_IsRefused_UnlessForced()
    {
        Write("adt.xml", Exports.Channel());
        Assert.Equal(ExitCode.Done, await ImportAsync("adt.xml"));

        Assert.Equal(ExitCode.Usage, await ImportAsync("adt.xml"));
        Assert.Contains("imported/adt-in is there already, and nothing was written", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await ImportAsync("adt.xml", "--force"));
    }

    [Fact]
    public async Task Secret_IsKeptEncrypted()
    {
        Write("adt.xml", Exports.Channel(destination: "<properties class=\"com.mirth.connect.connectors.http.HttpDispatcherProperties\" version=\"4.5.2\"><host>https://ehr.example.org/x</host><method>post</method><useAuthentication>true</useAuthentication><username>u</username><password>open sesame</password><content>${message.encodedData}</content></properties>", transport: "HTTP Sender"));

        var code = await ImportAsync("adt.xml");

        Assert.Contains("1 validate", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, code);
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("adt.xml", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("open sesame", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task UnreadableFile_GivesNine_OthersAreImported()
    {
        Write("a.xml", "<channel><name>");
        Write("b.xml", Exports.Channel());

        Assert.Equal(ExitCode.ImportIncomplete, await ImportAsync("."));
        Assert.True(Directory.Exists(Path.Join(_folder, "channels", "imported", "adt-in")));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Join(_folder, name), text);

    private Task<ExitCode> ImportAsync(string file, params string[] more) => CommandLine.RunAsync(
        ["import", "mirth", Path.Join(_folder, file), "--channels", Path.Join(_folder, "channels"), "--data", Path.Join(_folder, "data"), "--report", Path.Join(_folder, "report.md"), .. more],
        Terminal.Plain(_output, _error));
}
