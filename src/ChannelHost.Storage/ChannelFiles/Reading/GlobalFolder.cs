namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads <c>global/</c>: the scripts of all channels, each under its fixed name.</summary>
internal static class GlobalFolder
{
    private const string Wanted = "deploy.js, undeploy.js, preprocess.js or postprocess.js";

    /// <summary>Reads and checks them. What is wrong with one concerns every channel.</summary>
    /// <param name="root">The channels folder.</param>
    /// <param name="stamps">Its files.</param>
    /// <param name="compiler">Knows scripts; null to read without checking.</param>
    public static (GlobalScripts Scripts, IReadOnlyList<ChannelProblem> Problems) Read(string root, IReadOnlyList<FileStamp> stamps, IScriptCompiler? compiler)
    {
        var problems = new ProblemList(ChannelTree.Global);
        var boundary = new Boundary(root, Path.Join(root, ChannelTree.Global));
        var global = new GlobalScripts();
        foreach (var stamp in stamps)
        {
            if (!Knows(stamp.Path))
            {
                // It costs nobody anything: no channel runs it.
                problems.Add(new ChannelProblem($"{ChannelTree.Global}/{Path.GetFileName(stamp.Path)}", 0, 0, "", "a file that is not used", Wanted, ProblemSeverity.Warning));
                continue;
            }

            var file = TextFile.Read(stamp.Path, boundary);
            var script = new ScriptFile($"{ChannelTree.Global}/{Path.GetFileName(stamp.Path)}", file.Text);
            if (file.Fault is { } wrong)
            {
                problems.Add(new ChannelProblem(script.Name, wrong.Line, wrong.Column, "", wrong.Found, wrong.Wanted));
                continue;
            }

            global = With(global, script);
            if (compiler is not null)
            {
                ScriptChecks.Check(compiler, script, problems, "", indent: 0);
            }
        }

        return (global, problems.Sorted());
    }

    /// <summary>Those there are, by name.</summary>
    public static IEnumerable<ScriptFile> FilesOf(GlobalScripts global) =>
        new[] { global.Deploy, global.Postprocessor, global.Preprocessor, global.Undeploy }.OfType<ScriptFile>();

    private static bool Knows(string path) => Path.GetFileName(path) is "deploy.js" or "undeploy.js" or "preprocess.js" or "postprocess.js";

    private static GlobalScripts With(GlobalScripts global, ScriptFile script) => Path.GetFileName(script.Name) switch
    {
        "deploy.js" => global with { Deploy = script },
        "undeploy.js" => global with { Undeploy = script },
        "preprocess.js" => global with { Preprocessor = script },
        _ => global with { Postprocessor = script },
    };
}
