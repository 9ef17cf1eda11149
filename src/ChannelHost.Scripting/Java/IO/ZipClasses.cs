using System.IO.Compression;
using ChannelHost.Scripting.Java.Util;
using ChannelHost.Scripting.Running;
using Jint.Native;

namespace ChannelHost.Scripting.Java.IO;

/// <summary><c>java.util.zip</c>: archives, gzip and zlib. What is unpacked is held to a size and to a ratio.</summary>
internal static class ZipClasses
{
    private static readonly JavaClass Entry = new JavaClass("java.util.zip.ZipEntry")
        .New(static call => call[0] is JavaObject { State: ZipItem other } ? new ZipItem(other.Name) { Time = other.Time, Comment = other.Comment } : new ZipItem(call.Text(0)))
        .Method<ZipItem>("getName", static (item, call) => call.Return(item.Name))
        .Method<ZipItem>("getSize", static (item, _) => item.Size)
        .Method<ZipItem>("getCompressedSize", static (item, _) => item.PackedSize)
        .Method<ZipItem>("getCrc", static (item, _) => item.Checksum)
        .Method<ZipItem>("getTime", static (item, _) => item.Time?.ToUnixTimeMilliseconds() ?? -1)
        .Method<ZipItem>("getComment", static (item, call) => call.Return(item.Comment))
        .Method<ZipItem>("isDirectory", static (item, _) => item.Name.EndsWith('/'))
        .Void<ZipItem>("setTime", static (item, call) => item.Time = JavaDate.FromMillis(call.Long(0)))
        .Void<ZipItem>("setComment", static (item, call) => item.Comment = call.TextOrNull(0))
        .Void<ZipItem>("setSize", static (item, call) => item.Size = call.Long(0))
        .Void<ZipItem>("setMethod", static (_, _) => { })
        .Method<ZipItem>("toString", static (item, call) => call.Return(item.Name));

    private static readonly JavaClass Output = new JavaClass("java.util.zip.ZipOutputStream", StreamClasses.OutputStream)
        .New(static call => new JavaOutput(Kept(call, new ZipTarget(call.Run, Streams.OpenOutput(call, 0, append: false)), static target => target.IsFinished)))
        .Void<JavaOutput>("putNextEntry", static (output, call) => ((ZipTarget)output.Target).Begin(call.Object<ZipItem>(0)))
        .Void<JavaOutput>("closeEntry", static (output, _) => ((ZipTarget)output.Target).EndEntry())
        .Void<JavaOutput>("finish", static (output, _) => ((ZipTarget)output.Target).Finish())
        .Void<JavaOutput>("setLevel", static (output, call) => ((ZipTarget)output.Target).Level = LevelOf(call.Int(0)))
        .Void<JavaOutput>("setMethod", static (_, _) => { })
        .Constant("DEFLATED", 8).Constant("STORED", 0);

    private static readonly JavaClass Input = new JavaClass("java.util.zip.ZipInputStream", StreamClasses.InputStream)
        .New(static call => new JavaInput(Archive(call)))
        .Method<JavaInput>("getNextEntry", static (input, call) => ((ZipSource)input.Source).Next() is { } item ? call.New(Entry, item) : JsValue.Null)
        .Void<JavaInput>("closeEntry", static (input, _) => ((ZipSource)input.Source).EndEntry())
        .Method<JavaInput>("available", static (input, _) => ((ZipSource)input.Source).HasMore ? 1 : 0);

    private static readonly JavaClass File = new JavaClass("java.util.zip.ZipFile")
        .Needs(JavaNeed.Folder)
        .New(static call => OpenFile(call))
        .Method<ZipArchive>("entries", static (archive, call) => IteratorClasses.Over(call, archive.Entries.Select(entry => call.New(Entry, ZipItem.Of(entry)))))
        .Method<ZipArchive>("size", static (archive, _) => archive.Entries.Count)
        .Method<ZipArchive>("getEntry", static (archive, call) => archive.GetEntry(call.Text(0)) is { } entry ? call.New(Entry, ZipItem.Of(entry)) : JsValue.Null)
        .Method<ZipArchive>("getInputStream", static (archive, call) => archive.GetEntry(call.Object<ZipItem>(0).Name) is { } entry
            ? call.New(StreamClasses.InputStream, new JavaInput(new InflatedStream(call.Run, entry.Open(), Math.Max(1, entry.CompressedLength))))
            : JsValue.Null)
        .Void<ZipArchive>("close", static (archive, _) => archive.Dispose());

