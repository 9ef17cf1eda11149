using System.Globalization;
using System.Text.RegularExpressions;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Drafts;

/// <summary>A source or destination that is being made.</summary>
/// <param name="channel">Its channel.</param>
/// <param name="connector">The element of the export.</param>
/// <param name="yaml">Its block in channel.yaml.</param>
/// <param name="name">Its name here; empty for the source.</param>
/// <param name="isOff">True when it was switched off, so that what it lacks stops nothing.</param>
internal sealed partial class ConnectorDraft(ChannelDraft channel, ExportElement connector, YamlBlock yaml, string name, bool isOff)
{
    private static readonly ExportElement Nothing = new("properties", 0);

    /// <summary>Its channel.</summary>
    public ChannelDraft Channel => channel;

    /// <summary>The element of the export.</summary>
    public ExportElement Connector => connector;

    /// <summary>Its block in channel.yaml.</summary>
    public YamlBlock Yaml => yaml;

    /// <summary>Its name here; empty for the source.</summary>
    public string Name => name;

    /// <summary>True when it was switched off.</summary>
    public bool IsOff => isOff;

    /// <summary>True for a source.</summary>
    public bool IsSource => name.Length == 0;

    /// <summary>The connector's properties.</summary>
    public ExportElement Properties { get; } = connector.Find("properties") ?? Nothing;

    /// <summary>The charset it named; null for none, or for the server's default.</summary>
    public string? Charset { get; private set; }

    /// <summary>True when answers of the partner are to be taken as they come, unchecked.</summary>
    public bool IgnoresAnswers { get; set; }

    /// <summary>The name of a script of it, beside channel.yaml.</summary>
    public string ScriptPath(string file) => IsSource ? file : $"{name}/{file}";

    /// <summary>Says that it cannot be done here.</summary>
    public void Refuse(ExportElement? at, string what) => channel.Refuse(at ?? connector, what, isOff);

    /// <summary>Says that somebody must decide.</summary>
    public void Decide(ExportElement? at, string what) => channel.Decide(at ?? connector, what);

    /// <summary>Says something for the record.</summary>
    public void Note(ExportElement? at, string what) => channel.Note(at ?? connector, what);

    /// <summary>Looks at a setting that has no counterpart here; one that is not as usual is said.</summary>
    /// <param name="setting">Its name.</param>
    /// <param name="what">What it means that it is as it is.</param>
    /// <param name="usual">The values that mean nothing.</param>
    public void Expect(string setting, string what, params ReadOnlySpan<string> usual)
    {
        if (Properties.Find(setting) is not { } found)
        {
            return;
        }

        var value = found.Text.Trim();
        if (value.Length > 0 && !usual.Contains(value))
        {
            Decide(found, $"{setting}: {(SecretWords.Are(setting) ? "***" : Short(value))}: {what}");
        }
    }

    /// <summary>Reads the charset under a name.</summary>
    public void ReadCharset(string setting)
    {
        var charset = Properties.Word(setting);
        Charset = charset is "" or "DEFAULT_ENCODING" || string.Equals(charset, "UTF-8", StringComparison.OrdinalIgnoreCase) ? null : charset.ToLowerInvariant();
    }

    /// <summary>A secret of it: kept apart, referred to here.</summary>
    public string? Secret(string setting, string purpose, bool hashed = false) =>
        Properties.Find(setting) is { Text.Length: > 0 } found ? Secret(found.Text, found, purpose, hashed) : null;

    /// <summary>A secret of it: kept apart, referred to here.</summary>
    public string Secret(string value, ExportElement at, string purpose, bool hashed = false)
    {
        if (Reference().Match(value) is { Success: true } match && match.Length == value.Trim().Length)
        {
            var key = match.Groups["name"].Value;
            if (channel.World.SecretConfiguration.TryGetValue(key, out var known))
            {
                return $"${{secret:{known}}}";
            }

            Await(key);
            Decide(at, $"the value comes from the variable {key}: set the secret {Slug.Of(key, "secret")} (channelhost secret set)");
            return $"${{secret:{Slug.Of(key, "secret")}}}";
        }

        return channel.World.Secret($"{channel.Name.Split('/')[^1]}-{(name.Length > 0 ? name + "-" : "")}{purpose}", value, hashed);
    }

