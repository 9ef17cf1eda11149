using System.Text;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// Adds messages to the end of files. A broken connection may leave half a record, or a whole one that nobody confirmed: before the next attempt at the
/// same message the end of the file is looked at, and what is missing is added. When another message comes next, the half record is taken away first: the
/// two would become one line. Knows one unfinished attempt; messages come one at a time.
/// </summary>
internal sealed class SftpAppending(SftpDestinationOptions options)
{
    private readonly byte[] _recordEnd = Encoding.UTF8.GetBytes(options.RecordEnd);
    private (string Path, long MessageId, long SizeBefore, byte[] Record)? _unfinished;

    /// <summary>Adds a message and what follows it.</summary>
    /// <exception cref="SftpFaultException">The attempt failed.</exception>
    public async Task AppendAsync(SftpSession session, string path, ReadOnlyMemory<byte> content, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var record = new byte[content.Length + _recordEnd.Length];
        content.CopyTo(record);
        _recordEnd.CopyTo(record.AsSpan(content.Length));

        if (_unfinished is { } other && (other.MessageId != message.MessageId || other.Path != path))
        {
            await TakeAwayHalfAsync(session, other.Path, other.SizeBefore, other.Record, cancellationToken).ConfigureAwait(false);
            _unfinished = null;
        }

        var size = (await session.LookAsync(path, cancellationToken).ConfigureAwait(false))?.Version.Size ?? 0;
        var written = message.IsReattempt || _unfinished is not null ? await WrittenAsync(session, path, size, record, message, cancellationToken).ConfigureAwait(false) : 0;
        _unfinished = (path, message.MessageId, size - written, record);
        if (written < record.Length)
        {
            await AddAsync(session, path, record.AsMemory(written), cancellationToken).ConfigureAwait(false);
        }

        _unfinished = null;
    }

    private async Task AddAsync(SftpSession session, string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await session.AppendAsync(path, bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpFaultException e) when (e.Kind == SftpFaultKind.NoSuchPath && options.CreateFolders)
        {
            await session.MakeFoldersAsync(RemotePath.FolderOf(path), cancellationToken).ConfigureAwait(false);
            await session.AppendAsync(path, bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    // Only what is surely the beginning of that record goes. A whole record is a message that arrived, and anything else is somebody else's.
    private static async Task TakeAwayHalfAsync(SftpSession session, string path, long sizeBefore, byte[] record, CancellationToken cancellationToken)
    {
        var added = ((await session.LookAsync(path, cancellationToken).ConfigureAwait(false))?.Version.Size ?? 0) - sizeBefore;
        if (added > 0 && added < record.Length &&
            await EndsWithAsync(session, path, sizeBefore + added, record.AsMemory(0, (int)added), cancellationToken).ConfigureAwait(false))
        {
            await session.CutAsync(path, sizeBefore, cancellationToken).ConfigureAwait(false);
        }
    }

    // How many bytes of the record stand at the end already.
    private async Task<int> WrittenAsync(SftpSession session, string path, long size, byte[] record, OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (_unfinished is { } attempt && attempt.Path == path && attempt.MessageId == message.MessageId)
        {
            var added = size - attempt.SizeBefore;
            return added > 0 && added <= record.Length &&
                await EndsWithAsync(session, path, size, record.AsMemory(0, (int)added), cancellationToken).ConfigureAwait(false) ? (int)added : 0;
        }

        return message.IsReattempt ? await HalfAsync(session, path, size, record, cancellationToken).ConfigureAwait(false) : 0;
    }

    // After a restart nothing is known of the attempt before. Half a record is told by the record's end that is missing. A whole one is not: it may be
    // an earlier message of the same bytes, so this one is added again, as a re-attempt.
    private async Task<int> HalfAsync(SftpSession session, string path, long size, byte[] record, CancellationToken cancellationToken)
    {
        var count = (int)Math.Min(size, record.Length - 1);
        if (count == 0 || _recordEnd.Length == 0)
        {
            return 0;
        }

        var end = await session.ReadPartAsync(path, size - count, count, cancellationToken).ConfigureAwait(false);
        if (end.Span.EndsWith(_recordEnd))
        {
            return 0;
        }

        for (var half = count; half > 0; half--)
        {
            if (end.Span[^half..].SequenceEqual(record.AsSpan(0, half)))
            {
                return half;
            }
        }

        return 0;
    }

    private static async Task<bool> EndsWithAsync(SftpSession session, string path, long size, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var end = await session.ReadPartAsync(path, size - bytes.Length, bytes.Length, cancellationToken).ConfigureAwait(false);
        return end.Span.SequenceEqual(bytes.Span);
    }
}
