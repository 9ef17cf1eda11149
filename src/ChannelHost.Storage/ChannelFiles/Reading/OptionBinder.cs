using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Puts the values of a block into an options record. Everything that does not fit is a problem with its place; the rest is bound all the same.</summary>
internal sealed class OptionBinder(string folder, EnvironmentText environment, ScriptFiles scripts, ProblemList problems)
{
    /// <summary>Stands for the value of a secret setting.</summary>
    public const string NotShown = "a value that is not shown";

    /// <summary>Binds a record.</summary>
    /// <param name="set">The record's settings.</param>
    /// <param name="block">The block; null binds the defaults.</param>
    /// <param name="at">Where missing settings are reported.</param>
    /// <param name="field">The block's field; empty at the top.</param>
    /// <param name="others">Names of further keys of this block, which somebody else reads.</param>
    public object Bind(OptionSet set, YamlBlock? block, YamlValue at, string field, IReadOnlyCollection<string> others)
    {
        if (block is not null)
        {
            RefuseUnknown(set, block, field, others);
        }

        return BindOnto(set.Create(), set, block, at, field);
    }

    /// <summary>The block that a value is; null when there is no value, or when it is something else, which is in the problems then.</summary>
    public YamlBlock? AsBlock(YamlValue? value, string field, string wanted)
    {
        if (value is null or YamlBlock or YamlText { IsNothing: true })
        {
            return value as YamlBlock;
        }

        problems.Add(value, field, value.Shape, wanted);
        return null;
    }

    /// <summary>The filled-in text that a value is; null when it is something else, which is in the problems then.</summary>
    public string? AsText(YamlValue value, string field, string wanted)
    {
        if (value is YamlText { IsNothing: false } text)
        {
            return environment.Fill(text, field, asTemplate: false);
        }

        problems.Add(value, field, value.Shape, wanted);
        return null;
    }

    private object BindOnto(object options, OptionSet set, YamlBlock? block, YamlValue at, string field)
    {
        foreach (var option in set.Options)
        {
            var optionField = Join(field, option.Name);
            var value = block?.Find(option.Name);
            if (value is null)
            {
                BindMissing(options, option, at, optionField);
            }
            else if (option.InPlace is { } inPlace && value is YamlBlock instead)
            {
                inPlace.SetValue(options, BindScript(instead, optionField));
            }
            else if (BindValue(options, option, value, optionField) is { } bound)
            {
                option.Property.SetValue(options, bound);
            }
        }

        return options;
    }

    private void BindMissing(object options, OptionModel option, YamlValue at, string field)
    {
        if (option.Attribute.Required)
        {
            problems.Add(at, field, "nothing", $"`{option.Name}`: {option.Wanted}");
        }
        else if (option.IsList && option.Property.GetValue(options) is System.Collections.IEnumerable items)
        {
            option.Property.SetValue(options, option.MakeList([.. items.Cast<object>()]));
        }
    }

    /// <summary>A script in place of a template: <c>{ script: FILE }</c>.</summary>
    private ScriptFile? BindScript(YamlBlock block, string field)
    {
        if (block.Entries is not [{ Key: "script", Value: YamlText { IsNothing: false } text }])
        {
            problems.Add(block, field, block.Shape, "a text with ${name} in it, or { script: FILE }");
            return null;
        }

        field = Join(field, "script");
        return scripts.Load(text, field, () => environment.Fill(text, field, asTemplate: false));
    }

    private object? BindValue(object options, OptionModel option, YamlValue value, string field)
    {
        if (!option.IsList)
        {
            return BindItem(option.Property.GetValue(options), option, value, field);
        }

        if (value is YamlText { IsNothing: true } && !option.Attribute.Required)
        {
            return option.MakeList([]);
        }

        if (value is not YamlList list)
        {
            problems.Add(value, field, Found(option, value), $"a list, each {option.Wanted}");
            return null;
        }

        var items = list.Items.Select((item, index) => BindItem(null, option, item, $"{field}[{index}]")).ToList();
        return items.Contains(null) ? null : option.MakeList(items!);
    }

    private object? BindItem(object? current, OptionModel option, YamlValue value, string field)
    {
        if (option.Kind == OptionKind.Block)
        {
            return BindBlock(current, option, value, field);
        }

        if (value is not YamlText { IsNothing: false } text || (option.Attribute.Required && text.Text.Length == 0))
        {
            problems.Add(value, field, Found(option, value), option.Wanted);
            return null;
        }

