using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChannelHost.Scripting.Java.IO;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Security;
using ChannelHost.Scripting.Java.Util;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Commons;

// Scripts compute what their partners ask for, old algorithms included.
#pragma warning disable CA5350, CA5351

/// <summary>Small helpers of commons-lang, commons-codec, commons-io and Guava.</summary>
internal static class CommonsClasses
{
    private static readonly JavaClass HashCode = new JavaClass("com.google.common.hash.HashCode")
        .Method<byte[]>("toString", static (hash, call) => call.Return(Convert.ToHexStringLower(hash)))
        .Method<byte[]>("asBytes", static (hash, call) => call.Return(hash));

    private static readonly JavaClass HashFunction = new JavaClass("com.google.common.hash.HashFunction")
        .Method<string>("hashString", static (name, call) => call.New(HashCode, Hash(name, Charsets.Of(call, 1).GetBytes(call.Text(0)))))
        .Method<string>("hashUnencodedChars", static (name, call) => call.New(HashCode, Hash(name, Encoding.Unicode.GetBytes(call.Text(0)))))
        .Method<string>("hashBytes", static (name, call) => call.New(HashCode, Hash(name, call.Bytes(0))));

    /// <summary>The classes.</summary>
    public static readonly JavaClass[] All =
    [
        StringUtilsClass.Class, EscapeClasses.Class, Digests(), Hashing(), HashFunction, HashCode, Arrays(),
        new JavaClass("org.apache.commons.codec.binary.Base64")
            .New(static _ => new object())
            .Method("encode", static call => call.Return(Ascii(Convert.ToBase64String(call.Bytes(0)))))
            .Method("decode", static call => call.Return(Base64(call)))
            .Method("encodeToString", static call => call.Return(Convert.ToBase64String(call.Bytes(0))))
            .Static("encodeBase64", static call => call.Return(Ascii(call.Flag(1) ? Chunked(call.Bytes(0)) : Convert.ToBase64String(call.Bytes(0)))))
            .Static("encodeBase64String", static call => call.Return(Convert.ToBase64String(call.Bytes(0))))
            .Static("encodeBase64URLSafeString", static call => call.Return(Convert.ToBase64String(call.Bytes(0)).TrimEnd('=').Replace('+', '-').Replace('/', '_')))
            .Static("encodeBase64Chunked", static call => call.Return(Ascii(Chunked(call.Bytes(0)))))
            .Static("decodeBase64", static call => call.Return(Base64(call)))
            .Static("isBase64", static call => call.Text(0).All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_' or '=' || char.IsWhiteSpace(c))),
        new JavaClass("org.apache.commons.codec.binary.Hex")
            .Static("encodeHexString", static call => call.Return(Convert.ToHexStringLower(call.Bytes(0))))
            .Static("encodeHex", static call => call.Java.Array(Convert.ToHexStringLower(call.Bytes(0)).Select(c => (JsValue)(int)c), ArrayClasses.Chars))
            .Static("decodeHex", static call => call.Return(Convert.FromHexString(call.Text(0)))),
        new JavaClass("org.apache.commons.lang3.math.NumberUtils")
            .Static("isNumber", static call => IsNumber(call.TextOrNull(0)))
            .Static("isCreatable", static call => IsNumber(call.TextOrNull(0)))
            .Static("isParsable", static call => IsNumber(call.TextOrNull(0)))
            .Static("isDigits", static call => call.TextOrNull(0) is { Length: > 0 } text && text.All(char.IsDigit))
            .Static("toInt", static call => int.TryParse(call.TextOrNull(0), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : call.Int(1, 0))
            .Static("toLong", static call => long.TryParse(call.TextOrNull(0), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : call.Int(1, 0))
            .Static("toDouble", static call => double.TryParse(call.TextOrNull(0), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : call.Has(1) ? call.Number(1) : 0),
        new JavaClass("org.apache.commons.lang3.exception.ExceptionUtils")
            .Static("getStackTrace", static call => call.Return(Described(call[0])))
            .Static("getFullStackTrace", static call => call.Return(Described(call[0])))
            .Static("getMessage", static call => call.Return(Described(call[0])))
            .Static("getRootCauseMessage", static call => call.Return(Described(call[0]))),
        new JavaClass("org.apache.commons.lang3.time.DateUtils")
            .Static("addYears", static call => Added(call, JavaCalendar.Year)).Static("addMonths", static call => Added(call, JavaCalendar.Month))
            .Static("addWeeks", static call => Added(call, JavaCalendar.WeekOfYear)).Static("addDays", static call => Added(call, JavaCalendar.DayOfMonth))
            .Static("addHours", static call => Added(call, JavaCalendar.HourOfDay)).Static("addMinutes", static call => Added(call, JavaCalendar.Minute))
            .Static("addSeconds", static call => Added(call, JavaCalendar.Second)).Static("addMilliseconds", static call => Added(call, JavaCalendar.Millisecond))
            .Static("isSameDay", static call => Text.CivilTime.At(DateClasses.Millis(call, 0), DateClasses.Local(call)) is var one && Text.CivilTime.At(DateClasses.Millis(call, 1), DateClasses.Local(call)).DayNumber == one.DayNumber),
        new JavaClass("org.apache.commons.io.FilenameUtils")
            .Static("getExtension", static call => call.Return(Extension(call.TextOrNull(0))))
            .Static("getName", static call => call.Return(Name(call.TextOrNull(0))))
            .Static("getBaseName", static call => call.Return(WithoutExtension(Name(call.TextOrNull(0)))))
            .Static("removeExtension", static call => call.Return(WithoutExtension(call.TextOrNull(0))))
            .Static("getFullPath", static call => call.Return(call.TextOrNull(0) is { } path ? path[..(path.LastIndexOfAny(['/', '\\']) + 1)] : null))
            .Static("concat", static call => call.Return(JavaFile.At(call.Text(0)).Below(call.Text(1)).Path)),
        new JavaClass("org.apache.commons.io.IOUtils")
            .Static("toString", static call => call.Return(Streams.ReadAll(call, 0, 1)))
            .Static("toByteArray", static call => call.Java.Array(Streams.ReadBytes(call, 0)))
            .Static("toInputStream", static call => call.New(StreamClasses.InputStream, new JavaInput(new MemoryStream(Charsets.Of(call, 1).GetBytes(call.Text(0))))))
            .Static("readLines", static call => FileClasses.Lines(call, Streams.ReadAll(call, 0, 1)))
            .Static("copy", static call => Copied(call))
            .Static("write", static call => Written(call))
            .Static("closeQuietly", static call => CloseQuietly(call))
            .Constant("LINE_SEPARATOR", static call => call.Return("\n")),
        new JavaClass("org.apache.commons.io.FileUtils").Needs(JavaNeed.Folder)
            .Static("readFileToString", static call => call.Return(Charsets.Of(call, 1).GetString(JavaFile.Of(call, 0).ReadAll(call))))
            .Static("readFileToByteArray", static call => call.Java.Array(JavaFile.Of(call, 0).ReadAll(call)))
            .Static("readLines", static call => FileClasses.Lines(call, Charsets.Of(call, 1).GetString(JavaFile.Of(call, 0).ReadAll(call))))
            .Static("writeStringToFile", static call => Write(call, (call[2] is JsBoolean || !call.Has(2) ? Encoding.UTF8 : Charsets.Of(call, 2)).GetBytes(call.Text(1))))
            .Static("write", static call => Write(call, (call[2] is JsBoolean || !call.Has(2) ? Encoding.UTF8 : Charsets.Of(call, 2)).GetBytes(call.Text(1))))
            .Static("writeByteArrayToFile", static call => Write(call, call.Bytes(1)))
            .Static("copyFile", static call => Done(() => FileClasses.CopyTo(call, JavaFile.Of(call, 0), JavaFile.Of(call, 1), overwrite: true)))
            .Static("copyFileToDirectory", static call => Done(() => FileClasses.CopyTo(call, JavaFile.Of(call, 0), JavaFile.Of(call, 1).Below(JavaFile.Of(call, 0).Name), overwrite: true)))
            .Static("moveFile", static call => Move(call, JavaFile.Of(call, 1)))
            .Static("moveFileToDirectory", static call => Move(call, JavaFile.Of(call, 1).Below(JavaFile.Of(call, 0).Name)))
            .Static("deleteQuietly", static call => call.Has(0) && JavaFile.Of(call, 0).Delete(call))
            .Static("forceDelete", static call => JavaFile.Of(call, 0).Delete(call) ? JsValue.Undefined : throw call.Throw("java.io.FileNotFoundException", JavaFile.Of(call, 0).Path))
            .Static("forceMkdir", static call => Done(() => Directory.CreateDirectory(JavaFile.Of(call, 0).ToWrite(call))))
            .Static("getFile", static call => call.New(FileClasses.File, call.Rest(1).Aggregate(JavaFile.Of(call, 0), (path, part) => path.Below(JavaText.Of(part))))),
        Logger(),
    ];

    private static JavaClass Digests()
    {
        var type = new JavaClass("org.apache.commons.codec.digest.DigestUtils");
        foreach (var name in new[] { "md5", "sha1", "sha", "sha256", "sha384", "sha512" })
        {
            type.Static(name, call => call.Return(Hash(name, Streams.ReadBytes(call, 0))));
            type.Static(name + "Hex", call => call.Return(Convert.ToHexStringLower(Hash(name, Streams.ReadBytes(call, 0)))));
        }

        return type;
    }

    private static JavaClass Hashing()
    {
        var type = new JavaClass("com.google.common.hash.Hashing");
        foreach (var name in new[] { "md5", "sha1", "sha256", "sha384", "sha512" })
        {
            type.Static(name, call => call.New(HashFunction, name));
        }

        return type;
    }

    private static JavaClass Arrays() => new JavaClass("org.apache.commons.lang3.ArrayUtils")
        .Static("contains", static call => call.Has(0) && call.Items(0).Contains(call[1], call.Java.Equality))
        .Static("indexOf", static call => call.Has(0) ? call.Items(0).ToList().FindIndex(item => call.Java.Equality.Equals(item, call[1])) : -1)
        .Static("isEmpty", static call => !call.Has(0) || !call.Items(0).Any())
        .Static("isNotEmpty", static call => call.Has(0) && call.Items(0).Any())
        .Static("getLength", static call => call.Has(0) ? call.Items(0).Count() : 0)
        .Static("toString", static call => call.Return(call.Has(0) ? $"{{{string.Join(',', call.Items(0).Select(call.Java.Show))}}}" : "{}"))
        .Static("reverse", static call => Reverse(call))
        .Static("add", static call => call.Java.Array([.. call.Has(0) ? call.Items(0) : [], call[1]]))
        .Static("remove", static call => Without(call, call.Int(1)))
        .Static("removeElement", static call => Without(call, call.Items(0).ToList().FindIndex(item => call.Java.Equality.Equals(item, call[1]))))
        .Static("addAll", static call => IsBytes(call[0]) && IsBytes(call[1])
            ? call.Java.Array([.. call.Bytes(0), .. call.Bytes(1)])
            : call.Java.Array([.. call.Has(0) ? call.Items(0) : [], .. call.Count == 2 && JavaValues.ItemsOf(call[1]) is { } more ? more : call.Rest(1)]))
        .Static("subarray", static call => IsBytes(call[0])
            ? call.Java.Array(call.Bytes(0)[Range(call, call.Bytes(0).Length)])
            : call.Java.Array(call.Items(0).ToList()[Range(call, call.Items(0).Count())]));

    private static JavaClass Logger()
    {
        var type = new JavaClass("org.apache.log4j.Logger");
        type.Static("getLogger", call => call.New(type, call.Shown(0))).Static("getRootLogger", call => call.New(type, "root"));
        foreach (var (method, level) in new[] { ("trace", "trace"), ("debug", "debug"), ("info", "info"), ("warn", "warn"), ("error", "error"), ("fatal", "error") })
        {
            type.Void<string>(method, (_, call) => call.Run.Environment.Log(level, call.Shown(0), call.Run.Current?.File.Name ?? ""));
        }

        return type.Method<string>("isDebugEnabled", static (_, _) => true).Method<string>("isInfoEnabled", static (_, _) => true).Method<string>("getName", static (name, call) => call.Return(name));
    }

    private static byte[] Hash(string name, byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(SecurityClasses.HashOf(name)!.Value);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static string Chunked(byte[] bytes) => string.Concat(Convert.ToBase64String(bytes).Chunk(76).Select(line => new string(line) + "\r\n"));

    // Lenient: both alphabets, and what is no digit is skipped.
    private static byte[] Base64(JavaCall call)
    {
        var text = JavaText.Is(call[0], out var given) ? given : Encoding.ASCII.GetString(call.Bytes(0));
        var clean = string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_')).Replace('-', '+').Replace('_', '/');
        clean = clean.Length % 4 == 1 ? clean[..^1] : clean;
        return Convert.FromBase64String(clean.PadRight((clean.Length + 3) / 4 * 4, '='));
    }

    private static bool IsNumber(string? text) => text is { Length: > 0 } && !char.IsWhiteSpace(text[0]) && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);

    private static string Described(JsValue value) => value is Jint.Native.Object.ObjectInstance and not JavaObject ? Running.Thrown.Text(value) : JavaText.Of(value);

    private static JsValue Added(JavaCall call, int field)
    {
        var calendar = new JavaCalendar(DateClasses.Millis(call, 0), DateClasses.Local(call));
        calendar.Add(field, call.Int(1));
        return call.New(DateClasses.Date, calendar.Date);
    }

    private static string? Name(string? path) => path?[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    private static string? Extension(string? path) => Name(path) is { } name ? name.LastIndexOf('.') is var dot and >= 0 ? name[(dot + 1)..] : "" : null;

    private static string? WithoutExtension(string? path) => path is not null && Name(path)!.Contains('.', StringComparison.Ordinal) ? path[..path.LastIndexOf('.')] : path;

    private static bool IsBytes(JsValue value) => value is JavaObject { State: JavaBytes };

    private static Range Range(JavaCall call, int length)
    {
        var from = Math.Clamp(call.Int(1), 0, length);
        return from..Math.Clamp(call.Int(2), from, length);
    }

    private static JsValue Reverse(JavaCall call)
    {
        switch (call[0])
        {
            case JavaObject { State: JavaBytes bytes }:
                Array.Reverse(bytes.Bytes);
                break;
            case JavaObject { State: JavaList list }:
                list.Replacing().Reverse();
                break;
        }

        return JsValue.Undefined;
    }

    private static JavaObject Without(JavaCall call, int index)
    {
        var items = call.Items(0).ToList();
        if (index >= 0)
        {
            items.RemoveAt(index);
        }

        return call.Java.Array(items, (call[0] as JavaObject)?.JavaType);
    }

    private static JsValue Copied(JavaCall call)
    {
        if (call[1] is JavaObject { State: JavaWriter writer })
        {
            writer.Write(call, Streams.ReadAll(call, 0, 2));
            return JsValue.Undefined;
        }

        var bytes = Streams.ReadBytes(call, 0);
        call.Object<JavaOutput>(1).Write(call, bytes);
        return bytes.Length;
    }

    private static JsValue CloseQuietly(JavaCall call)
    {
        foreach (var given in call.Rest(0))
        {
            try
            {
                Close(given);
            }
            catch (IOException)
            {
                // What this method is for: the script does not want to hear of it.
            }
        }

        return JsValue.Undefined;
    }

    private static void Close(JsValue given)
    {
        switch ((given as JavaObject)?.State)
        {
            case JavaReader reader:
                reader.Source.Dispose();
                break;
            case JavaWriter writer:
                ReaderClasses.Close(writer);
                break;
            case JavaInput input:
                input.Source.Dispose();
                break;
            case JavaOutput output:
                StreamClasses.Close(output);
                break;
        }
    }

    private static JsValue Written(JavaCall call)
    {
        if (call[1] is JavaObject { State: JavaWriter writer })
        {
            writer.Write(call, call.Text(0));
        }
        else
        {
            call.Object<JavaOutput>(1).Write(call, Streams.Bytes(call, 0, 2));
        }

        return JsValue.Undefined;
    }

    private static JsValue Write(JavaCall call, byte[] content) =>
        Done(() => JavaFile.Of(call, 0).WriteAll(call, content, append: call.Arguments[^1] is JsBoolean && call.Flag(call.Count - 1), makesFolders: true));

    private static JsValue Move(JavaCall call, JavaFile to) =>
        FileClasses.Rename(JavaFile.Of(call, 0), to, call) ? JsValue.Undefined : throw call.Throw("java.io.FileNotFoundException", JavaFile.Of(call, 0).Path);

    private static JsValue Done(Action action)
    {
        action();
        return JsValue.Undefined;
    }
}
