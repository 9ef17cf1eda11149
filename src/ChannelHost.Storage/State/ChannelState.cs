using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ChannelHost.Storage.Encryption;
using ChannelHost.Storage.Files;
using ChannelHost.Storage.Messages;
using LiteDB;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.State;

/// <summary>
/// What a channel remembers. Memory answers; the file follows. What is to be written is read back from the message store in the order of its commits,
/// so it does not matter in which order callers come to <see cref="Apply"/>, nor whether they come at all before a crash.
/// </summary>
internal sealed partial class ChannelState : IChannelState, IStateContent
{
    /// <summary>The file's name in the channel's folder.</summary>
    internal const string FileName = "state.db";

    private const string Damaged = ".damaged-";
    private const string DamagedTime = "yyyyMMddHHmmss";

    private const int RecordsTogether = 1_000;
    private const int FoldAfter = 500;

    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly string _channel;
    private readonly string _path;
    private readonly IMessageStore _messages;
    private readonly bool _keepMap;
    private readonly ContentCodec _codec;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _closed;
    private readonly RememberedState _memory;
    private readonly ConcurrentDictionary<string, string> _documents = new();
    private readonly CancellationTokenSource _stopping = new();

    // Who writes and whether there is something to write.
    private readonly Lock _gate = new();
    private long _recorded;
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;

    // The file; with _fileGate only.
    private readonly Lock _fileGate = new();
    private StateFile? _file;
    private long _folded;
    private bool _isLoading;

    private long _applied;
    private string? _form;
    private Task? _closing;

    private ChannelState(
        string channel, string path, IMessageStore messages, StateSettings settings, ContentCodec codec, TimeProvider time, ILogger logger, Action closed)
    {
        _channel = channel;
        _path = path;
        _messages = messages;
        _keepMap = settings.KeepGlobalChannelMap;
        _memory = new RememberedState(_keepMap);
        _codec = codec;
        _time = time;
        _logger = logger;
        _closed = closed;
    }

    /// <inheritdoc/>
    public IVariableMap GlobalChannelMap => _memory.Map;

    /// <inheritdoc/>
    public long AppliedSequence => Volatile.Read(ref _applied);

    /// <inheritdoc/>
    public string? Rebuilt { get; private set; }

    /// <summary>Opens a channel's state and brings it up from the messages. A channel that never had any gets no file.</summary>
    internal static ChannelState Open(
        string channel, string path, IMessageStore messages, StateSettings settings, ContentCodec codec, TimeProvider time, ILogger logger, Action closed)
    {
        var state = new ChannelState(channel, path, messages, settings, codec, time, logger, closed);
        state.Load();
        state.Renew();
        state.Replay();
        return state;
    }

    /// <inheritdoc/>
    public void Apply(RecordedStateChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        _memory.Take(changes);
        WriteUpTo(changes.Sequence);
    }

    /// <inheritdoc/>
    public bool IsTaken(string onceKey) => _memory.Taken.Contains(onceKey);

    /// <inheritdoc/>
    public string? ReadDocument(string name) => _documents.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void WriteDocument(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        lock (_fileGate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            try
            {
                OpenFile().WriteDocument(name, json);
                _documents[name] = json;
            }
            catch (Exception failure) when (IsOfFile(failure))
            {
                CloseAfterFailure();
                throw new StoreException(
                    $"channel {_channel}: {_path}: the document '{name}' is not stored: {failure.Message}. Next: look at the free space and the disk; the next write opens the file anew", failure);
            }
        }

        WriteUpTo(0);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing ??= CloseAsync();
        }

