global using ChannelHost.Abstractions;
global using Xunit;
