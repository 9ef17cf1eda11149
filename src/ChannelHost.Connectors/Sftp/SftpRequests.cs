using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// Sends a session's requests: each within its time, its failure put into words. Closes the session when an answer may still come that nobody waits for.
/// </summary>
internal sealed class SftpRequests(SftpClient client, string server, SftpConnectionOptions options, ConnectorContext context) : IDisposable
{
    private int _isClosed;
    private bool _isWorn;

    /// <summary>True while more can be begun.</summary>
    public bool IsUsable => Volatile.Read(ref _isClosed) == 0 && !_isWorn && client.IsConnected;

    /// <summary>What is being done may go on, but nothing else: the session holds something open that only its end closes.</summary>
    public void Wear() => _isWorn = true;

    /// <summary>Closes a client without waiting for a server that may never answer.</summary>
    public static void Abandon(SftpClient client) => ThreadPool.UnsafeQueueUserWorkItem(
        static client =>
        {
            try
            {
                client.Dispose();
            }
            catch (Exception e) when (e is SshException or SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // It was broken before; its socket is closed all the same.
            }
        },
        client,
        preferLocal: false);

    /// <summary>Runs one request to its end.</summary>
    /// <exception cref="SftpFaultException">It failed.</exception>
    /// <exception cref="OperationCanceledException">It was not begun. What was begun is not cancelled: its answer would come into the next one's way.</exception>
    public Task<bool> RunAsync(Func<Task> request, CancellationToken cancellationToken) =>
        RunAsync(
            async () =>
            {
                await request().ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Runs one request to its end and gives its answer.</summary>
    /// <exception cref="SftpFaultException">It failed.</exception>
    /// <exception cref="OperationCanceledException">It was not begun.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _isClosed) != 0)
        {
            throw new SftpFaultException(SftpFaultKind.Lost, $"The session on {server} is closed.");
        }

        Task<T>? running = null;
        try
        {
            running = request();
            return await running.WaitAsync(options.Timeout, context.Time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var fault = Fault(e);
            if (fault.IsSessionLost)
            {
                Dispose();
            }

            Forget(running);
            throw fault;
        }
    }

    /// <summary>What is given up fails when its session is closed, and nobody waits for that.</summary>
    public static void Forget(Task? running) =>
        _ = running?.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>What an exception of the library means.</summary>
    public SftpFaultException Fault(Exception exception) => exception switch
    {
        SftpFaultException fault => fault,
        SftpPathNotFoundException => new SftpFaultException(SftpFaultKind.NoSuchPath, $"{server} says that there is no such file or folder.", exception),
        SftpPermissionDeniedException => new SftpFaultException(SftpFaultKind.Permission, $"{server} says that the account has no right to do that.", exception),
        SftpException { StatusCode: StatusCode.OperationUnsupported } or NotSupportedException =>
            new SftpFaultException(SftpFaultKind.Unsupported, $"{server} does not know how to do that.", exception),
        SftpException { StatusCode: not (StatusCode.ConnectionLost or StatusCode.NoConnection) } sftp =>
            new SftpFaultException(SftpFaultKind.Failure, $"{server} says no without a reason (status {(int)sftp.StatusCode}).", exception),
        TimeoutException or SshOperationTimeoutException =>
            new SftpFaultException(SftpFaultKind.Timeout, $"{server} did not answer within {options.Timeout.TotalSeconds:0.#} s (timeout).", exception),
        SshException or SocketException or IOException or ObjectDisposedException or OperationCanceledException =>
            new SftpFaultException(SftpFaultKind.Lost, $"The connection to {server} broke.", exception),
        _ => new SftpFaultException(SftpFaultKind.Lost, $"The session on {server} failed: {exception.GetType().Name}.", exception),
    };

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            context.Figures.Connections(-1);
            Abandon(client);
        }
    }
}
