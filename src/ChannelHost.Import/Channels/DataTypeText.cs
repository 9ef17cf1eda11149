using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Channels;

/// <summary>Data types as channel.yaml writes them: a word where nothing but the type is said.</summary>
internal static class DataTypeText
{
    /// <summary>The value.</summary>
    public static YamlNode Of(YamlBlock dataType) => dataType.Entries is [{ Value: { } only }] ? only : dataType;

    /// <summary>True when both say the same.</summary>
    public static bool AreSame(YamlBlock one, YamlBlock other) => Written(one) == Written(other);

    private static string Written(YamlBlock block) => new YamlText().Write(block).Text;
}
