namespace ChannelHost.Tests.Connectors.Database;

/// <summary>What this process has open.</summary>
internal static class Descriptors
{
    /// <summary>The files behind the descriptors. Those that another test closes meanwhile are left out.</summary>
    public static IReadOnlyList<string> Targets() => [.. Directory.GetFiles("/proc/self/fd").Select(TargetOf).OfType<string>()];

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
