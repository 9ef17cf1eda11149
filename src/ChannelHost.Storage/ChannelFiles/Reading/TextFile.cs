using System.Text;
using System.Text.Unicode;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>A text file, or what keeps it from being read.</summary>
internal sealed record TextFile
{
    /// <summary>The largest file that is read: 1 MB. A channel's files are a few KB; more is a mistake.</summary>
    public const int MaximumBytes = 1024 * 1024;

    /// <summary>How it looked just before it was read.</summary>
    public required FileStamp Stamp { get; init; }

    /// <summary>The bytes; null when it could not be read.</summary>
    public byte[]? Bytes { get; private init; }

    /// <summary>The text without a byte order mark; empty when it could not be read.</summary>
    public string Text { get; private init; } = "";

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public (int Line, int Column, string Found, string Wanted)? Fault { get; private init; }

    /// <summary>Reads a file. Never throws for what is on the disk.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="boundary">Where it must lie.</param>
    public static TextFile Read(string path, Boundary boundary)
    {
        var stamp = FileStamp.Of(path);
        try
        {
            if (!boundary.Holds(path))
            {
                return Failed(stamp, "a link that leads out of the channels folder", "a file inside it");
            }

            if (Directory.Exists(path))
            {
                return Failed(stamp, "a folder", "a file");
            }

            if (!stamp.Exists)
            {
                return Failed(stamp, "no such file", "a file that can be read");
            }

            return stamp.Size > MaximumBytes ? TooLarge(stamp) : ReadBytes(path, stamp);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Failed(stamp, $"a file that cannot be read ({Reason(error)})", "a file that the host's user may read");
        }
    }

    /// <summary>Why the file system refused, without the path that .NET puts into the text.</summary>
    public static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        FileNotFoundException or DirectoryNotFoundException => "it is gone",
        PathTooLongException => "its path is too long",
        _ => $"input/output error 0x{error.HResult:x8}",
    };

    private static TextFile ReadBytes(string path, FileStamp stamp)
    {
        // A pipe or a device says it is empty, and opening it would wait for ever: what is empty is not opened at all.
        var bytes = stamp.Size == 0 ? [] : ReadAll(path);
        if (bytes.Length > MaximumBytes)
        {
            return TooLarge(stamp);
        }

        if (!Utf8.IsValid(bytes))
        {
            var (line, column) = FirstInvalid(bytes);
            return new TextFile { Stamp = stamp, Fault = (line, column, "a byte that is not UTF-8", "the file saved as UTF-8") };
        }

        var start = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        return new TextFile { Stamp = stamp, Bytes = bytes, Text = Encoding.UTF8.GetString(bytes.AsSpan(start)) };
    }

    private static byte[] ReadAll(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), MaximumBytes) + 1];
        var length = 0;
        while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is var read and > 0)
        {
            length += read;
        }

        return bytes[..length];
    }

    private static (int Line, int Column) FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var (line, column) = (1, 1);
        while (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf16SequenceLength);
            bytes = bytes[length..];
        }

        return (line, column);
    }

    private static TextFile TooLarge(FileStamp stamp) => Failed(stamp, $"a file of more than {MaximumBytes / 1024 / 1024} MB", "at most 1 MB");

    private static TextFile Failed(FileStamp stamp, string found, string wanted) => new() { Stamp = stamp, Fault = (0, 0, found, wanted) };
}
