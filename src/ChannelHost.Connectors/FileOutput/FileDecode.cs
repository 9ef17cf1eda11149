namespace ChannelHost.Connectors.FileOutput;

/// <summary>How content becomes the file's bytes.</summary>
internal enum FileDecode
{
    /// <summary>As it is. The default.</summary>
    None,

    /// <summary>The content is base64 text; the file gets what it stands for.</summary>
    Base64,
}
