using System.Text;
using ChannelHost.DataTypes.Delimited;

namespace ChannelHost.Tests.DataTypes.Delimited;

/// <summary>Short forms for tests of this data type.</summary>
internal static class Csv
{
    public static IMessageCodec Codec(DelimitedOptions? options = null) => new DelimitedDataType().CreateCodec(options ?? new DelimitedOptions());

    public static string Json(string text, DelimitedOptions? options = null) => Codec(options).ReadJson(Encoding.UTF8.GetBytes(text));

    public static string Written(string json, DelimitedOptions? options = null) => Encoding.UTF8.GetString(Codec(options).WriteJson(json).Span);

    public static string Problem(string text, DelimitedOptions? options = null) => Assert.Throws<MessageFormatException>(() => Json(text, options)).Message;

    public static IBatchSplitter Splitter(DelimitedBatchOptions? batch = null, DelimitedOptions? options = null) =>
        new DelimitedDataType().CreateSplitter(batch ?? new DelimitedBatchOptions(), options ?? new DelimitedOptions());

    public static BatchPart[] Parts(string text, DelimitedBatchOptions? batch = null, DelimitedOptions? options = null) =>
        [.. Splitter(batch, options).Split(Encoding.UTF8.GetBytes(text))];

    public static string Text(this BatchPart part) => Encoding.UTF8.GetString(part.Content.Span);
}
