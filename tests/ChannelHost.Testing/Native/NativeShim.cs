using System.Diagnostics;

namespace ChannelHost.Testing.Native;

/// <summary>Libraries in C that are preloaded into a process under test, to make faults that nothing else can make. Built once by each process that uses them.</summary>
public sealed class NativeShim
{
    private static readonly Lazy<string> Folder = new(() => Directory.CreateTempSubdirectory("channelhost-native-").FullName);
    private static readonly Lazy<NativeShim> BuiltPowerCut = new(() => new NativeShim("powercut"));
    private static readonly Lazy<NativeShim> BuiltClockStep = new(() => new NativeShim("clockstep"));

    private NativeShim(string name)
    {
        Path = System.IO.Path.Combine(Folder.Value, $"{name}.so");
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "Native", $"{name}.c");
        using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-o", Path, source, "-ldl", "-lpthread"])
        {
            RedirectStandardError = true,
        })!;
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
        {
            throw new InvalidOperationException($"gcc cannot build {source}: {errors}");
        }
    }

    /// <summary>True where there is a compiler.</summary>
    public static bool CanBuild => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(System.IO.Path.Combine(folder, "gcc")));

    /// <summary>Keeps what a disk would hold after a power cut.</summary>
    public static NativeShim PowerCut => BuiltPowerCut.Value;

    /// <summary>Steps the time of day, and no other clock, by what the file says that <c>CLOCKSTEP_FILE</c> names: nanoseconds.</summary>
    public static NativeShim ClockStep => BuiltClockStep.Value;

    /// <summary>The library, for LD_PRELOAD.</summary>
    public string Path { get; }
}
