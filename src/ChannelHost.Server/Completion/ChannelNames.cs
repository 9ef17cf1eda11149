using System.CommandLine;
using System.CommandLine.Completions;

namespace ChannelHost.Server.Completion;

/// <summary>Completes channels and groups from the channels folder, without reading what is in them.</summary>
internal static class ChannelNames
{
    private const int Most = 2_000;

    /// <summary>Lets an argument be completed.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="channels">The command's option for the channels folder; null where it has none.</param>
    /// <param name="withGroups">Whether a group may stand there, too.</param>
    public static void Complete(Argument argument, Option<string>? channels, bool withGroups = false)
    {
        // Without a name of its own the help would list every channel there is.
        argument.HelpName = argument.Name;
        argument.CompletionSources.Add(context => Names(Folder(context, channels), withGroups).Take(Most).Select(name => new CompletionItem(name)));
    }

    private static string Folder(CompletionContext context, Option<string>? channels) =>
        (channels is null ? null : context.ParseResult.GetResult(channels)?.GetValueOrDefault<string>()) ?? "channels";

    private static IEnumerable<string> Names(string folder, bool withGroups)
    {
        try
        {
            var names = Directory.EnumerateFiles(folder, "channel.yaml", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true })
                .Select(file => Path.GetRelativePath(folder, Path.GetDirectoryName(file)!).Replace('\\', '/'))
                .Where(name => !name.Split('/').Any(part => part[0] is '.' or '_'))
                .Take(Most)
                .ToList();
            return names.Concat(withGroups ? names.Select(name => name.Split('/')[0]).Distinct() : []).Order(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody presses Tab where there are no channels: there is nothing to complete, and nobody to tell.
            return [];
        }
    }
}
