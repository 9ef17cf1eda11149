namespace ChannelHost.Tests.ChannelFiles;

/// <summary>Tests that measure the process and must not share it.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;
