using System.Runtime.InteropServices;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary><c>System</c> and <c>Thread</c>: clocks, copying, waiting. Nothing of the machine or the process.</summary>
internal static class SystemClasses
{
    private static readonly JavaClass PrintStream = new JavaClass("java.io.PrintStream")
        .Void<SystemStream>("println", static (stream, call) => stream.Write(call))
        .Void<SystemStream>("print", static (stream, call) => stream.Write(call))
        .Void<SystemStream>("printf", static (stream, call) => stream.Write(call))
        .Void<SystemStream>("flush", static (_, _) => { });

    /// <summary><c>java.lang.System</c>.</summary>
    public static readonly JavaClass System = new JavaClass("java.lang.System")
        .Static("currentTimeMillis", static call => call.Run.Environment.Time.GetUtcNow().ToUnixTimeMilliseconds())
        .Static("nanoTime", static call => (double)call.Run.Environment.Time.GetTimestamp() / call.Run.Environment.Time.TimestampFrequency * 1e9)
        .Static("lineSeparator", static call => call.Return("\n"))
        .Static("identityHashCode", static call => global::System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(call[0]))
        .Static("arraycopy", ArrayCopy)
        .Static("getProperty", static call => call.Return(Property(call.Text(0)) ?? call.TextOrNull(1)))
        .Static("getenv", GetEnvironment)
        .Static("gc", static _ => JsValue.Undefined)
        .Static("exit", static call => throw call.Throw("java.lang.SecurityException", "A script cannot end the host."))
        .Constant("out", static call => call.New(PrintStream!, new SystemStream("info")))
        .Constant("err", static call => call.New(PrintStream!, new SystemStream("error")));

    /// <summary><c>java.lang.Thread</c>: only to wait.</summary>
    public static readonly JavaClass Thread = new JavaClass("java.lang.Thread")
        .Static("sleep", Sleep)
        .Static("yield", static _ => JsValue.Undefined)
        .Static("currentThread", static call => call.New(Thread!, new object()))
        .Method("getName", static call => call.Return("script"))
        .Method("getId", static _ => 1)
        .Method("isInterrupted", static call => call.Run.Limits.CancellationToken.IsCancellationRequested)
        .Method("interrupt", static _ => JsValue.Undefined);

    /// <summary>Waits by the host's clock, until the run's time is up or it is cancelled.</summary>
    public static void Wait(JavaCall call, TimeSpan time)
    {
        var limits = call.Run.Limits;
        limits.Check();
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(limits.CancellationToken);
        end.CancelAfter(limits.TimeLeft);
        try
        {
            Task.Delay(time, call.Run.Environment.Time, end.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            limits.Check();
            throw limits.OutOfTime($"The script waited for longer than it may run ({(long)time.TotalMilliseconds} ms asked for).");
        }
    }

    private static JsValue Sleep(JavaCall call)
    {
        Wait(call, TimeSpan.FromMilliseconds(Math.Clamp(call.Number(0), 0, int.MaxValue)));
        return JsValue.Undefined;
    }

    private static JsValue ArrayCopy(JavaCall call)
    {
        var (from, to, count) = (call.Int(1), call.Int(3), call.Int(4));
        if (call[0] is not JavaObject { State: IJavaIndexed source } || call[2] is not JavaObject { State: IJavaIndexed target })
        {
            throw call.Throw("java.lang.ArrayStoreException", "arraycopy needs two Java arrays.");
        }

        if (from < 0 || to < 0 || count < 0 || from + (long)count > source.Count || to + (long)count > target.Count)
        {
            throw call.Throw("java.lang.ArrayIndexOutOfBoundsException", $"arraycopy: {count} elements from {from} of {source.Count} to {to} of {target.Count}");
        }

        if (source is JavaBytes bytes && target is JavaBytes others)
        {
            bytes.Bytes.AsSpan(from, count).CopyTo(others.Bytes.AsSpan(to));
            return JsValue.Undefined;
        }

        var values = Enumerable.Range(from, count).Select(source.At).ToArray();
        for (var i = 0; i < count; i++)
        {
            target.Set(to + i, values[i]);
        }

        return JsValue.Undefined;
    }

    // What says nothing about the machine.
    private static string? Property(string name) => name switch
    {
        "line.separator" => "\n",
        "file.separator" => "/",
        "path.separator" => ":",
        "file.encoding" => "UTF-8",
        "java.version" => "17",
        "java.vendor" => "ChannelHost",
        "user.dir" or "java.io.tmpdir" or "user.home" => null,
        "os.name" => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "Windows" : "Linux",
        _ => null,
    };

    // The environment may hold secrets of the host. What scripts need of it stands in the configuration.
    private static JsValue GetEnvironment(JavaCall call)
    {
        var name = call.TextOrNull(0)
            ?? throw call.Throw("java.lang.SecurityException", "Scripts cannot list the environment: put what they need into the host's configuration (configurationMap).");
        return call.Run.Environment.ConfigurationMap.TryGetValue(name, out var value)
            ? call.Return(value)
            : throw call.Throw(
                "java.lang.SecurityException",
                $"Scripts cannot read the environment. Put '{name}' into the host's configuration: System.getenv('{name}') then gives that, as configurationMap.get('{name}') does.");
    }

    private sealed record SystemStream(string Level)
    {
        public void Write(JavaCall call) =>
            call.Run.Environment.Log(Level, call.Count == 0 ? "" : call.Shown(0), call.Run.Current?.File.Name ?? "");
    }
}
