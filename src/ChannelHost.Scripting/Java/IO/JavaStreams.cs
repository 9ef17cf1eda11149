namespace ChannelHost.Scripting.Java.IO;

/// <summary>The state of writers: a text that is taken by whoever asks, or a file.</summary>
internal sealed class JavaWriter(TextWriter target)
{
    /// <summary>Where it goes.</summary>
    public TextWriter Target => target;

    /// <summary>Writes.</summary>
    public void Write(JavaCall call, string text)
    {
        if (target is StringWriter kept)
        {
            call.Run.Limits.CheckLength((double)kept.GetStringBuilder().Length + text.Length);
        }

        target.Write(text);
    }
}
