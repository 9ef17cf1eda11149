using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChannelHost.Server.Commands;

/// <summary>What is wrong with a command line, and what was probably meant.</summary>
internal static class CommandErrors
{
    /// <summary>One line for each mistake; empty when there is none.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        if (parsed.Action is { ClearsParseErrors: true })
        {
            // Help and completion take half a line as well.
            return [];
        }

        var command = parsed.CommandResult.Command;
        var unknown = Mistyped(parsed).ToList();
        if (unknown.Count == 0 && parsed.Errors.Count > 0)
        {
            unknown = [.. parsed.UnmatchedTokens.Distinct(StringComparer.Ordinal)];
        }

        var lines = unknown.Select(token => Unknown(command, token)).ToList();
        foreach (var message in parsed.Errors.Select(error => error.Message))
        {
            // The parser's own line for such a word says less. That a verb is missing follows from its being mistyped.
            var isSaid = parsed.UnmatchedTokens.Concat(unknown).Any(token => message.Contains($"'{token}'", StringComparison.Ordinal)) || (unknown.Count > 0 && command is RootCommand);
            if (!isSaid)
            {
                lines.Add(message);
            }
        }

        return lines;
    }

    // A mistyped option is taken for what may stand there as a path or a name, and then its value is one word too many. Behind `--` it is meant so.
    private static IEnumerable<string> Mistyped(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? []
        : parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Where(value => value.StartsWith("--", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);

    private static string Unknown(Command command, string token)
    {
        var isOption = token.StartsWith('-');
        var verb = command is RootCommand ? "channelhost" : $"'{command.Name}'";
        var near = NearestName.Of(token, isOption ? Options(command) : command.Subcommands.Select(sub => sub.Name)) is { } name ? $"; did you mean '{name}'?" : "";
        return isOption ? $"{verb} has no option '{token}'{near}"
            : command is RootCommand ? $"there is no verb '{token}'{near}"
            : $"'{token}' is more than {verb} takes{near}";
    }

    private static IEnumerable<string> Options(Command command) =>
        command.Options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal));
}
