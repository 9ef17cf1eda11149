namespace ChannelHost.DataTypes.Json;

/// <summary>The descriptor of <c>json</c>.</summary>
internal sealed class JsonDataType : IDataType
{
    public string Name => "json";

    public string Summary => "JSON in UTF-8; scripts get an object.";

    public Type OptionsType => typeof(JsonOptions);

    public IMessageCodec CreateCodec(object options) => new JsonCodec((JsonOptions)options);
}