        return option.Kind switch
        {
            OptionKind.TextFile => scripts.LoadText(text, field, () => environment.Fill(text, field, asTemplate: false)),
            OptionKind.Script => scripts.Load(text, field, () => environment.Fill(text, field, asTemplate: false)),
            OptionKind.Template => BindTemplate(option, text, field),
            _ => BindScalar(option, text, field),
        };
    }

    private object? BindBlock(object? current, OptionModel option, YamlValue value, string field)
    {
        var set = option.Block!;
        if (set.Plain is { } plain && value is YamlText { IsNothing: false } text)
        {
            // Said in one value; a mistake in it names what would have done, the block among that.
            var options = current is null ? set.Create() : set.Copy(current);
            if (BindScalar(plain, text, field, option.Wanted) is { } bound)
            {
                plain.Property.SetValue(options, bound);
            }

            return options;
        }

        if (value is not YamlBlock block)
        {
            // A key with nothing after it is not read as a block of defaults: `tls:` without its lines must not decide about encryption.
            problems.Add(value, field, value.Shape, option.Wanted);
            return null;
        }

        RefuseUnknown(set, block, field, []);

        // Onto a copy of what the outer record has: its constructor may have given the block other defaults than the block's own.
        return BindOnto(current is null ? set.Create() : set.Copy(current), set, block, value, field);
    }

    private object? BindScalar(OptionModel option, YamlText text, string field, string? wanted = null)
    {
        if (environment.Fill(text, field, asTemplate: false, KindOf(option)) is not { } filled)
        {
            return null;
        }

        if (option.TryRead(filled, out var value) && !(option.Attribute.Required && filled.Length == 0))
        {
            return option.Attribute.IsPath ? FullPath(option, text, filled, field) : value;
        }

        problems.Add(text, field, Found(option, text), option.Kind == OptionKind.Choice ? Suggestion.OneOf(text.Text, [.. option.Choices!.Keys]) : wanted ?? option.Wanted);
        return null;
    }

    private Template? BindTemplate(OptionModel option, YamlText text, string field)
    {
        if (environment.Fill(text, field, asTemplate: true, KindOf(option)) is not { } filled)
        {
            return null;
        }

        if (option.Attribute.Required && filled.Length == 0)
        {
            problems.Add(text, field, Found(option, text), option.Wanted);
            return null;
        }

        if (option.Attribute.IsPath && !Path.IsPathRooted(filled))
        {
            filled = Path.Join(folder.Replace("${", "$${", StringComparison.Ordinal), filled);
        }

        try
        {
            var template = Template.Parse(filled, EnvironmentText.Written(text.Text), environment.Dialect);
            environment.NoteNames(template);
            return template;
        }
        catch (FormatException error)
        {
            problems.Add(text, field, Found(option, text), $"a template: {error.Message}");
            return null;
        }
    }

    private string? FullPath(OptionModel option, YamlText text, string path, string field)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add(text, field, Found(option, text), "a path");
            return null;
        }

        return Path.GetFullPath(path, folder);
    }

    private void RefuseUnknown(OptionSet set, YamlBlock block, string field, IReadOnlyCollection<string> others)
    {
        foreach (var entry in block.Entries)
        {
            if (set.Find(entry.Key) is not null || others.Contains(entry.Key))
            {
                continue;
            }

            var wanted = entry.Key switch
            {
                "<<" => "the settings written out, or an alias for a whole block: `<<` is not supported",
                _ when set.Planned.Contains(entry.Key) => $"no such key: `{entry.Key}` is not supported yet",
                _ => Suggestion.Key(entry.Key, [.. others, .. set.Names]),
            };
            problems.Add(entry.Line, entry.Column, Join(field, entry.Key), Shown.Value(entry.Key), wanted);
        }
    }

    private static Secrecy KindOf(OptionModel option) => option.Attribute switch
    {
        { IsSecret: false } => Secrecy.None,
        { IsHash: true } => Secrecy.Hash,
        _ => Secrecy.Secret,
    };

    private static string Found(OptionModel option, YamlValue value) =>
        option.Attribute.IsSecret && value is YamlText { IsNothing: false } ? NotShown : value.Shape;

    private static string Join(string field, string name) => field.Length == 0 ? Shown.Text(name) : $"{field}.{Shown.Text(name)}";
}
