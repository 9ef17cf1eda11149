using System.Buffers;
using System.Globalization;
using System.Text;
using ChannelHost.Connectors.FileOutput;

namespace ChannelHost.Connectors.Files;

/// <summary>Writes each message into a file of its own, or at the end of one. Sent means: complete, under its final name, on stable storage.</summary>
internal sealed class FilesDestination(FilesDestinationOptions options, ConnectorContext context) : IDestination
{
    private const int MostNames = 1000;

    private readonly Template _file = options.File!;
    private readonly FileContent _content = new(options.Content, options.Decode);
    private readonly byte[] _recordEnd = Encoding.UTF8.GetBytes(options.RecordEnd);
    private readonly string _written = $"written to a file in {options.Folder}";

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Send(message));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Response Send(OutgoingMessage message)
    {
        if (FileName.Fill(_file, message.Variables, out var reason) is not { } name || _content.Of(message, out reason) is not { } content)
        {
            return Response.Failed(reason);
        }

        var path = Path.Combine(options.Folder, name);
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (options.CreateFolders)
            {
                DurableFolder.Create(folder);
            }
            else if (!Directory.Exists(folder))
            {
                return Response.TryAgain($"The folder of '{_file.Source}' in {options.Folder} does not exist (createFolders is off). Create it or mount the share.");
            }

            return Write(path, content, message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that stands there now may be ours: named, and then the sync of its folder failed.
            return Response.TryAgain($"The file '{_file.Source}' could not be written in {options.Folder}: {SystemReason.Of(e)}.") with
            {
                IsUncertain = MayStand(path),
            };
        }
    }

    private Response Write(string path, ReadOnlyMemory<byte> content, OutgoingMessage message)
    {
        switch (options.Exists)
        {
            case FileExists.Replace:
                context.Files.Write(path, content.Span, overwrite: true);
                return Response.Sent(_written);
            case FileExists.Append:
                return Append(path, content.Span);
            case FileExists.Unique:
                return WriteUnique(path, content.Span, message.MessageId, message.IsReattempt);
            default:
                return TryWrite(path, content.Span) || (message.IsReattempt && IsKept(path, content.Span))
                    ? Response.Sent(_written)
                    : Response.Failed($"A file named by '{_file.Source}' is in {options.Folder} already (exists: fail). Move it away and process the message again, or choose another setting.");
        }
    }

    private Response Append(string path, ReadOnlySpan<byte> content)
    {
        // One buffer, one write: a record and its end must not be parted by somebody else's record.
        var record = ArrayPool<byte>.Shared.Rent(content.Length + _recordEnd.Length);
        try
        {
            content.CopyTo(record);
            _recordEnd.CopyTo(record.AsSpan(content.Length));
            context.Files.Append(path, record.AsSpan(0, content.Length + _recordEnd.Length));
            return Response.Sent(_written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(record);
        }
    }

    private Response WriteUnique(string path, ReadOnlySpan<byte> content, long messageId, bool isReattempt)
    {
        var stem = Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path));
        var extension = Path.GetExtension(path);
        for (var number = isReattempt && Stands(WithId(stem, messageId, extension)) ? 1 : 0; number < MostNames; number++)
        {
            var candidate = number switch
            {
                0 => path,
                1 => WithId(stem, messageId, extension),
                _ => string.Create(CultureInfo.InvariantCulture, $"{stem}-{messageId}-{number}{extension}"),
            };

            // Only a name with the message's id tells that the file is this message's; the plain one may be anybody's with the same bytes.
            if ((number > 0 && isReattempt && IsKept(candidate, content)) || TryWrite(candidate, content))
            {
                return Response.Sent(_written);
            }
        }

        return Response.Failed($"{MostNames} files named by '{_file.Source}' are in {options.Folder} already. Clear the folder and process the message again.");
    }

    private static string WithId(string stem, long messageId, string extension) =>
        string.Create(CultureInfo.InvariantCulture, $"{stem}-{messageId}{extension}");

    /// <summary>False when a file of that name stands there, also when it appears meanwhile.</summary>
    private bool TryWrite(string path, ReadOnlySpan<byte> content)
    {
        if (Stands(path))
        {
            return false;
        }

        try
        {
            context.Files.Write(path, content, overwrite: false);
            return true;
        }
        catch (IOException) when (Stands(path) && !HoldsAlready(path, content))
        {
            return false;
        }
    }

    // Also a link that leads nowhere stands there.
    private static bool Stands(string path) => LinuxFiles.Look(path, followLinks: false) is not null;

    private static bool MayStand(string path)
    {
        try
        {
            return Stands(path);
        }
        catch (IOException)
        {
            return true;
        }
    }

    // The attempt before may have failed or died between the name and its sync: only now may it be called sent.
    private bool IsKept(string path, ReadOnlySpan<byte> content)
    {
        if (!HoldsAlready(path, content))
        {
            return false;
        }

        context.Files.Sync(path);
        return true;
    }

    // An attempt whose outcome was lost with a crash had written the file: it is complete under its final name, which is all that was wanted.
    private static bool HoldsAlready(string path, ReadOnlySpan<byte> content)
    {
        var version = LinuxFiles.Look(path, followLinks: false);
        return version is { Kind: EntryKind.File } && version.Value.Size == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
    }
}
