using System.Diagnostics;
using System.Text.RegularExpressions;
using ChannelHost.Scripting;
using ChannelHost.Tests.Architecture;
using ChannelHost.Tests.Storage;

namespace ChannelHost.Tests.Server.Editing;

/// <summary>The declarations under the real TypeScript compiler, from npm where that is there.</summary>
public sealed partial class TypeScriptTests : IDisposable
{
    private const string Compiler = "typescript@5.9.3";

    // 1108: a `return` at top level, which is what scripts have here. 2322, 2740 and their kin: msg may become something of another type.
    private static readonly string[] NoMistakes = ["TS1108", "TS2322", "TS2739", "TS2740", "TS2741"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("typescript-");

    [Fact]
    public async Task ShippedScripts_UseOnlyWhatIsDeclared()
    {
        var compiler = await CompilerAsync();

        var mistakes = await CompileAsync(compiler, Path.Combine(House.Root, "channels"), checkScripts: true);

        // A JSON message has whatever its sender puts there: a property may have the name of one of a tree's methods.
        Assert.DoesNotContain(mistakes, line => !NoMistakes.Any(line.Contains) && !line.Contains("does not exist on type '(", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EditorOpensShippedChannels_NothingIsUnderlined()
    {
        var compiler = await CompilerAsync();

        Assert.Empty(await CompileAsync(compiler, Path.Combine(House.Root, "channels"), checkScripts: false));
    }

    [Fact]
    public async Task WrongNamesAndArguments_AreFound()
    {
        var compiler = await CompilerAsync();
        File.WriteAllText(Path.Combine(_folder.FullName, "channelhost.d.ts"), ScriptDeclarations.Scope());
        File.Copy(Path.Combine(House.Root, "channels", "jsconfig.json"), Path.Combine(_folder.FullName, "jsconfig.json"));
        File.WriteAllText(
            Path.Combine(_folder.FullName, "script.js"),
            "logger.infoo('x');\nchanelMap.put('a', 1);\nmsg.get();\nconst text = msg.get('PID-3.1').trim();\nsourceMap.put('a', 1);\nfor (const obx of msg.all('OBX')) { obx.set('5', text); }\n");

        var mistakes = await CompileAsync(compiler, _folder.FullName, checkScripts: true);

        // The read-only map takes any key, so put() on it cannot be told from a key.
        Assert.Equal(["script.js(1,8)", "script.js(2,1)", "script.js(3,5)"], mistakes.Select(line => Place().Match(line).Value));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The compiler below <c>.build</c>, fetched once.</summary>
    private static async Task<string> CompilerAsync()
    {
        Assert.SkipUnless(Tools.Has("node") && Tools.Has("npm"), "needs node and npm for the TypeScript compiler");
        var tools = Path.Combine(House.Root, ".build", "typescript");
        var compiler = Path.Combine(tools, "node_modules", "typescript", "bin", "tsc");
        if (!File.Exists(compiler))
        {
            Directory.CreateDirectory(tools);
            var (code, output) = await RunAsync("npm", ["install", "--prefix", tools, "--no-save", "--no-audit", "--no-fund", Compiler]);
            Assert.SkipUnless(code == 0 && File.Exists(compiler), $"npm does not serve {Compiler}: {output.Trim().Split('\n')[^1]}");
        }

        return compiler;
    }

    private async Task<List<string>> CompileAsync(string compiler, string channels, bool checkScripts)
    {
        var project = Path.Combine(_folder.FullName, "tsconfig.json");
        var check = checkScripts ? "true" : "false";
        await File.WriteAllTextAsync(
            project,
            $$"""
            { "extends": "{{channels}}/jsconfig.json", "compilerOptions": { "allowJs": true, "checkJs": {{check}}, "noEmit": true },
              "include": ["{{channels}}/**/*.js", "{{channels}}/**/*.d.ts"] }
            """,
            TestContext.Current.CancellationToken);
        var (code, output) = await RunAsync("node", [compiler, "--pretty", "false", "-p", project]);
        var mistakes = output.Split('\n').Where(line => line.Contains("error TS", StringComparison.Ordinal)).ToList();
        Assert.True(code == 0 || mistakes.Count > 0, output);
        return mistakes;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    [GeneratedRegex(@"script\.js\(\d+,\d+\)")]
    private static partial Regex Place();
}
