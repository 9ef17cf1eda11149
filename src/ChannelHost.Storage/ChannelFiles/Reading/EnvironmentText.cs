using System.Text;
using ChannelHost.Storage.ChannelFiles.Yaml;
using ChannelHost.Storage.Secrets;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>
/// Fills what the channel's surroundings hold into settings: <c>${env:NAME}</c>, <c>${config:KEY}</c>, <c>${secret:NAME}</c>. A problem names the variable
/// or secret and never its value; what came from one is plain text, so a value with <c>${</c> in it cannot become a template. Remembers what it filled, so
/// that an alias used a thousand times is read once.
/// </summary>
internal sealed class EnvironmentText(Surroundings surroundings, ProblemList problems)
{
    private const string SecretPrefix = "secret:";
    private const string ConfigurationPrefix = "config:";
    private const string VariablePrefix = "env:";

    private const int Longest = 32 * 1024;

    private const int ShortestHidden = 3;

    private readonly Dictionary<(YamlText Text, bool AsTemplate, Secrecy Secrecy), string?> _filled = [];

    // What must not be shown, by reference: `env:NAME`, `secret:NAME`.
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _secrets = new(StringComparer.Ordinal);
    private readonly List<FileStamp> _stamps = [];
    private readonly SortedSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>
    /// True for a channel that is not enabled: it may lack its secrets. A clone, or a machine that only runs its cases, has none, and nobody is helped by a
    /// complaint about a channel that is off; turning it on brings it.
    /// </summary>
    public bool MayLackSecrets { get; set; }

    /// <summary>How the channel's templates are read.</summary>
    public TemplateDialect Dialect { get; set; }

    /// <summary>True when it does lack one: a placeholder stands in its settings, and what a connector says of them means nothing.</summary>
    public bool LacksSecrets { get; private set; }

    /// <summary>The names of all secrets that were asked for, there or not.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>How the files looked that these secrets come from, just before they were read.</summary>
    public IReadOnlyList<FileStamp> Stamps => _stamps;

    /// <summary>The keys of configuration values that were asked for or that templates may ask for, there or not.</summary>
    public IReadOnlyCollection<string> ConfigurationKeys => _keys;

    /// <summary>True for a text that was filled into a setting which is never shown.</summary>
    public bool IsSecretSetting(YamlText text) => _filled.Keys.Any(key => ReferenceEquals(key.Text, text) && key.Secrecy != Secrecy.None);

    /// <summary>Changes when a variable or secret that was filled in has another value; says nothing else about it.</summary>
    public string Fingerprint => surroundings.FingerprintOf(_values);

