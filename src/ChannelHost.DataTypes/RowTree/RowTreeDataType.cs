namespace ChannelHost.DataTypes.RowTree;

/// <summary>The descriptor of <c>delimited-tree</c>.</summary>
internal sealed class RowTreeDataType : IDataType
{
    public string Name => "delimited-tree";

    public string Summary => "Rows of values as Mirth's DELIMITED shows them: a tree, msg.row[0].column1.";

    public Type OptionsType => typeof(RowTreeOptions);

    public Type? BatchOptionsType => typeof(RowTreeBatchOptions);

    public IEnumerable<OptionProblem> Validate(object options) => RowFormat.Problems((RowTreeOptions)options);

    public IEnumerable<OptionProblem> ValidateBatch(object batchOptions, object options)
    {
        var batch = (RowTreeBatchOptions)batchOptions;
        if (batch.GroupBy.Length > 0 && batch.Delimiter.Length > 0)
        {
            yield return new OptionProblem("groupBy", batch.GroupBy, "nothing where delimiter says what ends a message");
        }
    }

    public IMessageCodec CreateCodec(object options) => new RowTreeCodec(new RowFormat((RowTreeOptions)options));

    public IBatchSplitter CreateSplitter(object batchOptions, object options) =>
        new RowTreeSplitter((RowTreeBatchOptions)batchOptions, new RowFormat((RowTreeOptions)options));
}