    private static readonly JavaClass Deflater = new JavaClass("java.util.zip.Deflater")
        .New(static call => new Deflation(call.Run, packs: true, isRaw: call.Flag(1)) { Level = LevelOf(call.Int(0, -1)) })
        .Constant("BEST_COMPRESSION", 9).Constant("BEST_SPEED", 1).Constant("DEFAULT_COMPRESSION", -1).Constant("NO_COMPRESSION", 0)
        .Void<Deflation>("setLevel", static (packer, call) => packer.Level = LevelOf(call.Int(0)))
        .Void<Deflation>("finish", static (packer, _) => packer.IsComplete = true)
        .Method<Deflation>("deflate", static (packer, call) => Take(packer, call));

    private static readonly JavaClass Inflater = new JavaClass("java.util.zip.Inflater")
        .New(static call => new Deflation(call.Run, packs: false, isRaw: call.Flag(0)))
        .Method<Deflation>("inflate", static (unpacker, call) => Take(unpacker, call));

    /// <summary>All.</summary>
    public static readonly JavaClass[] All =
    [
        Entry, Output, Input, File, Both(Deflater), Both(Inflater),
        new JavaClass("java.util.zip.GZIPInputStream", StreamClasses.InputStream).New(static call => Unpack(call, static stream => new GZipStream(stream, CompressionMode.Decompress))),
        new JavaClass("java.util.zip.InflaterInputStream", StreamClasses.InputStream).New(static call => Unpack(call, static stream => new ZLibStream(stream, CompressionMode.Decompress))),
        new JavaClass("java.util.zip.GZIPOutputStream", StreamClasses.OutputStream).New(static call => Pack(call, static stream => new GZipStream(stream, CompressionLevel.Optimal))),
        new JavaClass("java.util.zip.DeflaterOutputStream", StreamClasses.OutputStream).New(static call => Pack(call, static stream => new ZLibStream(stream, CompressionLevel.Optimal))),
    ];

    private static JavaClass Both(JavaClass type) => type
        .Void<Deflation>("setInput", static (state, call) => state.Give(Part(call)))
        .Method<Deflation>("finished", static (state, _) => state.IsFinished)
        .Method<Deflation>("needsInput", static (state, _) => state.NeedsInput)
        .Method<Deflation>("getTotalIn", static (state, _) => state.TotalIn)
        .Method<Deflation>("getTotalOut", static (state, _) => state.TotalOut)
        .Method<Deflation>("getBytesWritten", static (state, _) => state.TotalOut)
        .Void<Deflation>("reset", static (state, _) => state.Reset())
        .Void<Deflation>("end", static (state, _) => state.Dispose());

    private static JavaInput Unpack(JavaCall call, Func<Stream, Stream> unpack)
    {
        var packed = Streams.OpenInput(call, 0);
        return new JavaInput(new InflatedStream(call.Run, unpack(packed), packed.CanSeek ? packed.Length : null));
    }

    private static JavaOutput Pack(JavaCall call, Func<Stream, Stream> pack) =>
        new(Kept(call, pack(Streams.OpenOutput(call, 0, append: false)), static packer => !packer.CanWrite));

    // The end of a packed stream is only written when it is closed: a script that forgets that still gets a whole file.
    private static T Kept<T>(JavaCall call, T stream, Func<T, bool> isClosed)
        where T : Stream
    {
        call.Run.Resources.Keep(OpenResources.Writers, stream, () => isClosed(stream));
        return stream;
    }

    private static ZipSource Archive(JavaCall call)
    {
        var bytes = Streams.ReadBytes(call, 0);

        // The directory is read at once, into objects several times its size.
        call.Run.Limits.CheckRoom(bytes.Length * 4.0);
        return new ZipSource(call.Run, bytes);
    }

    private static ZipArchive OpenFile(JavaCall call)
    {
        var file = JavaFile.Of(call, 0).OpenRead(call);
        call.Run.Limits.CheckLength(file.Length);
        call.Run.Limits.CheckRoom(Math.Min(file.Length * 4.0, 64 * 1024 * 1024));
        return new ZipArchive(file, ZipArchiveMode.Read);
    }

    private static JsValue Take(Deflation state, JavaCall call)
    {
        var bytes = call.Object<JavaBytes>(0).Bytes;
        return state.Take(bytes.AsSpan(call.Int(1, 0), call.Int(2, bytes.Length)));
    }

    private static ReadOnlySpan<byte> Part(JavaCall call)
    {
        var bytes = call.Bytes(0);
        return bytes.AsSpan(call.Int(1, 0), call.Int(2, bytes.Length));
    }

    private static CompressionLevel LevelOf(int level) => level switch
    {
        0 => CompressionLevel.NoCompression,
        >= 1 and <= 3 => CompressionLevel.Fastest,
        9 => CompressionLevel.SmallestSize,
        _ => CompressionLevel.Optimal,
    };
}
