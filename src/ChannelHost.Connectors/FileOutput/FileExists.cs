namespace ChannelHost.Connectors.FileOutput;

/// <summary>What happens when a file of the name stands there already.</summary>
internal enum FileExists
{
    /// <summary>The message ends in an error. The default.</summary>
    Fail,

    /// <summary>The file is replaced in one step.</summary>
    Replace,

    /// <summary>The message is added at the end of it.</summary>
    Append,

    /// <summary>The message's id is added to the name.</summary>
    Unique,
}
