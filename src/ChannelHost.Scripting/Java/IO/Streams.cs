using System.Text;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>Reading what an argument stands for.</summary>
internal static class Streams
{
    /// <summary>The text of a reader, a stream, bytes or a text.</summary>
    public static string ReadAll(JavaCall call, int index) => call[index] switch
    {
        JavaObject { State: JavaBytes bytes } => Encoding.UTF8.GetString(bytes.Bytes),
        _ => call.Text(index),
    };
}
