namespace ChannelHost.Server.Completion;

/// <summary>
/// Completion for shells. Each hands the line and the place of the cursor to the program, which knows its verbs, options and channels; where it has nothing
/// to say the shell completes files.
/// </summary>
internal static class ShellScripts
{
    private const string Bash = """
        # bash completion for channelhost: source <(channelhost completion bash)
        _channelhost() {
            local command="${COMP_WORDS[0]}" line="${COMP_LINE#"${COMP_LINE%%[![:space:]]*}"}" current="${COMP_WORDS[COMP_CWORD]}" word
            line="${line:0:$((COMP_POINT - (${#COMP_LINE} - ${#line})))}"
            line="${line#"$command"}"
            line="${line# }"
            COMPREPLY=()
            while IFS= read -r word; do
                [[ -n "$word" && "$word" == "$current"* ]] && COMPREPLY+=("$word")
            done < <("$command" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _channelhost channelhost

        """;

    private const string Zsh = """
        #compdef channelhost
        # zsh completion for channelhost: source <(channelhost completion zsh)
        _channelhost() {
            local command="${words[1]}" line
            local -a found
            line="${(j: :)words[2,CURRENT]}"
            found=(${(f)"$("$command" "[suggest:${#line}]" "$line" 2>/dev/null)"})
            if (( ${#found} )); then
                compadd -a found
            else
                _files
            fi
        }
        compdef _channelhost channelhost

        """;

    private const string Fish = """
        # fish completion for channelhost: channelhost completion fish | source
        function __channelhost_complete
            set -l words (commandline -opc)
            set -l command $words[1]
            set -l line (string join ' ' -- $words[2..-1] (commandline -ct))
            $command "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c channelhost -a '(__channelhost_complete)'

        """;

    /// <summary>The shells there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["bash", "zsh", "fish"];

    /// <summary>The script for one.</summary>
    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        _ => Fish,
    };
}
