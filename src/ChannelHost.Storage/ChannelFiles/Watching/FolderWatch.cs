using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ChannelHost.Storage.ChannelFiles.Reading;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Storage.ChannelFiles.Watching;

/// <summary>
/// Tells which channels changed. The file system's notices only say when to look: what changed is found by comparing stamps with those of the last
/// reading, so nothing is missed between reading and watching, and a notice that never comes costs at most one scan's interval.
/// </summary>
internal sealed class FolderWatch(
    ChannelTree tree, Func<LastRead> lastRead, Func<string, IReadOnlyList<FileStamp>> sharedStamps, TimeProvider time, ILogger logger)
{
    /// <summary>How long nothing must be written before a change is told.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    /// <summary>How often the folder is looked at without notice.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private enum Signal
    {
        /// <summary>Writing ended a while ago.</summary>
        Settled,

        /// <summary>It is time to look anyway.</summary>
        Tick,

        /// <summary>What a tick found is to be looked at again: it may have been half written.</summary>
        Confirm,
    }

    /// <summary>See <see cref="IChannelFiles.WatchAsync"/>.</summary>
    public async IAsyncEnumerable<IReadOnlyCollection<string>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Each kind of signal waits at most once or twice; one that finds no room is made up for by those before it.
        var signals = Channel.CreateBounded<Signal>(new BoundedChannelOptions(8) { FullMode = BoundedChannelFullMode.DropWrite });
        await using var settled = NewTimer(signals, Signal.Settled);
        await using var confirm = NewTimer(signals, Signal.Confirm);
        await using var tick = NewTimer(signals, Signal.Tick);
        using var notices = new FolderNotices(tree.Root, IsOfInterest, () => settled.Change(Quiet, Timeout.InfiniteTimeSpan), logger);
        var told = FolderView.Of(lastRead());
        FolderView? before = null;
        tick.Change(Interval, Interval);
        signals.Writer.TryWrite(Signal.Settled);

        await foreach (var signal in signals.Reader.ReadAllAsync(cancellationToken))
        {
            if (signal == Signal.Tick)
            {
                notices.Renew();
            }

            var last = lastRead();
            var now = FolderView.Now(tree, last, sharedStamps(tree.Root));
            var differing = Differing(told, FolderView.Of(last), now);
            var isSettled = signal == Signal.Settled;
            var changed = differing.Where(name => isSettled || before?.Agrees(now, name) == true).ToList();
            before = now;
            if (changed.Count < differing.Count)
            {
                confirm.Change(Quiet, Timeout.InfiniteTimeSpan);
            }

            if (changed.Count > 0)
            {
                told = Merge(told, now, changed, isAll: changed.Count == differing.Count);
                yield return WithWaiting(changed, last);
            }
        }
    }

    /// <summary>Names that look neither as told nor as read. As read is not news; as told was said once.</summary>
    private static List<string> Differing(FolderView told, FolderView read, FolderView now) =>
    [
        .. told.Channels.Keys.Union(read.Channels.Keys).Union(now.Channels.Keys)
            .Where(name => !now.Agrees(told, name) && !now.Agrees(read, name))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What was told, with the changed channels as they look now. The shared scripts count as told when every difference was.</summary>
    private static FolderView Merge(FolderView told, FolderView now, List<string> changed, bool isAll)
    {
        var channels = told.Channels.ToDictionary(StringComparer.Ordinal);
        foreach (var name in changed)
        {
            channels.Remove(name);
            if (now.Channels.TryGetValue(name, out var stamps))
            {
                channels[name] = stamps;
            }
        }

        return new FolderView(channels, isAll ? now.Shared : told.Shared);
    }

    /// <summary>Adds the channels that were refused for what a changed one held: they may be good now.</summary>
    private static List<string> WithWaiting(List<string> changed, LastRead last)
    {
        var names = changed.ToHashSet(StringComparer.Ordinal);
        return [.. changed, .. last.Channels.Where(pair => !names.Contains(pair.Key) && pair.Value.HeldBy.Any(names.Contains)).Select(pair => pair.Key)];
    }

    /// <summary>A channel's data may lie beside its files; a message a millisecond there must not make us look a thousand times a second.</summary>
    private static bool IsOfInterest(string path) => Path.GetExtension(path) is "" or ".js" or ".yaml" or ".yml" || Directory.Exists(path);

    private ITimer NewTimer(Channel<Signal> signals, Signal signal) =>
        time.CreateTimer(_ => signals.Writer.TryWrite(signal), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
