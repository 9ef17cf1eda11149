using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads what a source and a destination have in common: the connector, its settings, the data type.</summary>
internal sealed class ConnectorBlock(Catalog catalog, OptionBinder binder, EnvironmentText environment, ProblemList problems)
{
    /// <summary>The connector that a block names; null when it names none that can be used, which is in the problems then.</summary>
    public IConnector? Connector(YamlBlock block, string field, bool asSource)
    {
        var types = catalog.ConnectorTypes(asSource);
        var wanted = $"one of {string.Join(", ", types)}";
        if (block.Find("type") is not { } value)
        {
            problems.Add(block, $"{field}.type", "nothing", $"`type`: {wanted}");
            return null;
        }

        if (binder.AsText(value, $"{field}.type", wanted) is not { } type)
        {
            return null;
        }

        if (catalog.Connector(type) is not { } connector)
        {
            problems.Add(value, $"{field}.type", value.Shape, Suggestion.OneOf(type, types));
            return null;
        }

        if (catalog.Options(connector, asSource) is not null)
        {
            return connector;
        }

        problems.Add(value, $"{field}.type", $"{value.Shape}, which is no {(asSource ? "source" : "destination")}", wanted);
        return null;
    }

    /// <summary>Binds and validates the connector's settings; null when there are errors in them.</summary>
    public object? Options(IConnector connector, YamlBlock block, string field, bool asSource, IReadOnlyCollection<string> others)
    {
        var errors = problems.Errors;
        var options = binder.Bind(catalog.Options(connector, asSource)!, block, block, field, others);
        if (problems.Errors > errors)
        {
            return null;
        }

        if (environment.LacksSecrets)
        {
            return options;
        }

        foreach (var problem in Guarded(connector.Type, () => connector.Validate(options)))
        {
            Report(problem, block, field, catalog.Options(connector, asSource)!);
        }

        return problems.Errors > errors ? null : options;
    }

    /// <summary>The data type that a block names, or the default.</summary>
    /// <param name="block">The source or destination.</param>
    /// <param name="field">Its field.</param>
    /// <param name="byDefault">What it is when nothing stands there.</param>
    /// <param name="key">Under which key it stands.</param>
    public DataTypeChoice? DataType(YamlBlock block, string field, Func<DataTypeChoice?> byDefault, string key = "dataType")
    {
        field = $"{field}.{key}";
        return block.Find(key) switch
        {
            null => byDefault(),
            YamlBlock settings => WithSettings(settings, field),
            var value => Named(value, field) is { } dataType ? new DataTypeChoice(dataType, catalog.Options(dataType).Create()) : null,
        };
    }

    /// <summary>A data type with its defaults; null with a problem when a connector names one that does not exist.</summary>
    public DataTypeChoice? DefaultDataType(IConnector connector, YamlBlock block, string field)
    {
        if (catalog.DataType(connector.DefaultDataType) is { } dataType)
        {
            return new DataTypeChoice(dataType, catalog.Options(dataType).Create());
        }

        problems.Add(block, $"{field}.dataType", "nothing", $"one of {string.Join(", ", catalog.DataTypeNames)}");
        return null;
    }

    /// <summary>What only one running channel can have of this.</summary>
    public IEnumerable<Claim> Claims(IConnector connector, object options, YamlBlock block, string field)
    {
        var texts = Texts(block, field).Where(entry => entry.Filled.Length > 1).ToList();
        var resources = new List<string>();
        try
        {
            resources.AddRange(connector.ExclusiveResources(options));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            problems.Add(block, field, $"settings on which `{connector.Type}` failed ({error.GetType().Name})", "settings that it can use");
        }

        foreach (var resource in resources)
        {
            var origin = texts
                .Where(entry => resource.Contains(entry.Filled, StringComparison.Ordinal))
                .OrderByDescending(entry => entry.Filled.Length)
                .FirstOrDefault();
            var at = origin.Text ?? block.Find("type") ?? block;
            yield return new Claim(resource, Shown.Value(environment.Hide(resource)), origin.Field ?? field, at.Line, at.Column);
        }
    }

    private DataTypeChoice? WithSettings(YamlBlock block, string field)
    {
        if (block.Find("type") is not { } value)
        {
            problems.Add(block, $"{field}.type", "nothing", $"`type`: one of {string.Join(", ", catalog.DataTypeNames)}");
            return null;
        }

        if (Named(value, $"{field}.type") is not { } dataType)
        {
            return null;
        }

        var errors = problems.Errors;
        var options = binder.Bind(catalog.Options(dataType), block, block, field, ["type"]);
        if (problems.Errors > errors)
        {
            return null;
        }

        foreach (var problem in Guarded(dataType.Name, () => dataType.Validate(options)))
        {
            Report(problem, block, field, catalog.Options(dataType));
        }

        return problems.Errors > errors ? null : new DataTypeChoice(dataType, options);
    }

    private IDataType? Named(YamlValue value, string field)
    {
        var names = catalog.DataTypeNames;
        if (binder.AsText(value, field, $"one of {string.Join(", ", names)}") is not { } name)
        {
            return null;
        }

        if (catalog.DataType(name) is { } dataType)
        {
            return dataType;
        }

        problems.Add(value, field, value.Shape, Suggestion.OneOf(name, names));
        return null;
    }

    /// <summary>A problem from the connector, at the line of its option. What the environment gave, or is secret, is not repeated.</summary>
    public void Report(OptionProblem problem, YamlBlock block, string field, OptionSet set)
    {
        YamlValue at = block;
        OptionModel? option = null;
        var isWhole = true;
        foreach (var name in problem.Option.Split('.'))
        {
            option = (option is null ? set : option.Block)?.Find(name) ?? option;
            isWhole &= at is YamlBlock inner && inner.Find(name) is not null;
            at = isWhole ? ((YamlBlock)at).Find(name)! : at;
        }

        var found = option?.Attribute.IsSecret == true && isWhole ? OptionBinder.NotShown : environment.Hide(problem.Found);
        problems.Add(at, problem.Option.Length == 0 ? field : $"{field}.{problem.Option}", found, environment.Hide(problem.Wanted));
    }

    public static IReadOnlyList<OptionProblem> Guarded(string type, Func<IEnumerable<OptionProblem>> validate)
    {
        try
        {
            return [.. validate()];
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A defect in one connector or data type must not keep the other channels from being read.
            return [new OptionProblem("", $"settings on which `{type}` failed ({error.GetType().Name})", "settings that it can use")];
        }
    }

    private IEnumerable<(YamlText? Text, string? Field, string Filled)> Texts(YamlBlock block, string field)
    {
        foreach (var entry in block.Entries)
        {
            if (entry.Value is YamlText { Style: not YamlStyle.Literal } text && !environment.IsSecretSetting(text))
            {
                // All variables are known to be set by now, and as a template it takes any ${name}: this adds no problem.
                yield return (text, $"{field}.{entry.Key}", environment.Fill(text, field, asTemplate: true) ?? "");
            }
        }
    }
}
