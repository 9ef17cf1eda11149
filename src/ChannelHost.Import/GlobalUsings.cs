global using ChannelHost.Abstractions;
global using ChannelHost.Import.Reports;
