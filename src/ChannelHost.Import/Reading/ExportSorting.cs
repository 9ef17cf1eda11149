using System.Text;
using ChannelHost.Import.Drafts;

namespace ChannelHost.Import.Reading;

/// <summary>Finds out what a file is and sorts what stands in it.</summary>
internal static class ExportSorting
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="ExportException">It cannot be read.</exception>
    public static void Sort(ImportInput input, ExportContent found, ImportWorld world)
    {
        if (!LooksLikeXml(input.Content.Span))
        {
            found.Configuration.AddRange(PropertiesText.Read(input));
            return;
        }

        var root = ExportReader.Read(input.Content);
        Sort(root, root.Attribute("version"), input.Name, found, world);
    }

    private static void Sort(ExportElement element, string? version, string file, ExportContent found, ImportWorld world)
    {
        switch (element.Name)
        {
            case "list" or "set" or "channels" or "codeTemplateLibraries" or "channelGroups" or "channelTags" or "channelDependencies" or "linked-hash-set":
                foreach (var child in element.All())
                {
                    Sort(child, child.Attribute("version") ?? version, file, found, world);
                }

                break;
            case "channel" or "com.webreach.mirth.model.Channel" or "com.mirth.connect.model.Channel":
                if (element.Children.Count > 0 && IsWhole(element))
                {
                    Inherit(element, version);
                    found.Channels.Add((element, file));
                    Embedded(element, file, found);
                }

                break;
            case "channelGroup":
                found.Groups.Add((element, file));
                if (element.Find("channels") is { } channels)
                {
                    Sort(channels, version, file, found, world);
                }

                break;
            case "codeTemplateLibrary":
                Inherit(element, version);
                found.Libraries.Add((element, file));
                break;
            case "codeTemplate" or "com.webreach.mirth.model.CodeTemplate" or "com.mirth.connect.model.CodeTemplate":
                Inherit(element, version);
                found.Templates.Add((element, file));
                break;
            case "channelTag":
                found.Tags.Add((element, file));
                break;
            case "channelDependency" or "com.mirth.connect.model.ChannelDependency":
                found.Dependencies.Add((element, file));
                break;
            case "map":
                found.GlobalScripts.Add((element, file));
                break;
            case "serverConfiguration" or "com.webreach.mirth.model.ServerConfiguration":
                Backup(element, version, file, found, world);
                break;
            case "alertModel" or "alert" or "com.webreach.mirth.model.Alert":
                world.Say(ImportLevel.Decision, file, element, $"the alert '{element.Word("name")}' is not taken over: set up what watches errors (metrics, notices) in its place");
                break;
            case "connector" or "transformer" or "filter":
                world.Say(ImportLevel.Unsupported, file, element, $"the file holds a part of a channel only ({element.Name}): export the whole channel");
                break;
            default:
                world.Findings.Add(new ImportFinding(ImportLevel.Unsupported, "", file, element.Line, "", 0, $"an element <{element.Name}> is no export that is known; it is kept in import-report.json") { Xml = MaskedXml.Of(element) });
                break;
        }
    }

    private static void Backup(ExportElement backup, string? version, string file, ExportContent found, ImportWorld world)
    {
        foreach (var part in backup.All())
        {
            switch (part.Name)
            {
                case "channels" or "channelGroups" or "channelTags" or "codeTemplateLibraries" or "channelDependencies" or "codeTemplates":
                    foreach (var child in part.All())
                    {
                        Sort(child, child.Attribute("version") ?? version, file, found, world);
                    }

                    break;
                case "globalScripts":
                    found.GlobalScripts.Add((part, file));
                    break;
                case "configurationMap":
                    Configuration(part, file, found);
                    break;
                case "date" or "version":
                    break;
                case "users":
                    world.Say(ImportLevel.Decision, file, part, $"{part.Children.Count} user(s) are not taken over: say here who may do what");
                    break;
                case "alerts" when part.Children.Count == 0:
                    break;
                case "alerts":
                    foreach (var alert in part.All())
                    {
                        world.Say(ImportLevel.Decision, file, alert, $"the alert '{alert.Word("name")}' is not taken over: set up what watches errors (metrics, notices) in its place");
                    }

                    break;
                default:
                    if (part.Children.Count > 0 || part.Text.Trim().Length > 0)
                    {
                        world.Findings.Add(new ImportFinding(ImportLevel.Runs, "", file, part.Line, "", 0, $"{part.Name} of the server is not taken over; it is kept in import-report.json") { Xml = MaskedXml.Of(part) });
                    }

                    break;
            }
        }
    }

    private static void Configuration(ExportElement map, string file, ExportContent found)
    {
        foreach (var entry in map.All("entry"))
        {
            if (entry.All() is [var key, var property])
            {
                var value = property.Find("value");
                found.Configuration.Add((key.Text, (value ?? property).Text, property.Word("comment"), file, entry.Line));
            }
        }
    }

    // Groups of a server name their channels by id and revision only.
    private static bool IsWhole(ExportElement channel) => channel.Peek("sourceConnector") is not null || channel.Peek("name") is not null;

    private static void Embedded(ExportElement channel, string file, ExportContent found)
    {
        var export = channel.Peek("exportData") ?? channel;
        foreach (var library in export.Peek("codeTemplateLibraries")?.Children ?? [])
        {
            if (library.Name == "codeTemplateLibrary" && library.Peek("codeTemplates") is not null)
            {
                Inherit(library, channel.Attribute("version"));
                found.Libraries.Add((library, file));
            }
        }

        foreach (var tag in export.Peek("channelTags")?.Children ?? [])
        {
            found.Tags.Add((tag, file));
        }
    }

    private static void Inherit(ExportElement element, string? version)
    {
        if (version is not null && element.Attribute("version") is null)
        {
            element.SetAttribute("version", version);
        }
    }

    private static bool LooksLikeXml(ReadOnlySpan<byte> content)
    {
        // A byte order mark or two-byte characters: only XML has them here.
        if (content.StartsWith(Encoding.Unicode.Preamble) || content.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            return true;
        }

        content = content.StartsWith(Encoding.UTF8.Preamble) ? content[3..] : content;
        var first = content.TrimStart(" \t\r\n"u8);
        return first.IsEmpty || first[0] == (byte)'<';
    }
}
