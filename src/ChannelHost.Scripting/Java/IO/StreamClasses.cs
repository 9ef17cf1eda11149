using Jint.Native;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>Byte streams.</summary>
internal static class StreamClasses
{
    /// <summary><c>java.io.InputStream</c>.</summary>
    public static readonly JavaClass InputStream = new JavaClass("java.io.InputStream")
        .Method<JavaInput>("read", static (input, call) => Read(input, call))
        .Method<JavaInput>("readAllBytes", static (input, call) => call.Java.Array(input.ReadAll(call)))
        .Method<JavaInput>("available", static (input, _) => input.Source.CanSeek ? input.Source.Length - input.Source.Position : 0)
        .Method<JavaInput>("skip", static (input, call) => input.Source.CanSeek ? input.Source.Seek(call.Long(0), SeekOrigin.Current) : 0)
        .Void<JavaInput>("close", static (input, _) => input.Source.Dispose());

    /// <summary><c>java.io.OutputStream</c>.</summary>
    public static readonly JavaClass OutputStream = new JavaClass("java.io.OutputStream")
        .Void<JavaOutput>("write", static (output, call) => Write(output, call))
        .Void<JavaOutput>("flush", static (output, _) => output.Target.Flush())
        .Void<JavaOutput>("close", static (output, _) => Close(output))
        .Void<JavaOutput>("finish", static (output, _) => Close(output));

    /// <summary><c>java.io.FileInputStream</c>.</summary>
    public static readonly JavaClass FileInput = Input("java.io.FileInputStream").Needs(JavaNeed.Folder);

    /// <summary><c>java.io.FileOutputStream</c>.</summary>
    public static readonly JavaClass FileOutput = new JavaClass("java.io.FileOutputStream", OutputStream).Needs(JavaNeed.Folder)
        .New(static call => new JavaOutput(Streams.OpenOutput(call, 0, call.Flag(1))));

    /// <summary>The streams on top of others.</summary>
    public static readonly JavaClass[] Others =
    [
        Input("java.io.BufferedInputStream"),
        Input("java.io.DataInputStream"),
        new JavaClass("java.io.ByteArrayInputStream", InputStream).New(static call => new JavaInput(call.Count > 2
            ? new MemoryStream(call.Bytes(0), call.Int(1), call.Int(2), writable: false)
            : new MemoryStream(call.Bytes(0), writable: false))),
        new JavaClass("java.io.BufferedOutputStream", OutputStream).New(static call => new JavaOutput(call.Object<JavaOutput>(0).Target)),
        new JavaClass("java.io.ByteArrayOutputStream", OutputStream)
            .New(static _ => new JavaOutput(new MemoryStream()))
            .Method<JavaOutput>("toByteArray", static (output, call) => call.Java.Array(Kept(output).ToArray()))
            .Method<JavaOutput>("size", static (output, _) => Kept(output).ToArray().Length)
            .Void<JavaOutput>("reset", static (output, _) => Kept(output).SetLength(0))
            .Void<JavaOutput>("writeTo", static (output, call) => call.Object<JavaOutput>(0).Write(call, Kept(output).ToArray()))
            .Method<JavaOutput>("toString", static (output, call) => call.Return(Charsets.Of(call, 0).GetString(Kept(output).ToArray()))),
    ];

    private static JavaClass Input(string name) => new JavaClass(name, InputStream).New(static call => new JavaInput(Streams.OpenInput(call, 0)));

    private static MemoryStream Kept(JavaOutput output) => (MemoryStream)output.Target;

    // What is in memory stays readable after close; closing a compressed stream ends it, and leaves what lies under it open when that is memory.
    internal static void Close(JavaOutput output)
    {
        switch (output.Target)
        {
            case MemoryStream:
                break;
            default:
                output.Target.Dispose();
                break;
        }
    }

    private static JsValue Read(JavaInput input, JavaCall call)
    {
        call.Run.Limits.Check();
        if (call.Count == 0)
        {
            return input.Source.ReadByte();
        }

        var bytes = call.Object<JavaBytes>(0).Bytes;
        var (from, count) = (call.Int(1, 0), call.Int(2, bytes.Length));
        var read = input.Source.Read(bytes.AsSpan(from, count));
        return read == 0 && count > 0 ? -1 : read;
    }

    private static void Write(JavaOutput output, JavaCall call)
    {
        if (call[0] is JsNumber || JavaValues.NumberOf(call[0]) is not null)
        {
            output.Write(call, [unchecked((byte)call.Int(0))]);
            return;
        }

        var bytes = call.Bytes(0);
        output.Write(call, bytes.AsSpan(call.Int(1, 0), call.Int(2, bytes.Length)));
    }
}
