using System.Globalization;
using ChannelHost.Server;
using ChannelHost.Server.Commands;

// The machine's language decides nothing: a message looks the same wherever the host runs.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

// Exit, not return: no thread that a part left behind may keep the process from ending.
Environment.Exit((int)await CommandLine.RunAsync(args, Terminal.OfProcess()));
