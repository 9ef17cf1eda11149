using System.Text;
using ChannelHost.Import;

namespace ChannelHost.Server.Importing;

/// <summary>Puts what an import made into the channels folder. What is there already is only written over when that was asked for.</summary>
internal sealed class ImportFolder(string channelsFolder)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>What stands in the way: channels' folders, and shared files that say something else.</summary>
    public IReadOnlyList<string> Obstacles(ImportResult result) =>
    [
        .. result.Channels.Select(channel => channel.Name).Where(name => Directory.Exists(Path.Join(channelsFolder, name))),
        .. result.Shared.Where(file => File.Exists(Path.Join(channelsFolder, file.Name)) && File.ReadAllText(Path.Join(channelsFolder, file.Name)) != file.Text).Select(file => file.Name),
    ];

    /// <summary>Writes it all.</summary>
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public void Write(ImportResult result)
    {
        try
        {
            Directory.CreateDirectory(channelsFolder);

            // What channels refer to comes first: a host that watches takes each up as soon as its folder is there.
            foreach (var file in result.Shared)
            {
                WriteFile(Path.Join(channelsFolder, file.Name), file.Text);
            }

            foreach (var channel in result.Channels)
            {
                WriteChannel(channel);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{channelsFolder} cannot be written: {error.Message}", error);
        }
    }

    // Beside its place, then moved there: a host that watches the folder sees all of it or nothing. Names that begin with a dot are never looked at.
    private void WriteChannel(ImportedChannel channel)
    {
        var folder = Path.Join(channelsFolder, channel.Name);
        var mark = Path.GetRandomFileName();
        var draft = Path.Join(Path.GetDirectoryName(folder)!, $".new-{Path.GetFileName(folder)}-{mark}");
        var old = Path.Join(Path.GetDirectoryName(folder)!, $".old-{Path.GetFileName(folder)}-{mark}");
        try
        {
            foreach (var file in channel.Files)
            {
                WriteFile(Path.Join(draft, file.Name[(channel.Name.Length + 1)..]), file.Text);
            }

            if (Directory.Exists(folder))
            {
                Directory.Move(folder, old);
            }

            Directory.Move(draft, folder);
        }
        finally
        {
            Delete(draft);
            Delete(old);
        }
    }

    private static void WriteFile(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, Utf8);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
