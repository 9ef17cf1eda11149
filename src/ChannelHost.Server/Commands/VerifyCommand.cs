using System.CommandLine;

namespace ChannelHost.Server.Commands;

/// <summary><c>channelhost verify</c>: checks the stores of a data folder.</summary>
internal static class VerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var data = new Argument<string>("DATA") { Description = "The data folder, or a copy of one.", DefaultValueFactory = _ => "data" };
        var json = CommonOptions.Json();
        var command = new Command("verify", "Checks a data folder that no host works on, or a copy: every store is opened for reading and compared with itself. Changes nothing.") { data, json };
        command.SetAction(parsed => (int)HostSetup.Verify(CommonOptions.ExistingFolder(parsed.GetValue(data)!), parsed.GetValue(json), terminal));
        return command;
    }
}
