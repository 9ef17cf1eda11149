using System.Reflection;

namespace ChannelHost.Tests.Engine.Support;

/// <summary>A message store that can only be asked what waits. The test says when a row can be read.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "The runtime derives from it.")]
internal class PagedStore : DispatchProxy
{
    private SortedSet<long> _rows = [];

    public static IMessageStore Of(SortedSet<long> rows)
    {
        var store = Create<IMessageStore, PagedStore>();
        ((PagedStore)(object)store)._rows = rows;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IMessageStore.ReadQueued))
        {
            return _rows.Contains((long)args![1]!) ? Work((long)args[1]!) : null;
        }

        Assert.Equal(nameof(IMessageStore.ReadQueue), targetMethod.Name);
        var (after, count) = ((long)args![1]!, (int)args[2]!);
        return _rows.Where(id => id > after).Take(count).Select(Work).ToList();
    }

    private static DestinationWork Work(long id) => new() { MessageId = id, Content = new byte[] { 1 }, Attempts = 0 };
}
