using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Sftp;

/// <summary>
/// The sessions of one connector: opened one after the other (servers count how many strangers knock at once), used side by side. A server that allows
/// fewer than are wanted gets fewer. Sessions that break are not replaced before the next <see cref="EnsureAsync"/>.
/// </summary>
internal sealed partial class SftpSessions(SftpDialer dialer, int wanted, ConnectorContext context) : IDisposable
{
    private readonly Lock _gate = new();
    private Channel<SftpSession> _idle = Channel.CreateBounded<SftpSession>(wanted);
    private int _live;
    private bool _isDisposed;
    private string? _fewer;

    /// <summary>How many sessions are open.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>Opens what is missing. Called while no session is rented.</summary>
    /// <exception cref="SftpFaultException">Not one session can be had.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        KeepUsable();
        while (Live < wanted)
        {
            SftpSession session;
            try
            {
                session = await dialer.OpenAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SftpFaultException e) when (Live > 0)
            {
                ReportFewer(e.Message);
                return;
            }

            Add(session);
        }

        ReportFewer(null);
    }

    /// <summary>Waits for a session and takes it for the caller alone.</summary>
    /// <exception cref="SftpFaultException">The last session broke.</exception>
    public async ValueTask<Rented> RentAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new Rented(this, await _idle.Reader.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (ChannelClosedException e)
        {
            throw new SftpFaultException(SftpFaultKind.Lost, $"The last session on {dialer.Server} broke.", e);
        }
    }

    /// <summary>Closes what is idle; what is rented is closed when it comes back, when this is the end.</summary>
    public void CloseIdle()
    {
        while (_idle.Reader.TryRead(out var session))
        {
            session.Dispose();
            Interlocked.Decrement(ref _live);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _idle.Writer.TryComplete();
        }

        CloseIdle();
    }

    private void Add(SftpSession session)
    {
        context.Figures.Connections(+1);
        Interlocked.Increment(ref _live);
        Return(session);
    }

    private void KeepUsable()
    {
        var usable = new List<SftpSession>();
        while (_idle.Reader.TryRead(out var session))
        {
            if (session.IsUsable)
            {
                usable.Add(session);
            }
            else
            {
                session.Dispose();
            }
        }

        lock (_gate)
        {
            if (!_isDisposed && _idle.Reader.Completion.IsCompleted)
            {
                _idle = Channel.CreateBounded<SftpSession>(wanted);
            }
        }

        Volatile.Write(ref _live, usable.Count);
        foreach (var session in usable)
        {
            Return(session);
        }
    }

    private void Return(SftpSession session)
    {
        lock (_gate)
        {
            if (session.IsUsable && !_isDisposed && _idle.Writer.TryWrite(session))
            {
                return;
            }

            session.Dispose();
            if (Interlocked.Decrement(ref _live) == 0)
            {
                // Whoever still waits would wait for ever.
                _idle.Writer.TryComplete();
            }
        }
    }

    private void ReportFewer(string? reason)
    {
        if (reason is not null && _fewer is null)
        {
            Log.Fewer(context.Logger, dialer.Server, Live, wanted, reason);
        }

        _fewer = reason;
    }

    /// <summary>A session that is the caller's until disposed.</summary>
    internal readonly struct Rented(SftpSessions owner, SftpSession session) : IDisposable
    {
        public SftpSession Session => session;

        public void Dispose() => owner.Return(session);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} allows {Live} sessions of the {Wanted} wanted (sessions): {Reason} Going on with these.")]
        public static partial void Fewer(ILogger logger, string server, int live, int wanted, string reason);
    }
}
