using System.Text;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Util;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>Files of <c>java.io</c> and <c>java.nio.file</c>.</summary>
internal static class FileClasses
{
    /// <summary><c>java.io.File</c>.</summary>
    public static readonly JavaClass File = new JavaClass("java.io.File")
        .Needs(JavaNeed.Folder)
        .New(static call => call.Count > 1 ? (call.Has(0) ? JavaFile.Of(call, 0).Below(call.Text(1)) : JavaFile.At(call.Text(1))) : JavaFile.Of(call, 0))
        .Method<JavaFile>("getName", static (file, call) => call.Return(file.Name))
        .Method<JavaFile>("getPath", static (file, call) => call.Return(file.Path))
        .Method<JavaFile>("getAbsolutePath", static (file, call) => call.Return(file.Path))
        .Method<JavaFile>("getCanonicalPath", static (file, call) => call.Return(file.ToRead(call)))
        .Method<JavaFile>("getAbsoluteFile", static (_, call) => call.Self)
        .Method<JavaFile>("getParent", static (file, call) => call.Return(file.Parent))
        .Method<JavaFile>("getParentFile", static (file, call) => file.Parent is { } parent ? call.New(File!, JavaFile.At(parent)) : JsValue.Null)
        .Method<JavaFile>("isAbsolute", static (file, _) => file.Path.StartsWith('/'))
        .Method<JavaFile>("exists", static (file, call) => Exists(file.ToRead(call)))
        .Method<JavaFile>("isFile", static (file, call) => System.IO.File.Exists(file.ToRead(call)))
        .Method<JavaFile>("isDirectory", static (file, call) => Directory.Exists(file.ToRead(call)))
        .Method<JavaFile>("isHidden", static (file, _) => file.Name.StartsWith('.'))
        .Method<JavaFile>("canRead", static (file, call) => Exists(file.ToRead(call)))
        .Method<JavaFile>("canWrite", static (file, call) => MayWrite(file, call))
        .Method<JavaFile>("length", static (file, call) => file.ToRead(call) is var path && System.IO.File.Exists(path) ? new FileInfo(path).Length : 0)
        .Method<JavaFile>("lastModified", static (file, call) => file.ToRead(call) is var path && Exists(path) ? new DateTimeOffset(System.IO.File.GetLastWriteTimeUtc(path)).ToUnixTimeMilliseconds() : 0)
        .Method<JavaFile>("setLastModified", static (file, call) => Touch(file, call))
        .Method<JavaFile>("list", static (file, call) => Listed(file, call) is { } names ? call.Java.Array(names) : JsValue.Null)
        .Method<JavaFile>("listFiles", static (file, call) => ListFiles(file, call))
        .Method<JavaFile>("mkdir", static (file, call) => Make(file.ToWrite(call)))
        .Method<JavaFile>("mkdirs", static (file, call) => Make(file.ToWrite(call)))
        .Method<JavaFile>("delete", static (file, call) => file.Delete(call))
        .Method<JavaFile>("createNewFile", static (file, call) => Create(file, call))
        .Method<JavaFile>("renameTo", static (file, call) => Rename(file, JavaFile.Of(call, 0), call))
        .Void<JavaFile>("deleteOnExit", static (file, call) => DeleteAtEnd(file, call))
        .Method<JavaFile>("toPath", static (file, call) => call.New(Path!, file))
        .Method<JavaFile>("toURI", static (file, call) => call.New(Net.UriClasses.Uri, new Uri("file://" + file.Path)))
        .Method<JavaFile>("compareTo", static (file, call) => file.CompareTo(call.Object<JavaFile>(0)))
        .Method<JavaFile>("toString", static (file, call) => call.Return(file.Path))
        .Static("createTempFile", static call => call.New(File!, Temporary(call)))
        .Constant("separator", static call => call.Return("/"))
        .Constant("pathSeparator", static call => call.Return(":"));

