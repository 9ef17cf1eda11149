namespace ChannelHost.DataTypes.Json;

/// <summary>The descriptor of <c>json</c>.</summary>
internal sealed class JsonDataType : IDataType
{
    public string Name => "json";

    public string Summary => "JSON in UTF-8; scripts get an object.";

    public Type OptionsType => typeof(JsonOptions);

    public IMessageCodec CreateCodec(object options) => new JsonCodec((JsonOptions)options);

    public Type? BatchOptionsType => typeof(JsonBatchOptions);

    public IEnumerable<OptionProblem> ValidateBatch(object batchOptions, object options)
    {
        var path = ((JsonBatchOptions)batchOptions).Path;
        return JsonPointer.IsValid(path) ? [] : [new OptionProblem("path", path, "a JSON pointer such as /items, or nothing")];
    }

    public IBatchSplitter CreateSplitter(object batchOptions, object options) => new JsonSplitter((JsonBatchOptions)batchOptions);
}
