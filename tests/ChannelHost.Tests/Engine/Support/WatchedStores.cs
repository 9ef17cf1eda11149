using System.Reflection;

namespace ChannelHost.Tests.Engine.Support;

/// <summary>Gives a step of a chain to the store, or does something else first.</summary>
internal delegate ValueTask<long> Advancing(ChainStep step, Func<ValueTask<long>> store);

/// <summary>The real stores; only between the engine and the commit of a chain's step, and in place of pruning, a test can stand.</summary>
internal sealed class WatchedStores(IChannelStores inner, Advancing? advance, Func<Task<int>>? prune = null) : IChannelStores
{
    public IMessageStore OpenMessages(string channel, StoreSettings settings) => WatchedStore.Around(inner.OpenMessages(channel, settings), advance, prune);

    public IChannelState OpenState(string channel, IMessageStore messages, StateSettings settings) => inner.OpenState(channel, WatchedStore.Inside(messages), settings);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

/// <summary>One of them: everything else goes straight through.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "The runtime derives from it.")]
internal class WatchedStore : DispatchProxy
{
    private IMessageStore _inner = null!;
    private Advancing? _advance;
    private Func<Task<int>>? _prune;

    public static IMessageStore Around(IMessageStore inner, Advancing? advance, Func<Task<int>>? prune)
    {
        var watched = Create<IMessageStore, WatchedStore>();
        ((WatchedStore)(object)watched)._inner = inner;
        ((WatchedStore)(object)watched)._advance = advance;
        ((WatchedStore)(object)watched)._prune = prune;
        return watched;
    }

    public static IMessageStore Inside(IMessageStore watched) => ((WatchedStore)(object)watched)._inner;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name switch
        {
            nameof(IMessageStore.AdvanceAsync) when _advance is not null =>
                new ValueTask<long>(_advance((ChainStep)args![0]!, () => _inner.AdvanceAsync((ChainStep)args[0]!)).AsTask()),
            nameof(IMessageStore.PruneAsync) when _prune is not null => _prune(),
            _ => targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null),
        };
}
