using ChannelHost.Server;
using ChannelHost.Server.Commands;

return (int)await CommandLine.RunAsync(args, Terminal.OfProcess());
