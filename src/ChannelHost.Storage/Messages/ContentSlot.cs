namespace ChannelHost.Storage.Messages;

/// <summary>Where a blob of a message lies in <c>contents</c>. The numbers are stored: never renumber.</summary>
internal static class ContentSlot
{
    internal const int Raw = 0;
    internal const int Encoded = 1;
    internal const int SourceMap = 2;
    internal const int ChannelMap = 3;

    private const int SlotBits = 16;
    private const int PerDestination = 4;

    /// <summary>The most names of destinations that a channel may use in its life: what fits into a slot.</summary>
    internal const int MaximumDestination = (1 << SlotBits) / PerDestination - 1;

    internal static int SentTo(int destination) => destination * PerDestination;

    internal static int ResponseOf(int destination) => destination * PerDestination + 1;

    internal static int ConnectorMapOf(int destination) => destination * PerDestination + 2;

    internal static int ChannelMapOf(int destination) => destination * PerDestination + 3;

    internal static long Key(long messageId, int slot) => (messageId << SlotBits) | (uint)slot;

    internal static long FirstKey(long messageId) => messageId << SlotBits;

    internal static long MessageOf(long key) => key >> SlotBits;

    internal static int SlotOf(long key) => (int)(key & ((1 << SlotBits) - 1));

    /// <summary>The destination's number of a slot, or 0 for the message's own slots.</summary>
    internal static int DestinationOf(int slot) => slot / PerDestination;

    /// <summary>Which of a destination's blobs: 0 sent, 1 response, 2 connector map, 3 channel map.</summary>
    internal static int PartOf(int slot) => slot % PerDestination;
}
