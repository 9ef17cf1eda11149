using System.Globalization;
using System.Text.RegularExpressions;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Connectors;

/// <summary>File Reader: <c>files</c> or <c>sftp</c>.</summary>
internal sealed class FileReader : IConnectorConversion
{
    public string PropertiesClass => "FileReceiverProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        FilePlace.Convert(draft, isSource: true);
        Names(draft);
        Polling.Convert(draft, "interval");
        if (properties.Flag("directoryRecursion"))
        {
            draft.Yaml.Set("recurse", true, properties.Find("directoryRecursion"));
        }

        if (properties.Flag("checkFileAge", otherwise: true))
        {
            draft.SetTime("minimumAge", "fileAge", 0, 30 * 86_400_000L);
        }

        After(draft);
        var sort = properties.Word("sortBy");
        draft.Yaml.Set("order", sort == "name" ? "name" : "time", properties.Find("sortBy"));
        if (sort == "size")
        {
            draft.Decide(properties.Find("sortBy"), "files were taken by size; here the oldest comes first");
        }

        if (!properties.Flag("ignoreDot", otherwise: true))
        {
            draft.Yaml.Set("ignoreTemporary", new YamlWords([]), properties.Find("ignoreDot"));
        }

        draft.Expect("fileSizeMinimum", "small files are taken, too, here", "0");
        if (!properties.Flag("ignoreFileSizeMaximum", otherwise: true) && long.TryParse(properties.Word("fileSizeMaximum"), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
        {
            draft.Yaml.Set("maximumFile", string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp((bytes + 1023) / 1024, 1, 1024 * 1024)}KB"), properties.Find("fileSizeMaximum"));
        }

        draft.Expect("binary", "the file's content was base64 text in scripts: with dataType raw it is bytes here", "false");
        draft.ReadCharset("charsetEncoding");
        properties.Skip("fileAge", "fileSizeMaximum");
    }

    private static void Names(ConnectorDraft draft)
    {
        var filter = draft.Properties.Find("fileFilter");
        var text = filter?.Text.Trim() ?? "*";
        if (draft.Properties.Flag("regex"))
        {
            draft.Yaml.Set("expression", $"^(?:{draft.Fixed(text, filter)})$", filter);
        }
        else if (text.Contains(',', StringComparison.Ordinal))
        {
            var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(name => Regex.Escape(name).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal));
            draft.Yaml.Set("expression", $"^(?:{string.Join('|', names)})$", filter);
        }
        else if (text is not ("*" or ""))
        {
            draft.Yaml.Set("pattern", draft.Fixed(text, filter), filter);
        }
    }

    private static void After(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var action = properties.Word("afterProcessingAction").ToUpperInvariant();
        var move = properties.Find("moveToDirectory");
        var folder = move?.Text.Trim() ?? "";
        switch (action)
        {
            case "DELETE":
                draft.Yaml.Set("after", "delete", properties.Find("afterProcessingAction"));
                break;
            case "MOVE" when folder.Length > 0 && !FilePlace.HasVariable(folder):
                draft.Yaml.Set("after", "move", properties.Find("afterProcessingAction")).Set("moveTo", draft.Fixed(folder, move), move);
                break;
            case "MOVE":
                draft.Yaml.Set("after", "move", properties.Find("afterProcessingAction")).Set("moveTo", FilePlace.Below(draft, FilePlace.FixedPart(folder), "processed"), move);
                draft.Decide(move, $"files were moved to {(folder.Length == 0 ? "another name" : folder)}: here they go to one folder under their own name, with a number when it is taken");
                break;
            default:
                draft.Yaml.Set("after", "move", properties.Find("afterProcessingAction")).Set("moveTo", FilePlace.Below(draft, "", "processed"));
                draft.Decide(properties.Find("afterProcessingAction"), "files stayed where they were and were read again at every poll; here a file is taken once: it is moved to the folder processed");
                break;
        }

        var name = properties.Word("moveToFileName");
        if (action == "MOVE" && name.Length > 0 && name != "${originalFilename}")
        {
            draft.Decide(properties.Find("moveToFileName"), $"moved files were called {name}; here they keep their name");
        }

        if (properties.Word("errorReadingAction") == "MOVE" || properties.Word("errorResponseAction") == "MOVE")
        {
            var errors = properties.Find("errorMoveToDirectory");
            draft.Yaml.Set("errorFolder", errors?.Text.Trim() is { Length: > 0 } to && !FilePlace.HasVariable(to) ? draft.Fixed(to, errors) : FilePlace.Below(draft, "", "errors"), errors);
        }

        properties.Skip("moveToDirectory", "moveToFileName", "errorMoveToDirectory", "errorMoveToFileName", "errorReadingAction", "errorResponseAction");
    }
}