    /// <summary><c>java.nio.file.Path</c>.</summary>
    public static readonly JavaClass Path = new JavaClass("java.nio.file.Path")
        .Needs(JavaNeed.Folder)
        .Static("of", static call => call.New(Path!, Joined(call)))
        .Method<JavaFile>("getFileName", static (file, call) => call.New(Path!, JavaFile.At(file.Name)))
        .Method<JavaFile>("getParent", static (file, call) => file.Parent is { } parent ? call.New(Path!, JavaFile.At(parent)) : JsValue.Null)
        .Method<JavaFile>("resolve", static (file, call) => call.New(Path!, file.Below(JavaFile.Of(call, 0).Path)))
        .Method<JavaFile>("resolveSibling", static (file, call) => call.New(Path!, JavaFile.At(file.Parent ?? "").Below(JavaFile.Of(call, 0).Path)))
        .Method<JavaFile>("normalize", static (file, call) => call.New(Path!, file.Path.StartsWith('/') ? JavaFile.At(System.IO.Path.GetFullPath(file.Path)) : file))
        .Method<JavaFile>("toAbsolutePath", static (_, call) => call.Self)
        .Method<JavaFile>("toFile", static (file, call) => call.New(File, file))
        .Method<JavaFile>("startsWith", static (file, call) => JavaFile.Of(call, 0).Path is var start && (file.Path == start || file.Path.StartsWith(start.TrimEnd('/') + "/", StringComparison.Ordinal)))
        .Method<JavaFile>("endsWith", static (file, call) => file.Path == JavaFile.Of(call, 0).Path || file.Path.EndsWith("/" + JavaFile.Of(call, 0).Path.TrimStart('/'), StringComparison.Ordinal))
        .Method<JavaFile>("toString", static (file, call) => call.Return(file.Path));

    /// <summary><c>java.nio.file.Paths</c>.</summary>
    public static readonly JavaClass Paths = new JavaClass("java.nio.file.Paths").Needs(JavaNeed.Folder)
        .Static("get", static call => call.New(Path, Joined(call)));

    /// <summary><c>java.nio.file.Files</c>.</summary>
    public static readonly JavaClass Files = new JavaClass("java.nio.file.Files")
        .Needs(JavaNeed.Folder)
        .Static("exists", static call => Exists(JavaFile.Of(call, 0).ToRead(call)))
        .Static("notExists", static call => !Exists(JavaFile.Of(call, 0).ToRead(call)))
        .Static("isDirectory", static call => Directory.Exists(JavaFile.Of(call, 0).ToRead(call)))
        .Static("isRegularFile", static call => System.IO.File.Exists(JavaFile.Of(call, 0).ToRead(call)))
        .Static("isReadable", static call => Exists(JavaFile.Of(call, 0).ToRead(call)))
        .Static("size", static call => new FileInfo(JavaFile.Of(call, 0).ToRead(call)).Length)
        .Static("readAllBytes", static call => call.Java.Array(JavaFile.Of(call, 0).ReadAll(call)))
        .Static("readString", static call => call.Return(Charsets.Of(call, 1).GetString(JavaFile.Of(call, 0).ReadAll(call))))
        .Static("readAllLines", static call => Lines(call, Charsets.Of(call, 1).GetString(JavaFile.Of(call, 0).ReadAll(call))))
        .Static("write", static call => Write(call))
        .Static("writeString", static call => Write(call))
        .Static("copy", static call => Copy(call))
        .Static("move", static call => Move(call))
        .Static("delete", static call => JavaFile.Of(call, 0).Delete(call) ? JsValue.Undefined : throw call.Throw("java.nio.file.NoSuchFileException", JavaFile.Of(call, 0).Path))
        .Static("deleteIfExists", static call => JavaFile.Of(call, 0).Delete(call))
        .Static("createDirectory", static call => MakeAt(call))
        .Static("createDirectories", static call => MakeAt(call))
        .Static("createFile", static call => Create(JavaFile.Of(call, 0), call) ? call[0] : throw call.Throw("java.nio.file.FileAlreadyExistsException", JavaFile.Of(call, 0).Path))
        .Static("newBufferedReader", static call => call.New(ReaderClasses.BufferedReader, new JavaReader(Streams.OpenReader(call, 0, 1))))
        .Static("newBufferedWriter", static call => call.New(ReaderClasses.BufferedWriter, new JavaWriter(Streams.OpenWriter(call, 0, 1, append: Appends(call)))))
        .Static("newInputStream", static call => call.New(StreamClasses.FileInput, new JavaInput(Streams.OpenInput(call, 0))))
        .Static("newOutputStream", static call => call.New(StreamClasses.FileOutput, new JavaOutput(Streams.OpenOutput(call, 0, Appends(call)))))
        .Refuse("list", "use new java.io.File(path).listFiles().")
        .Refuse("lines", "use readAllLines.");