    /// <summary>A text that somebody else wrote, with the names of variables and secrets where it holds their values (of three characters or more).</summary>
    public string Hide(string text)
    {
        // Too short to be found among other letters, and yet not to be shown: then nothing is.
        if (_values.Any(pair => pair.Value.Length is > 0 and < ShortestHidden && IsSecret(pair.Key) && text.Contains(pair.Value, StringComparison.Ordinal)))
        {
            return OptionBinder.NotShown;
        }

        // The longest first: one value may be part of another.
        foreach (var (name, value) in _values.Where(pair => pair.Value.Length >= ShortestHidden).OrderByDescending(pair => pair.Value.Length))
        {
            text = text.Replace(value, "${" + name + "}", StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The text with its variables; null when that cannot be done, which is in the problems then.</summary>
    /// <param name="text">The value in the file.</param>
    /// <param name="field">Its setting.</param>
    /// <param name="asTemplate">True when other <c>${names}</c> are filled in later, for each message: they and <c>$${</c> stay as they are.</param>
    /// <param name="secrecy">What the setting takes. Secrets are filled in only where nothing is shown.</param>
    public string? Fill(YamlText text, string field, bool asTemplate, Secrecy secrecy = Secrecy.None)
    {
        if (text.Text.Length > Longest)
        {
            problems.Add(text, field, $"a text of {text.Text.Length:N0} characters", $"at most {Longest:N0}");
            return null;
        }

        if (!text.Text.Contains("${", StringComparison.Ordinal) && secrecy == Secrecy.None)
        {
            return text.Text;
        }

        if (!_filled.TryGetValue((text, asTemplate, secrecy), out var filled))
        {
            _filled[(text, asTemplate, secrecy)] = filled = FillOnce(text, field, asTemplate, secrecy);
        }

        return filled;
    }

    /// <summary>What a template asks for may be answered by a configuration value, also where it stands without braces.</summary>
    public void NoteNames(Template template) => _keys.UnionWith(template.Names);

    /// <summary>A template's text with its references to the environment as plain text: what it says on every machine.</summary>
    public static string Written(string source)
    {
        var written = new StringBuilder(source.Length + 8);
        var at = 0;
        while (at < source.Length)
        {
            if (source.AsSpan(at).StartsWith("$${"))
            {
                written.Append("$${");
                at += 3;
                continue;
            }

            if (source.AsSpan(at).StartsWith("${") && IsReference(source.AsSpan(at + 2).TrimStart()))
            {
                written.Append('$');
            }

            written.Append(source[at]);
            at += 1;
        }

        return written.ToString();
    }

    private static bool IsReference(ReadOnlySpan<char> name) =>
        name.StartsWith(VariablePrefix, StringComparison.Ordinal) || name.StartsWith(SecretPrefix, StringComparison.Ordinal) || name.StartsWith(ConfigurationPrefix, StringComparison.Ordinal);

    private string? FillOnce(YamlText text, string field, bool asTemplate, Secrecy secrecy)
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

            FillName(text, field, source[(at + 2)..end].Trim(), source[at..(end + 1)], asTemplate, secrecy, filled);
            at = end + 1;
        }

        if (secrecy == Secrecy.Secret && problems.Errors == errors && text.Text.Length > 0 && !filled.HasReference)
        {
            problems.Add(text, field, OptionBinder.NotShown, "a reference: `${secret:NAME}`, set by `channelhost secret set NAME`, or `${env:NAME}`; no secret stands in a channel's files");
        }

        return problems.Errors > errors ? null : !asTemplate ? filled.ToText() : Dialect == TemplateDialect.Velocity ? filled.ToVelocity() : filled.ToTemplate();
    }

    private void FillName(YamlText text, string field, string name, string written, bool asTemplate, Secrecy secrecy, FilledText filled)
    {
        if (name.StartsWith(VariablePrefix, StringComparison.Ordinal))
        {
            FillVariable(text, field, name[VariablePrefix.Length..].Trim(), filled);
        }
        else if (name.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            FillSecret(text, field, name[SecretPrefix.Length..].Trim(), written, secrecy, filled);
        }
        else if (name.StartsWith(ConfigurationPrefix, StringComparison.Ordinal))
        {
            FillConfiguration(text, field, name[ConfigurationPrefix.Length..].Trim(), written, filled);
        }
        else if (asTemplate)
        {
            // It may be answered by a configuration value when no map of the message has it.
            _keys.Add(name);
            filled.HasReference = true;
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

        if (surroundings.Variable(name) is { } value)
        {
            _values[VariablePrefix + name] = value;
            filled.HasReference = true;
            filled.Append(value, isEnvironment: true);
            return;
        }

        problems.Add(text, field, $"the environment variable {Shown.Value(name)}, which is not set", $"{Shown.Value(name)} in the environment of the host");
    }

    private void FillSecret(YamlText text, string field, string name, string written, Secrecy secrecy, FilledText filled)
    {
        if (!SecretName.IsGood(name))
        {
            problems.Add(text, field, Shown.Value(written), $"the name of a secret: {SecretName.Wanted}");
            return;
        }

        if (_secrets.Add(name))
        {
            // Before it is read: what is written meanwhile must look like a change.
            _stamps.AddRange(surroundings.StampsOf(name));
        }

        if (secrecy == Secrecy.None)
        {
            problems.Add(text, field, Shown.Value(written), "a secret only in settings that are never shown, such as a password: this one is seen in the log and the API");
            return;
        }

        try
        {
            var value = surroundings.Secrets?.Find(name) ?? throw new SecretException(Shown.Value(written), "no secret: there are none here");
            _values[SecretPrefix + name] = value;
            filled.HasReference = true;
            filled.Append(value, isEnvironment: true);
        }
        catch (SecretException) when (MayLackSecrets)
        {
            LacksSecrets = true;
            filled.HasReference = true;
            filled.Append("(not set)", isEnvironment: true);
        }
        catch (SecretException fault)
        {
            problems.Add(text, field, fault.Found, fault.Wanted);
        }
    }

    private void FillConfiguration(YamlText text, string field, string key, string written, FilledText filled)
    {
        if (!ConfigurationValues.IsKey(key))
        {
            problems.Add(text, field, Shown.Value(written), $"the key of a configuration value: {Names.Wanted}");
            return;
        }

        _keys.Add(key);
        var values = surroundings.Configuration.Values;
        if (values.TryGetValue(key, out var value))
        {
            filled.Append(value, isEnvironment: true);
            return;
        }

        var near = NearestName.Of(key, values.Keys);
        var wanted = near is null ? $"{Shown.Value(key)} in {surroundings.Configuration.Sources}" : $"did you mean {Shown.Value(near)}?";
        problems.Add(text, field, $"the configuration value {Shown.Value(key)}, which does not exist", wanted);
    }

    private static bool IsSecret(string reference) => reference.StartsWith(SecretPrefix, StringComparison.Ordinal);

    private static bool IsVariableName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <summary>Text that knows which of its characters came from a variable.</summary>
    private sealed class FilledText
    {
        private readonly StringBuilder _text = new();
        private readonly List<(int Start, int End)> _variables = [];

        /// <summary>True when some of it does not stand in the file: a variable, a secret, or what a message brings.</summary>
        public bool HasReference { get; set; }

        public void Append(ReadOnlySpan<char> part, bool isEnvironment)
        {
            if (isEnvironment)
            {
                _variables.Add((_text.Length, _text.Length + part.Length));
            }

            _text.Append(part);
        }

        public string ToText() => _text.ToString();

        /// <summary>The text of a template, with every <c>${</c> that a variable brought, or had a part in, written as <c>$${</c>.</summary>
        public string ToTemplate()
        {
            var text = _text.ToString();
            if (_variables.Count == 0)
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

        /// <summary>The text of a Velocity template, with what variables brought in plain blocks where it could be read as more than it is.</summary>
        public string ToVelocity()
        {
            var text = _text.ToString();
            if (!text.Contains('$', StringComparison.Ordinal))
            {
                return text;
            }

            var escaped = new StringBuilder(text.Length + 16);
            var at = 0;
            foreach (var (start, end) in _variables)
            {
                var value = text[start..end];
                escaped.Append(text, at, start - at);

                // What would end the block is shared between two of them.
                escaped.Append(value.AsSpan().ContainsAny('$', '#', '\\') ? $"#[[{value.Replace("]]#", "]]]]##[[#", StringComparison.Ordinal)}]]#" : value);
                at = end;
            }

            return escaped.Append(text, at, text.Length - at).ToString();
        }
    }
}

/// <summary>What a setting is, as to secrets.</summary>
internal enum Secrecy
{
    /// <summary>None: it is shown in logs and the API.</summary>
    None,

    /// <summary>A secret: never shown, and in the file by reference only.</summary>
    Secret,

    /// <summary>A one-way hash of a secret: never shown; it may stand in the file.</summary>
    Hash,
}