/// <summary>File Writer: <c>files</c> or <c>sftp</c>.</summary>
internal sealed class FileWriter : IConnectorConversion
{
    public string PropertiesClass => "FileDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        FilePlace.Convert(draft, isSource: false);
        if (properties.Flag("errorOnExists"))
        {
            draft.Yaml.Set("exists", "fail", properties.Find("errorOnExists"));
        }
        else if (properties.Flag("outputAppend", otherwise: true))
        {
            draft.Yaml.Set("exists", "append", properties.Find("outputAppend")).Set("recordEnd", "");
        }
        else
        {
            draft.Yaml.Set("exists", "replace", properties.Find("outputAppend"));
        }

        if (properties.Flag("binary"))
        {
            draft.Yaml.Set("decode", "base64", properties.Find("binary"));
        }

        draft.Content("template");
        draft.ReadCharset("charsetEncoding");
        properties.Skip("temporary", "keepConnectionOpen", "maxIdleTime", "outputAppend");
    }
}

/// <summary>Where files lie: the folder, and for SFTP the server.</summary>
internal static class FilePlace
{
    /// <summary>Sets type, folder, file and connection.</summary>
    public static void Convert(ConnectorDraft draft, bool isSource)
    {
        var properties = draft.Properties;
        var scheme = properties.Word("scheme") is { Length: > 0 } given ? given.ToUpperInvariant() : "FILE";
        var host = properties.Find("host");
        var place = (host?.Text ?? "").Trim();
        draft.Yaml.Set("type", scheme == "SFTP" ? "sftp" : "files", properties);
        properties.Skip("anonymous", "secure", "passive", "validateConnection");
        if (scheme == "FILE")
        {
            properties.Skip("username", "password", "timeout", "schemeProperties");
        }
        else if (scheme == "SFTP")
        {
            place = Server(draft, place, host);
        }
        else
        {
            draft.Refuse(properties.Find("scheme"), $"files by {scheme}: here files lie in folders of this machine or on SFTP servers (a mounted share is a folder)");
            properties.Skip("username", "password", "timeout", "schemeProperties");
        }

        Folder(draft, place, host, isSource);
    }

    /// <summary>True when something in it is filled in for each message.</summary>
    public static bool HasVariable(string text) => text.Contains('$', StringComparison.Ordinal);

    /// <summary>The folders before the first variable.</summary>
    public static string FixedPart(string path)
    {
        var variable = path.IndexOf('$', StringComparison.Ordinal);
        return variable < 0 ? path : path[..(path.LastIndexOf('/', variable) + 1)].TrimEnd('/');
    }

    /// <summary>A folder below the source's, or below another one.</summary>
    public static string Below(ConnectorDraft draft, string folder, string name)
    {
        var own = (draft.Yaml.Entries.Find(entry => entry.Key == "folder")?.Value as YamlScalar)?.Text ?? ".";
        return $"{(folder.Length > 0 ? folder : own).TrimEnd('/')}/{name}";
    }

