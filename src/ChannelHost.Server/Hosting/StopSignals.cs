using System.Runtime.InteropServices;

namespace ChannelHost.Server.Hosting;

/// <summary>
/// Listens to SIGTERM and Ctrl-C. The first asks for a stop that lets messages in hand finish; a second Ctrl-C ends the process at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    public StopSignals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal),
        ];
    }

    /// <summary>Completes at the first signal.</summary>
    public Task<PosixSignal> Asked => _asked.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_asked.TrySetResult(context.Signal) && context.Signal != PosixSignal.SIGTERM)
        {
            Environment.Exit((int)ExitCode.Interrupted);
        }
    }
}
