namespace ChannelHost.Engine.Cases;

/// <summary>A case opens no store: its own is given to what it builds.</summary>
internal sealed class CaseStores : IChannelStores
{
    public IMessageStore OpenMessages(string channel, StoreSettings settings) => throw new NotSupportedException("A golden case opens no store.");

    public IChannelState OpenState(string channel, IMessageStore messages, StateSettings settings) => throw new NotSupportedException("A golden case opens no store.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
