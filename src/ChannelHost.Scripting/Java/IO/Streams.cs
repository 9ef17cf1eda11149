using System.Text;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>What arguments stand for: streams, readers, files, texts. What is opened is closed when the run ends, if the script forgot.</summary>
internal static class Streams
{
    /// <summary>The text of a reader, a stream, bytes or a text.</summary>
    public static string ReadAll(JavaCall call, int index, int charset = 99) => call[index] switch
    {
        JavaObject { State: JavaReader reader } => reader.ReadAll(call),
        JavaObject { State: JavaInput input } => Charsets.Of(call, charset).GetString(input.ReadAll(call)),
        JavaObject { State: JavaBytes bytes } => Charsets.Of(call, charset).GetString(bytes.Bytes),
        JavaObject { State: JavaFile file } => Charsets.Of(call, charset).GetString(file.ReadAll(call)),
        _ => call.Text(index),
    };

    /// <summary>The bytes of a stream, a reader, an array or a text.</summary>
    public static byte[] ReadBytes(JavaCall call, int index) => call[index] switch
    {
        JavaObject { State: JavaInput input } => input.ReadAll(call),
        JavaObject { State: JavaReader reader } => Encoding.UTF8.GetBytes(reader.ReadAll(call)),
        JavaObject { State: JavaFile file } => file.ReadAll(call),
        _ => JavaValues.BytesOf(call[index]) ?? Encoding.UTF8.GetBytes(call.Text(index)),
    };

    /// <summary>A text or the bytes that an argument holds, to write them.</summary>
    public static byte[] Bytes(JavaCall call, int index, int charset) =>
        call[index] is JavaObject { State: JavaBytes bytes } ? bytes.Bytes
        : JavaText.Is(call[index], out var text) ? Charsets.Of(call, charset).GetBytes(text)
        : JavaValues.BytesOf(call[index]) ?? Charsets.Of(call, charset).GetBytes(call.Text(index));

    /// <summary>Opens what an argument names, to read.</summary>
    public static Stream OpenInput(JavaCall call, int index) => call[index] switch
    {
        JavaObject { State: JavaInput input } => input.Source,
        JavaObject { State: JavaBytes bytes } => new MemoryStream(bytes.Bytes, writable: false),
        _ => JavaFile.Of(call, index).OpenRead(call),
    };

    /// <summary>Opens what an argument names, to write.</summary>
    public static Stream OpenOutput(JavaCall call, int index, bool append) => call[index] is JavaObject { State: JavaOutput output }
        ? output.Target
        : JavaFile.Of(call, index).OpenWrite(call, append);

    /// <summary>A reader over what an argument names.</summary>
    public static TextReader OpenReader(JavaCall call, int index, int charset) => call[index] switch
    {
        JavaObject { State: JavaReader reader } => reader.Source,
        _ => new StreamReader(OpenInput(call, index), Charsets.Of(call, charset)),
    };

    /// <summary>A writer to what an argument names.</summary>
    public static TextWriter OpenWriter(JavaCall call, int index, int charset, bool append)
    {
        if (call[index] is JavaObject { State: JavaWriter writer })
        {
            return writer.Target;
        }

        // As of Java, texts end their lines by LF; a stream that is not a file sees each character at once.
        var target = OpenOutput(call, index, append);
        var text = new FileText(target, Charsets.Of(call, charset)) { NewLine = "\n", AutoFlush = target is MemoryStream };
        if (!text.AutoFlush)
        {
            call.Run.Resources.Keep(OpenResources.Writers, text, () => text.IsClosed);
        }

        return text;
    }

    // What it still holds is written when it is closed; afterwards there is no telling from the outside that it was.
    private sealed class FileText(Stream target, Encoding encoding) : StreamWriter(target, encoding)
    {
        public bool IsClosed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