    /// <summary>
    /// A setting that is fixed when the channel is deployed: names in it become values of the configuration. What was filled in for each message there is said.
    /// </summary>
    /// <param name="text">The setting.</param>
    /// <param name="at">Where it stands.</param>
    /// <param name="standIn">What a value that nobody knows is until somebody says it: something the setting takes.</param>
    public string Fixed(string text, ExportElement? at, string standIn = "to-be-decided")
    {
        var made = Reference().Replace(text, match => Configured(match.Groups["name"].Value, match.Value, at, standIn));
        if (Others().Replace(made, "").Contains("${", StringComparison.Ordinal))
        {
            Decide(at, $"{Short(text)} is worked out for each message; this setting is fixed when the channel is deployed: write the value");
            Await("a value that was worked out");
            return standIn;
        }

        return made;
    }

    /// <summary>Keeps the channel from running until somebody has said something.</summary>
    public void Await(string what)
    {
        if (!isOff)
        {
            channel.Obstacles.Add(what);
        }
    }

    private string Configured(string name, string written, ExportElement? at, string standIn)
    {
        if (channel.World.Configuration.ContainsKey(name))
        {
            return $"${{config:{name}}}";
        }

        var key = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('.');
        channel.World.OpenConfiguration.TryAdd(key, standIn);
        Decide(at, $"{written} is not among the values that were imported, and this setting is fixed when the channel is deployed: give {key} in config");
        Await(key);
        return $"${{config:{key}}}";
    }

    /// <summary>A setting of its own that is a template here as there.</summary>
    public static string Template(string text) => text
        .Replace("${env:", "$${env:", StringComparison.Ordinal).Replace("${secret:", "$${secret:", StringComparison.Ordinal).Replace("${config:", "$${config:", StringComparison.Ordinal);

    /// <summary>What is sent, when that is not simply the message.</summary>
    public void Content(string setting)
    {
        if (Properties.Find(setting) is not { } found || found.Text.Trim() == "${message.encodedData}")
        {
            return;
        }

        yaml.Set("content", Template(found.Text), found);
    }

    /// <summary>Milliseconds as a time.</summary>
    public static string Milliseconds(long milliseconds) => milliseconds switch
    {
        0 => "0s",
        _ when milliseconds % 86_400_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 86_400_000}d"),
        _ when milliseconds % 3_600_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 3_600_000}h"),
        _ when milliseconds % 60_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000}m"),
        _ when milliseconds % 1_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1_000}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms"),
    };

    /// <summary>Sets a time from a setting in milliseconds, held between limits; a variable in it becomes one of the configuration.</summary>
    public void SetTime(string key, string setting, long least, long most, Func<long, long>? read = null)
    {
        if (Properties.Find(setting) is not { } found || found.Text.Trim().Length == 0)
        {
            return;
        }

        if (!long.TryParse(found.Text.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var milliseconds))
        {
            Decide(found, $"{setting}: {Short(found.Text)} is no number of milliseconds: the default of {key} counts");
            return;
        }

        yaml.Set(key, Milliseconds(Math.Clamp(read?.Invoke(milliseconds) ?? milliseconds, least, most)), found);
    }

    /// <summary>A value in a sentence.</summary>
    public static string Short(string text) => text.Length > 80 ? string.Concat(text.AsSpan(0, 80), "...") : text;

    [GeneratedRegex(@"\$!?\{\s*(?<name>[A-Za-z_][A-Za-z0-9_.\-]*)\s*\}")]
    internal static partial Regex Reference();

    [GeneratedRegex(@"\$\{config:[^}]*\}")]
    private static partial Regex Others();
}
