global using ChannelHost.Abstractions;
