using ChannelHost.Server;
using ChannelHost.Server.Commands;

// Exit, not return: no thread that a part left behind may keep the process from ending.
Environment.Exit((int)await CommandLine.RunAsync(args, Terminal.OfProcess()));
