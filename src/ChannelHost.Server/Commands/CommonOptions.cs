using System.CommandLine;

namespace ChannelHost.Server.Commands;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    /// <summary><c>--channels DIR</c>.</summary>
    public static Option<string> Channels() => new("--channels")
    {
        Description = "The channels folder.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "channels",
    };

    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string> Data() => new("--data")
    {
        Description = "The data folder: stores and logs. One host at a time works on it.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "data",
    };

    /// <summary><c>--store files|postgres</c>.</summary>
    public static Option<string?> Store()
    {
        var option = new Option<string?>("--store")
        {
            Description = "Where messages and state are kept: files in the data folder, or a PostgreSQL database (CHANNELHOST_STORE_CONNECTION, or the secret store-connection). Default: CHANNELHOST_STORE, else files.",
            HelpName = "files|postgres",
        };
        option.AcceptOnlyFromAmong(Hosting.StoreChoice.Files, Hosting.StoreChoice.Postgres);
        return option;
    }

    /// <summary><c>--environment NAME</c>.</summary>
    public static Option<string?> Environment() => new("--environment")
    {
        Description = "The environment: values of config/NAME.yaml in the channels folder count over those of config/base.yaml. Default: CHANNELHOST_ENVIRONMENT, else the base alone.",
        HelpName = "NAME",
    };

    /// <summary><c>--why TEXT</c>.</summary>
    public static Option<string> Why() => new("--why") { Description = "Why: a few words for the record of versions and the audit.", HelpName = "TEXT", Required = true };

    /// <summary><c>--why TEXT</c>, where people need not say.</summary>
    public static Option<string?> WhyIfSaid() => new("--why") { Description = "Why: a few words for the audit.", HelpName = "TEXT" };

    /// <summary><c>--force</c>.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Also when its cases fail. That is on the record." };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write JSON for programs instead of text for people." };

    /// <summary><c>--url URL</c>.</summary>
    public static Option<string> Url() => new("--url")
    {
        Description = "The running host's address.",
        HelpName = "URL",
        DefaultValueFactory = _ => Hosting.HostSettings.DefaultUrl,
    };

    /// <summary><c>--urls URL</c>, of those who listen.</summary>
    public static Option<string> Urls() => new("--urls")
    {
        Description = "Where the API, health and metrics listen; several with a semicolon. They have no authentication yet: keep them on loopback.",
        HelpName = "URL",
        DefaultValueFactory = _ => Hosting.HostSettings.DefaultUrl,
    };

    /// <summary>The addresses that <c>--urls</c> names.</summary>
    public static string[] ReadUrls(string text)
    {
        var urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var url in urls)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.AbsolutePath != "/")
            {
                throw new CommandFailure(ExitCode.Usage, $"--urls: '{url}' is no address of the form http://127.0.0.1:8085");
            }
        }

        return urls.Length > 0 ? urls : throw new CommandFailure(ExitCode.Usage, "--urls names no address");
    }

    /// <summary>A folder that must be there.</summary>
    public static string ExistingFolder(string path)
    {
        var full = Path.GetFullPath(path);
        return Directory.Exists(full)
            ? full
            : throw new CommandFailure(ExitCode.Usage, $"there is no folder {full}");
    }

    /// <summary>How people call this program here: the script tells by CHANNELHOST_COMMAND.</summary>
    public static string ProgramName() => System.Environment.GetEnvironmentVariable("CHANNELHOST_COMMAND") is { Length: > 0 } name ? name : "channelhost";
}
