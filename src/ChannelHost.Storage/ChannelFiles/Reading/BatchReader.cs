using ChannelHost.Storage.ChannelFiles.Options;
using ChannelHost.Storage.ChannelFiles.Yaml;

namespace ChannelHost.Storage.ChannelFiles.Reading;

/// <summary>Reads <c>batch:</c>, whose settings are those of the source's data type and a few that all have.</summary>
internal sealed class BatchReader(Catalog catalog, OptionBinder binder, ConnectorBlock connectors, ProblemList problems)
{
    private const string Field = "source.batch";

    /// <summary>The choice; null when there is none, or when it cannot be read, which is in the problems then.</summary>
    /// <param name="value">What stands there.</param>
    /// <param name="dataType">The source's; null when it could not be read either.</param>
    public BatchChoice? Read(YamlValue? value, DataTypeChoice? dataType)
    {
        if (value is null || dataType is null)
        {
            return null;
        }

        if (value is YamlBlock scripted && scripted.Find("script") is not null)
        {
            var before = problems.Errors;
            var byScript = (BatchSettings)binder.Bind(catalog.Batch, scripted, value, Field, []);
            return problems.Errors > before ? null : new BatchChoice(null) { MaximumParts = byScript.MaximumParts, Script = byScript.Script };
        }

        if (catalog.BatchOptions(dataType.DataType) is not { } set)
        {
            var others = catalog.BatchTypeNames;
            var wanted = others.Count == 0 ? "no `batch`, or one with a `script`" : $"no `batch`, one with a `script`, or a dataType that has batches: {string.Join(", ", others)}";
            problems.Add(value, Field, $"`batch` for messages of the type {dataType.DataType.Name}, which come one by one", wanted);
            return null;
        }

        var errors = problems.Errors;
        var block = binder.AsBlock(value, Field, "a block of settings; `{}` for the defaults");
        if (problems.Errors > errors)
        {
            return null;
        }

        // Unknown keys are refused once, by the first of the two.
        var settings = (BatchSettings)binder.Bind(catalog.Batch, block, value, Field, set.Names);
        var options = binder.Bind(set, block, value, Field, [.. (block?.Entries ?? []).Select(entry => entry.Key)]);
        if (problems.Errors > errors)
        {
            return null;
        }

        foreach (var problem in ConnectorBlock.Guarded(dataType.DataType.Name, () => dataType.DataType.ValidateBatch(options, dataType.Options)))
        {
            connectors.Report(problem, block ?? new YamlBlock(value.Line, value.Column, []), Field, set);
        }

        return new BatchChoice(options) { MaximumParts = settings.MaximumParts };
    }
}
