using System.Diagnostics;
using Spectre.Console;

namespace ChannelHost.Server.Commands;

/// <summary>A bar for work that takes a while, on standard error, where a person watches; nothing elsewhere.</summary>
internal static class ProgressBar
{
    /// <summary>Less than this is over before anybody looks.</summary>
    private const int Worthwhile = 20;

    /// <summary>Does work of so many steps; it calls the action after each.</summary>
    public static Task RunAsync(Terminal terminal, string what, int steps, Func<Action, Task> work) => RunForAsync(terminal, what, null, steps, work);

    /// <summary>Does work of a known time or a known number of steps; it calls the action after each step.</summary>
    public static async Task RunForAsync(Terminal terminal, string what, TimeSpan? duration, int? steps, Func<Action, Task> work)
    {
        if (!terminal.IsInteractive || steps < Worthwhile)
        {
            await work(static () => { });
            return;
        }

        var done = 0;
        var started = Stopwatch.GetTimestamp();
        await terminal.Progress.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(what), maxValue: duration?.TotalSeconds ?? steps ?? 1);
                var working = work(() => Interlocked.Increment(ref done));

                // The bar looks now and then; counting must not cost the work anything.
                using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
                while (!working.IsCompleted && await tick.WaitForNextTickAsync())
                {
                    bar.Value = duration is null ? Volatile.Read(ref done) : Stopwatch.GetElapsedTime(started).TotalSeconds;
                }

                await working;
            });
    }
}
