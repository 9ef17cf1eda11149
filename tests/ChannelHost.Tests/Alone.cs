namespace ChannelHost.Tests;

/// <summary>Tests that measure the whole process (allocated bytes, threads, descriptors): nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>For <see cref="CollectionAttribute"/>.</summary>
    public const string Name = "alone";
}
