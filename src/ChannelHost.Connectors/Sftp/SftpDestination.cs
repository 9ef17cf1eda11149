using System.Globalization;
using ChannelHost.Connectors.FileOutput;

namespace ChannelHost.Connectors.Sftp;

/// <summary>Writes each message into a file of its own on a server, or at the end of one. Sent means: the server confirmed it complete under its final name.</summary>
internal sealed class SftpDestination(SftpDestinationOptions options, ConnectorContext context) : IDestination
{
    private readonly Template _file = options.File!;
    private readonly FileContent _content = new(options.Content, options.Decode);
    private readonly SftpAppending _appending = new(options);
    private readonly RetryPause _retry = new(TimeSpan.FromSeconds(1));
    private readonly string _folder = RemotePath.Trimmed(options.Folder);
    private string _written = "";

    // Where the last attempt may have left its message.
    private (long MessageId, string Path)? _mayStand;
    private SftpDialer? _dialer;
    private SftpSession? _session;

    // Set while the server refuses us for a reason that only a person can mend.
    private (string Reason, long Since, TimeSpan Pause)? _refused;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _dialer = new SftpDialer(options, context);
        _dialer.Prepare();
        _written = $"written to a file in {options.Folder} on {_dialer.Server}";
        return Task.CompletedTask;
    }

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (FileName.Fill(_file, message.Variables, out var reason) is not { } name || _content.Of(message, out reason) is not { } content)
        {
            return Response.Failed(reason);
        }

        if (StillRefused() is { } refused)
        {
            return refused;
        }

        var path = RemotePath.Join(_folder, name);
        var isReused = Volatile.Read(ref _session) is { IsUsable: true };
        var (response, isLost) = await AttemptAsync(message, path, content, cancellationToken);
        if (isReused && isLost && !response.IsUncertain)
        {
            // The session had gone while nothing was sent; that says nothing about the server.
            (response, _) = await AttemptAsync(message, path, content, cancellationToken);
        }

        if (!options.KeepOpen)
        {
            Close();
        }

        return response;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // A send that is still under way ends with its session.
        Close();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Close();
        _dialer?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(Response Response, bool IsLost)> AttemptAsync(
        OutgoingMessage message, string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        SftpSession? session = null;
        SftpFileWriter? writer = null;
        try
        {
            session = await SessionAsync(cancellationToken);
            if (options.Exists == FileExists.Append)
            {
                await _appending.AppendAsync(session, path, content, message, cancellationToken);
                return (Response.Sent(_written), false);
            }

            writer = new SftpFileWriter(options, context, message, path, content, _mayStand is { } last && last.MessageId == message.MessageId ? last.Path : null);
            var problem = await writer.WriteAsync(session, cancellationToken);
            _mayStand = null;
            return (problem is null ? Response.Sent(_written) : Response.Failed(problem), false);
        }
        catch (SftpFaultException e)
        {
            if (writer?.MayStandAt is { } standing)
            {
                _mayStand = (message.MessageId, standing);
            }

            var mayStand = session is not null && (writer?.MayStand ?? options.Exists == FileExists.Append);
            return (await FailedAsync(e, session, path, content.Length) with { IsUncertain = mayStand }, e.Kind == SftpFaultKind.Lost);
        }
    }

    private async Task<SftpSession> SessionAsync(CancellationToken cancellationToken)
    {
        if (_session is { IsUsable: true } session)
        {
            return session;
        }

        Close();
        session = await _dialer!.OpenAsync(cancellationToken);
        context.Figures.Connections(+1);
        _retry.Reset();
        Volatile.Write(ref _session, session);
        return session;
    }

    private async Task<Response> FailedAsync(SftpFaultException fault, SftpSession? session, string path, int size)
    {
        var file = $"The file '{_file.Source}' could not be written in {options.Folder}";
        switch (fault.Kind)
        {
            case SftpFaultKind.Login or SftpFaultKind.HostKey:
                var pause = _retry.AfterFailure(fault);
                _refused = (fault.Message, context.Time.GetTimestamp(), pause);
                return Response.TryAgain(fault.Message) with { RetryAfter = pause };
            case SftpFaultKind.NoSuchPath:
                return Response.TryAgain($"{file}: {fault.Message} {(options.CreateFolders ? "It was made and is gone again." : "Make the folder, or set createFolders: true.")}");
            case SftpFaultKind.Permission:
                return Response.TryAgain($"{file}: {fault.Message} Give {options.User} the right to write there.");
            case SftpFaultKind.Unsupported:
                return Response.Failed($"{file}: {fault.Message} Where it is renaming that it does not know, set temporary: false.");
            case SftpFaultKind.Failure:
                return Response.TryAgain($"{file}: {await WhyAsync(fault, session, path, size)}");
            default:
                return Response.TryAgain(fault.Message);
        }
    }

    // Version 3 of the protocol has no word for a full disk or a quota: what room the server says there is tells.
    private static async Task<string> WhyAsync(SftpFaultException fault, SftpSession? session, string path, int size)
    {
        try
        {
            var free = session is null ? null : await session.FreeBytesAsync(RemotePath.FolderOf(path), CancellationToken.None);
            return free is { } bytes && bytes < size
                ? string.Create(CultureInfo.InvariantCulture, $"the server has room for {bytes} bytes and the file has {size}. Make room there, or raise the account's quota.")
                : $"{fault.Message} The usual reasons are a full disk, a quota that is reached, or a folder in the place of the file.";
        }
        catch (SftpFaultException)
        {
            return fault.Message;
        }
    }

    private Response? StillRefused()
    {
        if (_refused is not { } refused)
        {
            return null;
        }

        var left = refused.Pause - context.Time.GetElapsedTime(refused.Since);
        if (left > TimeSpan.Zero)
        {
            return Response.TryAgain($"{refused.Reason} Not tried again yet.") with { RetryAfter = left };
        }

        _refused = null;
        return null;
    }

    private void Close() => Interlocked.Exchange(ref _session, null)?.Dispose();
}