    /// <summary><c>java.nio.file.StandardOpenOption</c>.</summary>
    public static readonly JavaClass OpenOption = JavaEnum.Define(
        "java.nio.file.StandardOpenOption", "READ", "WRITE", "APPEND", "TRUNCATE_EXISTING", "CREATE", "CREATE_NEW", "DELETE_ON_CLOSE", "SPARSE", "SYNC", "DSYNC");

    /// <summary><c>java.nio.file.StandardCopyOption</c>.</summary>
    public static readonly JavaClass CopyOption = JavaEnum.Define("java.nio.file.StandardCopyOption", "REPLACE_EXISTING", "COPY_ATTRIBUTES", "ATOMIC_MOVE");

    /// <summary>True when there is a file or folder.</summary>
    public static bool Exists(string path) => System.IO.File.Exists(path) || Directory.Exists(path);

    /// <summary>The lines of a text, as a list.</summary>
    public static JsValue Lines(JavaCall call, string text)
    {
        var lines = Guards.TextSearch.Split(call.Run.Limits, text.ReplaceLineEndings("\n"), "\n");
        var count = lines[^1].Length == 0 ? lines.Count - 1 : lines.Count;
        return call.New(ListClasses.ArrayList, new JavaList([.. lines.Take(count).Select(line => (JsValue)line)]));
    }

    /// <summary>Copies a file, over another one where that is asked for.</summary>
    public static void CopyTo(JavaCall call, JavaFile from, JavaFile to, bool overwrite)
    {
        var target = to.ToWrite(call);
        if (!overwrite && Exists(target))
        {
            throw call.Throw("java.nio.file.FileAlreadyExistsException", to.Path);
        }

        using var source = from.OpenRead(call);
        using var copy = to.OpenWrite(call, append: false);
        var buffer = new byte[64 * 1024];
        for (var count = source.Read(buffer); count > 0; count = source.Read(buffer))
        {
            call.Run.Limits.Check();
            copy.Write(buffer, 0, count);
        }
    }

    /// <summary>Moves a file or folder; false when it cannot.</summary>
    public static bool Rename(JavaFile from, JavaFile to, JavaCall call)
    {
        var (source, target) = (from.ToWrite(call), to.ToWrite(call));
        if (System.IO.File.Exists(source))
        {
            System.IO.File.Move(source, target, overwrite: true);
            return true;
        }

        if (!Directory.Exists(source) || Exists(target))
        {
            return false;
        }

        Directory.Move(source, target);
        return true;
    }

    // Asked for at once, so that the script's line is at fault for a path that is not declared.
    private static void DeleteAtEnd(JavaFile file, JavaCall call)
    {
        file.ToWrite(call);
        call.Run.EndWith(() => file.Delete(call));
    }

    private static JavaFile Joined(JavaCall call) => call.Rest(1).Aggregate(JavaFile.Of(call, 0), (path, part) => path.Below(JavaText.Of(part)));

    private static bool MayWrite(JavaFile file, JavaCall call)
    {
        try
        {
            return Exists(file.ToWrite(call));
        }
        catch (JavaScriptException)
        {
            // The question is whether it may, not a wish to write: the declared folders have answered.
            return false;
        }
    }

    private static bool Touch(JavaFile file, JavaCall call)
    {
        var path = file.ToWrite(call);
        if (!Exists(path))
        {
            return false;
        }

        System.IO.File.SetLastWriteTimeUtc(path, JavaDate.FromMillis(call.Long(0)).UtcDateTime);
        return true;
    }

