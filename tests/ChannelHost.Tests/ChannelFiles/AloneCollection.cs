namespace ChannelHost.Tests.ChannelFiles;

/// <summary>Tests that measure the process and must not share it.</summary>
[CollectionDefinition("ChannelFiles, alone", DisableParallelization = true)]
public sealed class AloneCollection;
