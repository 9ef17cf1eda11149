#if CRASH_POINTS
using System.CommandLine;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost crash-points</c>: lists the places at which this test build can be made to kill itself. A normal build has no such command.</summary>
internal static class CrashPointsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("crash-points", "Lists the places at which this test build can kill itself: CHANNELHOST_CRASH_POINT=NAME[:HIT] [CHANNELHOST_CRASH_WHEN=FILE]");
        command.SetAction(_ =>
        {
            foreach (var point in CrashPoints.All)
            {
                terminal.Output.WriteLine(point);
            }

            return (int)ExitCode.Done;
        });
        return command;
    }
}
#endif