    private static void Folder(ConnectorDraft draft, string place, ExportElement? host, bool isSource)
    {
        place = place.Replace('\\', '/');
        if (!OperatingSystem.IsWindows() && ((place.Length > 1 && place[1] == ':') || place.StartsWith("//", StringComparison.Ordinal)))
        {
            draft.Await("a folder of this machine");
            draft.Decide(host, $"the folder {ConnectorDraft.Short(place)} is one of Windows: name the folder on this machine");
        }

        if (isSource)
        {
            draft.Yaml.Set("folder", draft.Fixed(place.Length == 0 ? "." : place, host, "/to-be-decided"), host);
            return;
        }

        var pattern = draft.Properties.Find("outputPattern");
        var file = (pattern?.Text ?? "").Trim();
        var isConfiguration = ConnectorDraft.Reference().Matches(place) is { Count: > 0 } names && names.All(match => draft.Channel.World.Configuration.ContainsKey(match.Groups["name"].Value));
        if (HasVariable(place) && !isConfiguration)
        {
            // What is filled in for each message belongs to the file's name, which may hold folders.
            var start = FixedPart(place);
            file = $"{place[start.Length..].Trim('/')}/{file}";
            draft.Decide(host, $"the folder {ConnectorDraft.Short(place)} is chosen for each message: the fixed part is the folder here, the rest belongs to the file's name, where a value may hold no /");
            place = start;
        }

        draft.Yaml.Set("folder", place.Length == 0 ? "." : draft.Fixed(place, host), host);
        if (file.Length == 0 || file.EndsWith('/'))
        {
            draft.Decide(pattern ?? host, "the file has no name: it is called by the message's id here");
            file += "${message.messageId}.dat";
        }

        draft.Yaml.Set("file", ConnectorDraft.Template(file), pattern);
    }

    private static string Server(ConnectorDraft draft, string place, ExportElement? host)
    {
        var properties = draft.Properties;
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        var (server, folder) = slash < 0 ? (place, ".") : (place[..slash], place[slash..]);
        draft.Yaml.Set("connect", draft.Fixed(server, host, "to-be-decided.invalid"), host);
        draft.Yaml.Set("user", draft.Fixed(properties.Word("username"), properties.Find("username")), properties.Find("username"));
        var scheme = properties.Find("schemeProperties");
        if (scheme?.Flag("passwordAuth", otherwise: true) != false)
        {
            draft.Yaml.Set("password", draft.Secret("password", "password"), properties.Find("password"));
        }

        if (scheme?.Flag("keyAuth") == true)
        {
            var key = new YamlBlock { Origin = scheme }.Set("file", draft.Fixed(scheme.Word("keyFile"), scheme), scheme.Find("keyFile"));
            if (scheme.Find("passPhrase") is { Text.Length: > 0 } phrase)
            {
                key.Set("passphrase", draft.Secret(phrase.Text, phrase, "passphrase"), phrase);
            }

            draft.Yaml.Set("keys", new YamlBlocks([key]), scheme);
        }

        HostKeys(draft, scheme);
        draft.SetTime("timeout", "timeout", 1_000, 600_000);
        properties.Skip("password");
        scheme?.Skip("keyFile", "passPhrase", "hostKeyChecking", "knownHostsFile");
        if (scheme?.Find("configurationSettings") is { } more && more.MarkAll().Children.Count > 0)
        {
            draft.Channel.Keep(ImportLevel.Decision, more, "further settings of the SFTP library are not taken over");
        }

        return folder;
    }

    private static void HostKeys(ConnectorDraft draft, ExportElement? scheme)
    {
        var file = scheme?.Word("knownHostsFile") ?? "";
        var checks = scheme?.Word("hostKeyChecking") ?? "";
        var keys = new YamlBlock { Origin = scheme }.Set("knownHosts", new YamlWords([file.Length > 0 ? file : "known_hosts"]));
        if (checks != "yes")
        {
            draft.Decide(scheme?.Find("hostKeyChecking"), "the server's key was not checked there; here it must be known: put its line of known_hosts into the file that hostKeys names");
        }

        draft.Yaml.Set("hostKeys", keys, scheme);
    }
}
