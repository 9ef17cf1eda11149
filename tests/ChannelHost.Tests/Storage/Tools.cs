namespace ChannelHost.Tests.Storage;

/// <summary>Programs that inject faults; tests that need one are skipped where it is absent.</summary>
internal static class Tools
{
    private static readonly string[] Folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');

    internal static bool Has(string program) => Folders.Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>The start of a command line that makes chosen calls of a system call fail.</summary>
    /// <param name="call">For example <c>fsync</c>.</param>
    /// <param name="error">For example <c>EIO</c>.</param>
    /// <param name="when">Which calls: <c>3</c>, <c>3+</c>, <c>3..5</c>.</param>
    /// <param name="paths">Only calls on these files; all when empty.</param>
    internal static string[] Failing(string call, string error, string when, params string[] paths) => Injecting(call, $"error={error}:when={when}", paths);

    /// <summary>The start of a command line that makes every call of a system call take longer.</summary>
    /// <param name="call">For example <c>fsync</c>.</param>
    /// <param name="delay">How much longer.</param>
    /// <param name="paths">Only calls on these files; all when empty.</param>
    internal static string[] Slowing(string call, TimeSpan delay, params string[] paths) => Injecting(call, $"delay_enter={delay.TotalMicroseconds:F0}", paths);

    /// <summary>The same, and a file tells each call that was made to fail: that the fault happened at all.</summary>
    /// <param name="program">From <see cref="Failing"/> or <see cref="Slowing"/>.</param>
    /// <param name="log">The file.</param>
    internal static string[] Told(string[] program, string log) => [.. program.Select(argument => argument == "/dev/null" ? log : argument)];

    private static string[] Injecting(string call, string fault, string[] paths)
    {
        Assert.SkipUnless(Has("strace"), "needs strace to interfere with system calls");
        return ["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:{fault}", .. paths.SelectMany(path => new[] { "-P", path })];
    }
}
