namespace ChannelHost.Server.Demo.StandIns;

/// <summary>
/// The practice's own SFTP server: its folder <c>patients</c> is where lists of patients are fetched from, its folder <c>results</c> where results are
/// put. What arrives there is taken once a second, as the practice's system would; the newest are kept for people to look at.
/// </summary>
internal sealed class SftpStandIn : IStandIn
{
    /// <summary>Files that are kept after they were taken.</summary>
    private const int Kept = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly int _port;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private LoopbackSshd? _server;
    private Task _taking = Task.CompletedTask;
    private string? _failure;
    private long _arrived;

    private SftpStandIn(string name, int port, string folder, TimeProvider time) => (_name, _port, _folder, _time) = (name, port, folder, time);

    /// <summary>Where the practice puts its lists; null when there is no server.</summary>
    public string? PatientLists => _server is null ? null : Path.Combine(_folder, "patients");

    /// <summary>Starts the server. Where that is not possible, this is there all the same and says why.</summary>
    /// <param name="name">Whom it stands in for.</param>
    /// <param name="port">Its port on loopback.</param>
    /// <param name="folder">The demo's folder.</param>
    /// <param name="keys">The keys; made when absent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<SftpStandIn> StartAsync(string name, int port, string folder, SshKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var practice = DemoSurroundings.PracticeIn(folder);
        var standIn = new SftpStandIn(name, port, practice, time);
        foreach (var part in new[] { "patients", "results", "taken" })
        {
            Directory.CreateDirectory(Path.Combine(practice, part));
        }

        try
        {
            await keys.PrepareAsync(port, cancellationToken);
            standIn._server = await LoopbackSshd.StartAsync(keys.Folder, keys, port, time, cancellationToken);
            standIn._taking = Task.Run(() => standIn.TakeAsync(standIn._stop.Token), CancellationToken.None);
        }
        catch (Exception error) when (error is CommandFailure or IOException or UnauthorizedAccessException)
        {
            standIn._failure = PlainText.OneLine(error.Message, 300);
        }

        return standIn;
    }

    /// <inheritdoc/>
    public StandInView View() => new(_name, $"sftp 127.0.0.1:{_port}", Interlocked.Read(ref _arrived), 0, _failure ?? "up", _failure is null);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _taking;
        _stop.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                Take();
            }
        }
        catch (OperationCanceledException)
        {
            // Once more for what came last.
            Take();
        }
    }

    private void Take()
    {
        var taken = Path.Combine(_folder, "taken");
        try
        {
            foreach (var file in new DirectoryInfo(Path.Combine(_folder, "results")).EnumerateFiles("*.hl7").Where(file => !file.Name.StartsWith('.')))
            {
                file.MoveTo(Path.Combine(taken, file.Name), overwrite: true);
                Interlocked.Increment(ref _arrived);
            }

            foreach (var old in new DirectoryInfo(taken).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(Kept))
            {
                old.Delete();
            }

            _failure = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _failure = PlainText.OneLine(error.Message, 300);
        }
    }
}
