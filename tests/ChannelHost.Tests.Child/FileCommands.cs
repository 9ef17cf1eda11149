using ChannelHost.Storage.Files;

namespace ChannelHost.Tests.Child;

/// <summary>Flushes a file in .NET's way and in ours.</summary>
internal static class FileCommands
{
    /// <summary>Says whether <see cref="FileStream.Flush(bool)"/> reports what fsync says.</summary>
    internal static Task FlushAsync(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Create);
            file.WriteByte(1);
            file.Flush(flushToDisk: true);
            Console.WriteLine("flushed");
        }
        catch (IOException failure)
        {
            Console.WriteLine($"failed {failure.Message}");
        }

        return Task.CompletedTask;
    }

    /// <summary>Says whether our own write reports it.</summary>
    internal static Task WriteDurablyAsync(string path)
    {
        try
        {
            new DurableFiles().Write(path, "content"u8, overwrite: true);
            Console.WriteLine("written");
        }
        catch (IOException failure)
        {
            Console.WriteLine($"failed {failure.Message}");
        }

        return Task.CompletedTask;
    }
}
