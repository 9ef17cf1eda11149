namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>The descriptor of <c>hl7v2</c>.</summary>
internal sealed class Hl7v2DataType : IDataType
{
    public string Name => "hl7v2";

    public string Summary => "HL7 version 2 messages in ER7 form (MSH|^~\\&|...), any version, any delimiters.";

    public Type OptionsType => typeof(Hl7v2Options);

    public IEnumerable<OptionProblem> Validate(object options)
    {
        var settings = (Hl7v2Options)options;
        if (Charset.Find(settings.Charset, "") is null)
        {
            yield return new OptionProblem("charset", settings.Charset, Charset.Wanted);
        }

        if (!JavaDatePattern.TryParse(settings.AcknowledgmentTime, out _, out var problem))
        {
            yield return new OptionProblem("acknowledgmentTime", settings.AcknowledgmentTime, $"a date pattern such as yyyyMMddHHmmss: {problem}");
        }
    }

    public IMessageCodec CreateCodec(object options) => new Hl7v2Codec(new Hl7v2Settings((Hl7v2Options)options));

    public Type? BatchOptionsType => typeof(Hl7BatchOptions);

    public IBatchSplitter CreateSplitter(object batchOptions, object options) => new Hl7BatchSplitter((Hl7BatchOptions)batchOptions);

    public string? PathProblem(string path)
    {
        try
        {
            return Hl7Path.Parse(path).Segment is null ? "names no segment: write `PID-3.1`" : null;
        }
        catch (FormatException problem)
        {
            return problem.Message;
        }
    }
}
