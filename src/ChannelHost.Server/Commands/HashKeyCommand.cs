using System.CommandLine;
using ChannelHost.Connectors.Http;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost hash-key</c>: what <c>auth:</c> of an HTTP source holds instead of a key or password.</summary>
internal static class HashKeyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var password = new Option<bool>("--password")
        {
            Description = "Hash a password that a person chose, with a slow hash. It is piped in or typed without being shown.",
        };
        var given = new Option<bool>("--given")
        {
            Description = "Hash a key that somebody else made by chance. It is piped in or typed without being shown.",
        };
        var file = new Option<string?>("--from-file") { Description = "With --password or --given: take it from this file.", HelpName = "FILE" };
        var command = new Command("hash-key", "Makes a key and prints it with its hash, for auth of an HTTP source. The key is shown this once; the channel's file gets only the hash.")
        {
            password, given, file,
        };
        command.SetAction(parsed => (int)((parsed.GetValue(password), parsed.GetValue(given)) switch
        {
            (true, true) => throw new CommandFailure(ExitCode.Usage, "--password and --given exclude each other"),
            (false, false) when parsed.GetValue(file) is not null => throw new CommandFailure(ExitCode.Usage, "--from-file needs --password or --given"),
            (true, _) => WriteHash(SecretHash.OfPassword(Read(parsed.GetValue(file), terminal)), terminal),
            (_, true) => WriteHash(SecretHash.OfKey(Read(parsed.GetValue(file), terminal)), terminal),
            _ => WriteNew(terminal),
        }));
        return command;
    }

    private static ExitCode WriteNew(Terminal terminal)
    {
        var key = SecretHash.NewKey();
        terminal.Output.WriteLine($"key:  {key}");
        return WriteHash(SecretHash.OfKey(key), terminal);
    }

    private static ExitCode WriteHash(string hash, Terminal terminal)
    {
        terminal.Output.WriteLine($"hash: {hash}");
        return ExitCode.Done;
    }

    private static string Read(string? file, Terminal terminal) =>
        SecretInput.Read(file, terminal) is { Length: > 0 } secret ? secret : throw new CommandFailure(ExitCode.Usage, "there is nothing to hash");
}
