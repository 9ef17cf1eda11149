using System.ComponentModel;
using System.Diagnostics;

namespace ChannelHost.Server.Commands;

/// <summary>
/// Lets a person change a message in the editor of their choice. The file lies in a folder that only they can read and goes when the editor is closed; editors that
/// write copies of their own elsewhere are theirs to set up.
/// </summary>
internal static class TextEditor
{
    /// <summary>The editor of the person who calls: <c>VISUAL</c>, else <c>EDITOR</c>; null when none is named.</summary>
    public static string? Chosen() => Named("VISUAL") ?? Named("EDITOR");

    /// <summary>Opens the editor and waits until it is closed.</summary>
    /// <param name="editor">Its command, with options or without.</param>
    /// <param name="content">What is to be edited.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>What the file holds then; null when it was not changed.</returns>
    /// <exception cref="CommandFailure">It fails.</exception>
    public static async Task<byte[]?> EditAsync(string editor, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var usesCarriageReturns = UsesCarriageReturns(content.Span);
        var shown = usesCarriageReturns ? Replaced(content.Span, (byte)'\r', (byte)'\n') : content.ToArray();
        var folder = Directory.CreateTempSubdirectory("channelhost-edit-").FullName;
        try
        {
            var file = Path.Combine(folder, "message.txt");
            await File.WriteAllBytesAsync(file, shown, cancellationToken);
            await RunAsync(editor, file, cancellationToken);
            var edited = await File.ReadAllBytesAsync(file, cancellationToken);
            return edited.AsSpan().SequenceEqual(shown) ? null
                : usesCarriageReturns ? Replaced(edited, (byte)'\n', (byte)'\r')
                : edited;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"the message could not be edited: {error.Message}", error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>HL7 v2 ends its lines with CR alone, which most editors show as one long line.</summary>
    public static bool UsesCarriageReturns(ReadOnlySpan<byte> content) => content.Contains((byte)'\r') && !content.Contains((byte)'\n');

    private static async Task RunAsync(string editor, string file, CancellationToken cancellationToken)
    {
        // As git does: the variable may hold options (code --wait). The first blank ends the program's name.
        var parts = editor.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(parts[0], [.. parts[1..], file]) { UseShellExecute = false })!;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new CommandFailure(ExitCode.Usage, $"the editor ended with code {process.ExitCode}; nothing was done");
            }
        }
        catch (Win32Exception error)
        {
            throw new CommandFailure(ExitCode.Usage, $"the editor {PlainText.OneLine(parts[0], 80)} cannot be started: {error.Message}", error);
        }
    }

    private static byte[] Replaced(ReadOnlySpan<byte> content, byte from, byte to)
    {
        var replaced = content.ToArray();
        replaced.AsSpan().Replace(from, to);
        return replaced;
    }

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
