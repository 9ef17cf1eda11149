using System.Text;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>The state of input streams.</summary>
internal sealed class JavaInput(Stream source)
{
    /// <summary>Where it comes from.</summary>
    public Stream Source => source;

    /// <summary>All that is left.</summary>
    public byte[] ReadAll(JavaCall call)
    {
        var result = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (var count = source.Read(buffer); count > 0; count = source.Read(buffer))
        {
            call.Run.Limits.Check();
            call.Run.Limits.CheckLength((double)result.Length + count);
            result.Write(buffer, 0, count);
        }

        return result.ToArray();
    }
}

/// <summary>The state of output streams.</summary>
internal sealed class JavaOutput(Stream target)
{
    /// <summary>Where it goes.</summary>
    public Stream Target => target;

    /// <summary>Writes.</summary>
    public void Write(JavaCall call, ReadOnlySpan<byte> bytes)
    {
        call.Run.Limits.CheckLength((target is MemoryStream ? target.Length : 0) + (double)bytes.Length);
        target.Write(bytes);
    }
}

/// <summary>The state of readers.</summary>
internal sealed class JavaReader(TextReader source)
{
    /// <summary>Where it comes from.</summary>
    public TextReader Source => source;

    /// <summary>All that is left.</summary>
    public string ReadAll(JavaCall call)
    {
        var result = new StringBuilder();
        var buffer = new char[16 * 1024];
        for (var count = source.Read(buffer); count > 0; count = source.Read(buffer))
        {
            call.Run.Limits.Check();
            call.Run.Limits.CheckLength((double)result.Length + count);
            result.Append(buffer, 0, count);
        }

        return result.ToString();
    }
}

/// <summary>The state of writers.</summary>
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
