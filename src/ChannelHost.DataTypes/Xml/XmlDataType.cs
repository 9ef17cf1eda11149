namespace ChannelHost.DataTypes.Xml;

/// <summary>The descriptor of <c>xml</c>.</summary>
internal sealed class XmlDataType : IDataType
{
    public string Name => "xml";

    public string Summary => "XML; scripts get a tree: msg.patient.name, msg.get('patient/name/@use').";

    public Type OptionsType => typeof(XmlOptions);

    public Type? BatchOptionsType => typeof(XmlBatchOptions);

    public IEnumerable<OptionProblem> Validate(object options)
    {
        var name = ((XmlOptions)options).Charset;
        return Charset.Find(name, "") is null ? [new OptionProblem("charset", name, Charset.Wanted)] : [];
    }

    public IEnumerable<OptionProblem> ValidateBatch(object batchOptions, object options)
    {
        var node = ((XmlBatchOptions)batchOptions).Node;
        return XmlSplitter.CanRead(node) ? [] : [new OptionProblem("node", node, "an element's name such as patient, or a path such as /patients/patient")];
    }

    public IMessageCodec CreateCodec(object options) => new XmlCodec((XmlOptions)options, CharsetOf((XmlOptions)options));

    public IBatchSplitter CreateSplitter(object batchOptions, object options) => new XmlSplitter((XmlBatchOptions)batchOptions, CharsetOf((XmlOptions)options));

    private static Charset CharsetOf(XmlOptions options) => Charset.Find(options.Charset, "the setting charset")
        ?? throw new ArgumentException($"charset is \"{options.Charset}\"; wanted is {Charset.Wanted}.", nameof(options));
}
