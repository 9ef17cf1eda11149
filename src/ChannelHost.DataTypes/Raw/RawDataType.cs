namespace ChannelHost.DataTypes.Raw;

/// <summary>The descriptor of <c>raw</c>.</summary>
internal sealed class RawDataType : IDataType
{
    public string Name => "raw";

    public string Summary => "Text or bytes of any kind; scripts get a string.";

    public Type OptionsType => typeof(RawOptions);

    public IEnumerable<OptionProblem> Validate(object options)
    {
        var name = ((RawOptions)options).Charset;
        return Charset.Find(name, "") is null ? [new OptionProblem("charset", name, Charset.Wanted)] : [];
    }

    public Type? BatchOptionsType => typeof(RawBatchOptions);

    public IMessageCodec CreateCodec(object options) => new RawCodec(CharsetOf(options));

    public IBatchSplitter CreateSplitter(object batchOptions, object options) => new RawSplitter((RawBatchOptions)batchOptions, CharsetOf(options));

    private static Charset CharsetOf(object options)
    {
        var name = ((RawOptions)options).Charset;
        return Charset.Find(name, "the setting charset") ?? throw new ArgumentException($"charset is \"{name}\"; wanted is {Charset.Wanted}.", nameof(options));
    }
}
