namespace ChannelHost.Server.Demo.StandIns;

/// <summary>Stands in for a partner of the clinic, so that a demo needs nobody else. Keeps nothing of what it gets.</summary>
internal interface IStandIn : IAsyncDisposable
{
    /// <summary>What it saw so far.</summary>
    StandInView View();
}

/// <summary>A stand-in as the table shows it.</summary>
/// <param name="Name">Whom it stands in for.</param>
/// <param name="Address">Where it is reached.</param>
/// <param name="Arrived">What it took.</param>
/// <param name="Refused">What it turned down, or did not answer because it was down.</param>
/// <param name="State">How it is now: <c>up</c>, <c>down for a while</c>, or why it is not there.</param>
/// <param name="IsWell">False while it is down or not there.</param>
internal sealed record StandInView(string Name, string Address, long Arrived, long Refused, string State, bool IsWell);
