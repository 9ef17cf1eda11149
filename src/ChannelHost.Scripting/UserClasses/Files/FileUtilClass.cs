using System.Text;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses.Files;

/// <summary><c>FileUtil</c>: whole files of the declared folders, and base64.</summary>
internal static class FileUtilClass
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>(Packages.Server, "FileUtil")
        .Static("read", static call => call.Run.Text(Values.HostBytes.Text(ReadAll(call))))
        .Static("readBytes", static call => call.Run.Bytes(ReadAll(call)))
        .Static("write", Write)
        .Static("encode", static call => call.Run.Text(Base64.Chunked(call.Bytes(0))))
        .Static("decode", static call => call.Run.Bytes(Base64.Decode(call.Text(0))))
        .Static("deleteFile", Delete)
        .Static("rtfToPlainText", static call => call.Run.Text(RtfText.Plain(call.Text(0), call.TextOrNull(1), call.Run)))
        .Build();

    private static byte[] ReadAll(UserCall call) => Guard(call, () =>
    {
        var path = DeclaredFolders.Resolve(call.Run, call.Text(0), write: false);
        using var file = RegularFile.OpenRead(call.Run, path);
        return RegularFile.ReadAll(call.Run, file);
    });

    private static JsValue Write(UserCall call) => Guard(call, () =>
    {
        var path = DeclaredFolders.Resolve(call.Run, call.Text(0), write: true);
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var content = call.IsBytes(2) ? call.Bytes(2) : Encoding.UTF8.GetBytes(call.Text(2));
        using var file = RegularFile.OpenWrite(call.Run, path, call.Flag(1));
        file.Write(content);
        return JsValue.Undefined;
    });

    private static JsValue Delete(UserCall call) => Guard(call, () =>
    {
        var path = DeclaredFolders.Resolve(call.Run, call.Text(0), write: true);
        if (!File.Exists(path))
        {
            return JsBoolean.False;
        }

        File.Delete(path);
        return JsBoolean.True;
    });

    private static T Guard<T>(UserCall call, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw call.Throw("java.io.FileNotFoundException", $"{call.Text(0)} (No such file or directory)");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw call.Throw("java.io.IOException", $"{call.Text(0)}: {exception.Message}");
        }
    }
}
