using System.Text;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary>Reads the value of a secret: from a file, from what is piped in, or typed without being shown. Never from the command line, which every process can see.</summary>
internal static class SecretInput
{
    private const int Longest = 64 * 1024;

    /// <summary>Reads it. The end of the last line is no part of it.</summary>
    /// <exception cref="CommandFailure">It cannot be read.</exception>
    public static string Read(string? file, Terminal terminal)
    {
        if (file is null && !Console.IsInputRedirected)
        {
            return Ask(terminal);
        }

        try
        {
            using var stream = file is null ? Console.OpenStandardInput() : File.OpenRead(file);
            return ReadAll(stream).TrimEnd('\n', '\r');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"the secret cannot be read: {error.Message}", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new CommandFailure(ExitCode.Usage, "the secret cannot be read: it is no text in UTF-8; give binary keys as base64", error);
        }
    }

    private static string ReadAll(Stream stream)
    {
        var bytes = new byte[Longest + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= Longest
            ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(0, length))
            : throw new CommandFailure(ExitCode.Usage, $"the secret cannot be read: it has more than {Longest / 1024} KB");
    }

    private static string Ask(Terminal terminal)
    {
        var value = terminal.Progress.Prompt(new TextPrompt<string>("Secret (not shown):").Secret(null));
        return value == terminal.Progress.Prompt(new TextPrompt<string>("Once more:").Secret(null))
            ? value
            : throw new CommandFailure(ExitCode.Usage, "the two are not the same; nothing was changed");
    }
}
