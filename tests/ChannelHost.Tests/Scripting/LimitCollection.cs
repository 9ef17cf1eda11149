namespace ChannelHost.Tests.Scripting;

/// <summary>Limits are measured in time: nothing else of the script tests runs beside them.</summary>
[CollectionDefinition(nameof(LimitTests), DisableParallelization = true)]
public class LimitCollection;
