using ChannelHost.Storage.Messages;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>What a group makes of one message.</summary>
internal sealed class StagedMessage
{
    internal StagedMessage(MessageRow row, DestinationRow[] destinations, bool isNew)
    {
        Row = row;
        IsNew = isNew;
        foreach (var destination in destinations)
        {
            Destinations.Add(new StagedDestination { Row = destination });
        }
    }

    internal MessageRow Row { get; set; }

    internal bool IsNew { get; }

    /// <summary>Under what its content is found; null when nobody looks for it. Written once.</summary>
    internal long? ContentKey { get; init; }

    internal bool IsChanged { get; set; }

    internal bool IsRemoved { get; set; }

    internal List<StagedDestination> Destinations { get; } = [];

    /// <summary>The ids of its attachments in order; null when nobody asked.</summary>
    internal List<string>? Attachments { get; set; }

    /// <summary>Through: nobody will need the content again. A failed message is looked into and sent again, so it keeps its content.</summary>
    internal bool IsThrough
    {
        get
        {
            if (Row.Status is not (MessageStatus.Filtered or MessageStatus.Transformed))
            {
                return false;
            }

            foreach (var destination in Destinations)
            {
                if (!destination.IsDropped && destination.Row.Status is not (MessageStatus.Filtered or MessageStatus.Sent))
                {
                    return false;
                }
            }

            return true;
        }
    }

    internal StagedDestination? Destination(int number)
    {
        foreach (var destination in Destinations)
        {
            if (destination.Row.Destination == number && !destination.IsDropped)
            {
                return destination;
            }
        }

        return null;
    }

    /// <summary>As the group leaves it.</summary>
    internal KnownMessage Known() => new(Row, [.. Destinations.Where(destination => !destination.IsDropped).Select(destination => destination.Row)]);
}

/// <summary>A row of a message at a destination on its way.</summary>
internal sealed class StagedDestination
{
    internal DestinationRow Row { get; set; }

    internal bool IsNew { get; init; }

    internal bool IsChanged { get; set; }

    internal bool IsDropped { get; set; }
}
