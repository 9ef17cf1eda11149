using System.Collections.Concurrent;

namespace ChannelHost.EndToEnd.Tests.Support;

/// <summary>A sender that leaves files in a folder, each under its final name in one step. That a file is taken away is all the answer it gets.</summary>
internal sealed class FileLedgerSender(string folder, int seed, string prefix) : ISenderLedger
{
    private readonly ConcurrentDictionary<string, string> _sent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _confirmed = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Sent => _sent;

    /// <inheritdoc/>
    public ICollection<string> Confirmed => _confirmed.Keys;

    /// <inheritdoc/>
    public async Task SendAsync(int messages, int connections, CancellationToken cancellationToken)
    {
        for (var at = 0; at < messages; at++)
        {
            var controlId = $"{prefix}{at:D6}";
            var body = Some.Adt(controlId, seed + at);
            _sent[controlId] = Some.Hash(body);
            var temporary = Path.Combine(folder, $".{controlId}.part");
            await File.WriteAllBytesAsync(temporary, body, cancellationToken);
            File.Move(temporary, PathOf(controlId));
        }

        // A program of another kind takes them: nothing signals that, so it is looked for until the caller's patience ends.
        while (_confirmed.Count < messages)
        {
            foreach (var controlId in _sent.Keys.Where(id => !File.Exists(PathOf(id))))
            {
                _confirmed[controlId] = true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    private string PathOf(string controlId) => Path.Combine(folder, $"{controlId}.hl7");
}
