namespace ChannelHost.Connectors.FileIntake;

/// <summary>What becomes of a file once its message is stored.</summary>
internal enum AfterFile
{
    /// <summary>It is deleted. The default.</summary>
    Delete,

    /// <summary>It is moved to <c>moveTo</c>.</summary>
    Move,
}
