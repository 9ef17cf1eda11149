using System.Runtime.InteropServices;
using Renci.SshNet;

namespace ChannelHost.Connectors.Sftp;

/// <summary>Writes a whole file by the library's upload: it keeps many requests on their way, where its stream waits for the answer to each. Costs one request more.</summary>
internal static class SftpUpload
{
    /// <summary>Writes a file; what stands there is emptied first.</summary>
    /// <exception cref="SftpFaultException">It failed.</exception>
    public static async Task RunAsync(
        SftpClient client, SftpRequests requests, string path, ReadOnlyMemory<byte> content, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var bytes = AsArray(content);
        using var source = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        var progress = new UploadProgress();
        var upload = UploadAsync(client, source, path, progress, cancellationToken);
        long before;
        do
        {
            // The time limit is for the next piece, not for the whole.
            before = progress.Bytes;
            using var piece = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(upload, Task.Delay(timeout, time, piece.Token)).ConfigureAwait(false);
            await piece.CancelAsync().ConfigureAwait(false);
        }
        while (!upload.IsCompleted && !cancellationToken.IsCancellationRequested && progress.Bytes > before);

        if (!upload.IsCompleted || upload.IsCanceled)
        {
            SftpRequests.Forget(upload);
            requests.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw requests.Fault(new TimeoutException());
        }

        // The library leaves the file open when an upload fails; on a full disk its room is free only when the session ends.
        if (!upload.IsCompletedSuccessfully)
        {
            requests.Wear();
        }

        await requests.RunAsync(() => upload, CancellationToken.None).ConfigureAwait(false);
    }

    // What the library throws before it begins is a failure of the task, like all others.
    private static async Task UploadAsync(SftpClient client, Stream source, string path, UploadProgress progress, CancellationToken cancellationToken) =>
        await client.UploadFileAsync(source, path, canOverride: true, progress, cancellationToken).ConfigureAwait(false);

    private static ArraySegment<byte> AsArray(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array) ? array : content.ToArray();

    /// <summary>How far an upload has come; told by the library on threads of its own.</summary>
    private sealed class UploadProgress : IProgress<UploadFileProgressReport>
    {
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        public void Report(UploadFileProgressReport value) => Interlocked.Exchange(ref _bytes, (long)value.TotalBytesUploaded);
    }
}
