namespace ChannelHost.DataTypes.X12;

/// <summary>The descriptor of <c>x12</c>.</summary>
internal sealed class X12DataType : IDataType
{
    public string Name => "x12";

    public string Summary => "EDI and X12 messages; scripts get a tree: msg['NM1']['NM1.03']['NM1.03.1'], msg.get('ST/ST.01').";

    public Type OptionsType => typeof(X12Options);

    public IEnumerable<OptionProblem> Validate(object options)
    {
        var settings = (X12Options)options;
        if (Charset.Find(settings.Charset, "") is null)
        {
            yield return new OptionProblem("charset", settings.Charset, Charset.Wanted);
        }

        foreach (var (name, value) in new[] { ("segmentDelimiter", settings.SegmentDelimiter), ("elementDelimiter", settings.ElementDelimiter), ("subelementDelimiter", settings.SubelementDelimiter) })
        {
            if (value.Length == 0)
            {
                yield return new OptionProblem(name, "nothing", "at least one character");
            }
        }
    }

    public IMessageCodec CreateCodec(object options) => new X12Codec(new X12Format((X12Options)options));
}
