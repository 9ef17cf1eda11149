using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary>What templates and loops call before anything else. The processor finds the method by its name, so it is public.</summary>
internal sealed class StylesheetLimits(RunLimits limits)
{
    /// <summary>Never true: where a limit is reached, it throws.</summary>
#pragma warning disable IDE1006 // XPath calls it by this name.
    public bool reached()
#pragma warning restore IDE1006
    {
        limits.Check();
        return false;
    }
}