    private static List<string>? Listed(JavaFile file, JavaCall call)
    {
        var names = file.Names(call);
        return names is null || !call.Has(0)
            ? names
            : names.Where(name => TypeConverter.ToBoolean(call.Java.CallAdapter(call[0], "accept", call.Self, call.Return(name)))).ToList();
    }

    private static JsValue ListFiles(JavaFile file, JavaCall call)
    {
        if (file.Names(call) is not { } names)
        {
            return JsValue.Null;
        }

        var files = names.Select(name => call.New(File, file.Below(name)));
        if (call.Has(0))
        {
            // A filter takes either the file, or the folder and the name.
            var takesOne = (call[0] is Jint.Native.Object.ObjectInstance and not JavaObject && call[0].Get("length").Equals(JsNumber.Create(1))) || call[0] is JavaObject { JavaType.Name: "java.io.FileFilter" };
            files = files.Where(entry => TypeConverter.ToBoolean(takesOne
                ? call.Java.CallAdapter(call[0], "accept", entry)
                : call.Java.CallAdapter(call[0], "accept", call.Self, call.Return(((JavaFile)((JavaObject)entry).State).Name))));
        }

        return call.Java.Array(files);
    }

    private static bool Make(string path)
    {
        if (Exists(path))
        {
            return false;
        }

        Directory.CreateDirectory(path);
        return true;
    }

    private static JsValue MakeAt(JavaCall call)
    {
        Make(JavaFile.Of(call, 0).ToWrite(call));
        return call[0];
    }

    private static bool Create(JavaFile file, JavaCall call)
    {
        var path = file.ToWrite(call);
        if (Exists(path))
        {
            return false;
        }

        System.IO.File.Create(path).Dispose();
        return true;
    }

    private static JavaFile Temporary(JavaCall call)
    {
        if (!call.Has(2))
        {
            throw call.Throw("java.io.IOException", "createTempFile needs a folder as third argument, one that the channel declares.");
        }

        var file = JavaFile.Of(call, 2).Below(call.Text(0) + Guid.NewGuid().ToString("N") + (call.TextOrNull(1) ?? ".tmp"));
        Create(file, call);
        return file;
    }

    private static bool Appends(JavaCall call) => call.Arguments.Any(argument => argument is JavaObject { State: JavaEnumValue { Name: "APPEND" } });

    private static JsValue Write(JavaCall call)
    {
        var content = call[1] is JavaObject { State: JavaList lines }
            ? Charsets.Of(call, 2).GetBytes(string.Concat(lines.Items.Select(line => JavaText.Of(line) + "\n")))
            : call[1] is JavaObject { State: JavaBytes bytes } ? bytes.Bytes
            : (call[2] is JavaObject { State: Encoding encoding } ? encoding : Encoding.UTF8).GetBytes(call.Text(1));
        JavaFile.Of(call, 0).WriteAll(call, content, Appends(call));
        return call[0];
    }

    private static bool Replaces(JavaCall call) => call.Arguments.Any(argument => argument is JavaObject { State: JavaEnumValue { Name: "REPLACE_EXISTING" } });

    private static JsValue Copy(JavaCall call)
    {
        if (call[0] is JavaObject { State: JavaInput input })
        {
            JavaFile.Of(call, 1).WriteAll(call, input.ReadAll(call), append: false);
        }
        else
        {
            CopyTo(call, JavaFile.Of(call, 0), JavaFile.Of(call, 1), Replaces(call));
        }

        return call[1];
    }

    private static JsValue Move(JavaCall call)
    {
        var to = JavaFile.Of(call, 1);
        if (!Replaces(call) && Exists(to.ToWrite(call)))
        {
            throw call.Throw("java.nio.file.FileAlreadyExistsException", to.Path);
        }

        return Rename(JavaFile.Of(call, 0), to, call) ? call[1] : throw call.Throw("java.nio.file.NoSuchFileException", JavaFile.Of(call, 0).Path);
    }
}
