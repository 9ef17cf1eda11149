namespace ChannelHost.DataTypes.Delimited;

/// <summary>The descriptor of <c>delimited</c>.</summary>
internal sealed class DelimitedDataType : IDataType
{
    public string Name => "delimited";

    public string Summary => "Rows of values, delimited (CSV, tab, |) or of fixed width; scripts get an object: msg.rows[0].mrn.";

    public Type OptionsType => typeof(DelimitedOptions);

    public Type? BatchOptionsType => typeof(DelimitedBatchOptions);

    public IEnumerable<OptionProblem> Validate(object options) => DelimitedFormat.Problems((DelimitedOptions)options);

    public IEnumerable<OptionProblem> ValidateBatch(object batchOptions, object options)
    {
        var batch = (DelimitedBatchOptions)batchOptions;
        var columns = ((DelimitedOptions)options).Columns;
        if (batch.GroupBy.Length > 0 && batch.Rows > 1)
        {
            yield return new OptionProblem("rows", $"{batch.Rows}", "1 where groupBy says which rows belong together");
        }

        if (batch.GroupBy.Length > 0 && columns.Count > 0 && !columns.Contains(batch.GroupBy))
        {
            yield return new OptionProblem("groupBy", batch.GroupBy, "one of the columns " + string.Join(", ", columns));
        }
    }

    public IMessageCodec CreateCodec(object options) => new DelimitedCodec(new DelimitedFormat((DelimitedOptions)options));

    public IBatchSplitter CreateSplitter(object batchOptions, object options) =>
        new DelimitedSplitter(new DelimitedFormat((DelimitedOptions)options), (DelimitedBatchOptions)batchOptions);
}