        return new ValueTask(_closing);
    }

    /// <summary>Copies the files as of one write. Nothing is written, and nothing that was is forgotten by the messages, before this returns.</summary>
    /// <param name="copy">Gets the file, its log and its mark copied.</param>
    internal void HoldStill(Action copy)
    {
        lock (_fileGate)
        {
            copy();
        }
    }

    void IStateContent.Map(string key, object? value)
    {
        if (_isLoading && _keepMap)
        {
            _memory.Map.Put(key, value);
        }
    }

    void IStateContent.Document(string name, string json) => _documents.TryAdd(name, json);

    void IStateContent.Taken(UInt128 hash)
    {
        if (_isLoading)
        {
            _memory.Taken.Add(hash);
        }
    }

    /// <summary>The damaged files that were set aside in a channel's folder, with their logs.</summary>
    internal static IReadOnlyList<string> SetAsideIn(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, FileName + Damaged + "*").Order(StringComparer.Ordinal)] : [];

    /// <summary>Deletes the damaged files that were set aside before a time: they hold what the messages held then, and go as those do.</summary>
    internal static void RemoveSetAside(string folder, DateTimeOffset before)
    {
        // Times of this form are in order when their texts are.
        var oldest = FileName + Damaged + before.UtcDateTime.ToString(DamagedTime, CultureInfo.InvariantCulture);
        foreach (var path in SetAsideIn(folder).Where(path => string.CompareOrdinal(Path.GetFileName(path), oldest) < 0))
        {
            Posix.Unlink(path);
        }
    }

    private void Load()
    {
        lock (_fileGate)
        {
            if (!File.Exists(_path))
            {
                return;
            }

            _isLoading = true;
            try
            {
                Volatile.Write(ref _applied, OpenFile().AppliedSequence);
                var last = _messages.StateSequence;
                if (AppliedSequence > last)
                {
                    // The messages were put back from an older backup; their next changes must not be taken for known ones.
                    Rebuilt = $"{_path} knew changes up to {AppliedSequence}, the messages only up to {last}: the messages are older than the state, which was kept as it is";
                    _file!.Rewind(last);
                    Volatile.Write(ref _applied, last);
                }

                CloseFile();
            }
            finally
            {
                _isLoading = false;
            }
        }
    }

    /// <summary>The form that all of the file is in; null while it is brought to another one, or could not be.</summary>
    internal string? Form => Volatile.Read(ref _form);

    /// <summary>True when there is a newer key than the one that is written with.</summary>
    internal bool IsBehind => _codec.IsBehind;

    /// <summary>Brings the file to the form that is written now.</summary>
    internal void Renew()
    {
        lock (_fileGate)
        {
            try
            {
                Volatile.Write(ref _form, null);
                _codec.TakePresentKey();
                if (File.Exists(_path) && !OpenFile().IsOfPresentForm)
                {
                    CloseFile();
                    StateRenewal.Run(_path, _codec);
                }

                Volatile.Write(ref _form, _codec.PresentForm);
            }
            catch (Exception failure) when (IsOfFile(failure))
            {
                CloseAfterFailure();
                throw new StoreException($"channel {_channel}: {_path} is not brought to the present key: {failure.Message}. Next: look at the free space and the disk; the next start tries again", failure);
            }
            finally
            {
                if (!_isWriting)
                {
                    CloseFile();
                }
            }
        }
    }

    // Takes what is recorded with the messages and not in the file yet into memory; the file follows.
    private void Replay()
    {
        var after = AppliedSequence;
        while (_messages.ReadStateChanges(after, RecordsTogether) is { Count: > 0 } records)
        {
            if (after == 0 && records[0].MessageId == 0)
            {
                Rebuilt ??= $"{_path} was missing or empty: map and ledger were rebuilt from the messages; documents (cursors) are lost";
            }

            foreach (var change in records.SelectMany(record => record.Changes))
            {
                _memory.Remember(change);
            }

            after = records[^1].Sequence;
        }

        if (after > AppliedSequence)
        {
            WriteUpTo(after);
        }
    }

    private void WriteUpTo(long sequence)
    {
        lock (_gate)
        {
            _recorded = Math.Max(_recorded, sequence);
            if (!_isWriting && _closing is null)
            {
                _isWriting = true;
                _writing = Task.Run(WriteAsync);
            }
        }
    }

    // Lives while there is something to write and a little longer, then closes the file.
    private async Task WriteAsync()
    {
        var idleSince = _time.GetTimestamp();
        while (true)
        {
            var wait = GatherFor;
            try
            {
                if (WriteRecorded())
                {
                    idleSince = _time.GetTimestamp();
                }
            }
            catch (Exception failure) when (IsOfFile(failure) || failure is StoreException)
            {
                Log.NotWritten(_logger, failure, _channel, _path);
                lock (_fileGate)
                {
                    CloseAfterFailure();
                }

                idleSince = _time.GetTimestamp();
                wait = RetryAfter;
            }

            if (_time.GetElapsedTime(idleSince) > Linger && EndIdle())
            {
                return;
            }

            try
            {
                await Task.Delay(wait, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private bool EndIdle()
    {
        lock (_gate)
        {
            if (_recorded > AppliedSequence)
            {
                return false;
            }

            lock (_fileGate)
            {
                CloseFile();
            }

            _isWriting = false;
            return true;
        }
    }

    private bool WriteRecorded()
    {
        var any = false;
        while (Volatile.Read(ref _recorded) > AppliedSequence)
        {
            var records = _messages.ReadStateChanges(AppliedSequence, RecordsTogether);
            if (records.Count == 0)
            {
                break;
            }

            any = true;
            lock (_fileGate)
            {
                var file = OpenFile();
                if (file.AppliedSequence == AppliedSequence)
                {
                    file.Write(records, _keepMap);
                }

                Volatile.Write(ref _applied, file.AppliedSequence);
            }

            FoldWhenDue(FoldAfter);
        }

        return any;
    }

    // The file has it on stable storage, so the messages may keep less of it.
    private void FoldWhenDue(long unfolded)
    {
        var applied = AppliedSequence;
        if (applied - _folded >= unfolded && applied > 0)
        {
            _messages.ForgetStateChanges(applied);
            _folded = applied;
        }
    }

    private StateFile OpenFile()
    {
        if (_file is not null)
        {
            return _file;
        }

        try
        {
            return _file = StateFile.Open(_path, _codec, this);
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            SetAside(failure);
        }

        if (_isLoading)
        {
            // What was read before the damage was met cannot be trusted either.
            _memory.Map.Clear();
            _memory.Taken.Clear();
            _documents.Clear();
        }

        _file = StateFile.Open(_path, _codec, this);
        foreach (var (name, json) in _documents)
        {
            _file.WriteDocument(name, json);
        }

        Volatile.Write(ref _applied, 0);
        Volatile.Write(ref _recorded, Math.Max(_recorded, _messages.StateSequence));
        return _file;
    }

    // A broken file is kept under another name, and everything that the messages still know is written into a new one.
    private void SetAside(Exception failure)
    {
        var aside = $"{_path}{Damaged}{_time.GetUtcNow().UtcDateTime.ToString(DamagedTime, CultureInfo.InvariantCulture)}";
        File.Move(_path, aside, overwrite: true);
        File.Delete(CommitMark.PathFor(_path));
        var log = StateFile.LogPath(_path);
        if (File.Exists(log))
        {
            File.Move(log, aside + "-log", overwrite: true);
        }

        Rebuilt = $"{_path} was damaged ({failure.Message}) and is kept as {Path.GetFileName(aside)}: "
            + "map and ledger were rebuilt from the messages; documents (cursors) that were not in memory are lost";
        Log.SetAside(_logger, failure, _channel, _path, aside);
    }

    private void CloseFile()
    {
        var file = _file;
        _file = null;
        file?.Dispose();
    }

    private void CloseAfterFailure()
    {
        _file?.Close();
        _file = null;
    }

    private async Task CloseAsync()
    {
        await _stopping.CancelAsync();
        await _writing;
        try
        {
            WriteRecorded();
            FoldWhenDue(1);
        }
        catch (Exception failure) when (IsOfFile(failure) || failure is StoreException)
        {
            // The messages have it; the next start brings it up.
            Log.NotWritten(_logger, failure, _channel, _path);
        }

        lock (_fileGate)
        {
            try
            {
                CloseFile();
            }
            catch (Exception failure) when (IsOfFile(failure))
            {
                Log.NotWritten(_logger, failure, _channel, _path);
            }
        }

        _stopping.Dispose();
        _codec.Dispose();
        _closed();
    }

    private static bool IsOfFile(Exception failure) => failure is IOException || IsDamage(failure);

    // LiteDB meets a damaged page with whatever exception its reading code runs into.
    private static bool IsDamage(Exception failure) => failure
        is LiteException or InvalidDataException or InvalidCastException or InvalidOperationException or ArgumentException
        or IndexOutOfRangeException or NullReferenceException or KeyNotFoundException or OverflowException or JsonException
        or NotSupportedException or FormatException;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel}: {Path} cannot be written; the changes stay with the messages and are tried again")]
        internal static partial void NotWritten(ILogger logger, Exception failure, string channel, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel}: {Path} is damaged, kept as {Aside}, and rebuilt from the messages")]
        internal static partial void SetAside(ILogger logger, Exception failure, string channel, string path, string aside);
    }
}
