using System.Text;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>
/// Fills <c>${env:NAME}</c> into settings. A problem names the variable and never its value; what came from a variable is plain text, so a value with
/// <c>${</c> in it cannot become a template. Remembers what it filled, so that an alias used a thousand times is read once.
/// </summary>
internal sealed class EnvironmentText(Func<string, string?> lookup, ProblemList problems)
{
    private const int Longest = 32 * 1024;

    private const int ShortestHidden = 3;

    private readonly Dictionary<(YamlText Text, bool AsTemplate), string?> _filled = [];
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>A text that somebody else wrote, with the variables' names where it holds their values (of three characters or more).</summary>
    public string Hide(string text)
    {
        // The longest first: one value may be part of another.
        foreach (var (name, value) in _values.Where(pair => pair.Value.Length >= ShortestHidden).OrderByDescending(pair => pair.Value.Length))
        {
            text = text.Replace(value, "${env:" + name + "}", StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The text with its variables; null when that cannot be done, which is in the problems then.</summary>
    /// <param name="text">The value in the file.</param>
    /// <param name="field">Its setting.</param>
    /// <param name="asTemplate">True when other <c>${names}</c> are filled in later, for each message: they and <c>$${</c> stay as they are.</param>
    public string? Fill(YamlText text, string field, bool asTemplate)
    {
        if (text.Text.Length > Longest)
        {
            problems.Add(text, field, $"a text of {text.Text.Length:N0} characters", $"at most {Longest:N0}");
            return null;
        }

        if (!text.Text.Contains("${", StringComparison.Ordinal))
        {
            return text.Text;
        }

        if (!_filled.TryGetValue((text, asTemplate), out var filled))
        {
            _filled[(text, asTemplate)] = filled = FillOnce(text, field, asTemplate);
        }

        return filled;
    }

    private string? FillOnce(YamlText text, string field, bool asTemplate)
    {
        var source = text.Text;
        var errors = problems.Errors;
        var filled = new FilledText();
        var at = 0;
        while (at < source.Length)
        {
            if (source.AsSpan(at).StartsWith("$${"))
            {
                filled.Append(asTemplate ? "$${" : "${", isEnvironment: false);
                at += 3;
                continue;
            }

            var end = source.AsSpan(at).StartsWith("${") ? source.IndexOf('}', at) : -1;
            if (end < 0)
            {
                filled.Append(source.AsSpan(at, 1), isEnvironment: false);
                at++;
                continue;
            }

            FillName(text, field, source[(at + 2)..end].Trim(), source[at..(end + 1)], asTemplate, filled);
            at = end + 1;
        }

        return problems.Errors > errors ? null : filled.ToText(asTemplate);
    }

    private void FillName(YamlText text, string field, string name, string written, bool asTemplate, FilledText filled)
    {
        if (name.StartsWith("env:", StringComparison.Ordinal))
        {
            FillVariable(text, field, name[4..].Trim(), filled);
        }
        else if (name.StartsWith("secret:", StringComparison.Ordinal) || name.StartsWith("config:", StringComparison.Ordinal))
        {
            problems.Add(text, field, Shown.Value(written), "`${env:NAME}`: secrets and configuration values are not supported yet");
        }
        else if (asTemplate)
        {
            filled.Append(written, isEnvironment: false);
        }
        else
        {
            problems.Add(text, field, Shown.Value(written), "a fixed text: this setting is the same for every message (`$${` stands for a plain `${`)");
        }
    }

    private void FillVariable(YamlText text, string field, string name, FilledText filled)
    {
        if (!IsVariableName(name))
        {
            problems.Add(text, field, Shown.Value("${env:" + name + "}"), "the name of an environment variable: letters, digits and _");
            return;
        }

        if (lookup(name) is { } value)
        {
            _values[name] = value;
            filled.Append(value, isEnvironment: true);
            return;
        }

        problems.Add(text, field, $"the environment variable {Shown.Value(name)}, which is not set", $"{Shown.Value(name)} in the environment of the host");
    }

    private static bool IsVariableName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <summary>Text that knows which of its characters came from a variable.</summary>
    private sealed class FilledText
    {
        private readonly StringBuilder _text = new();
        private readonly List<(int Start, int End)> _variables = [];

        public void Append(ReadOnlySpan<char> part, bool isEnvironment)
        {
            if (isEnvironment)
            {
                _variables.Add((_text.Length, _text.Length + part.Length));
            }

            _text.Append(part);
        }

        /// <summary>The text; for a template with every <c>${</c> that a variable brought, or had a part in, written as <c>$${</c>.</summary>
        public string ToText(bool asTemplate)
        {
            var text = _text.ToString();
            if (!asTemplate || _variables.Count == 0)
            {
                return text;
            }

            var escaped = new StringBuilder(text.Length + 8);
            for (var at = 0; at < text.Length; at++)
            {
                if (text.AsSpan(at).StartsWith("${") && _variables.Exists(part => part.Start <= at + 1 && at < part.End))
                {
                    escaped.Append('$');
                }

                escaped.Append(text[at]);
            }

            return escaped.ToString();
        }
    }
}
