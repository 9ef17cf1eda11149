namespace ChannelHost.Server.Demo.Traffic;

/// <summary>The stream of invented messages at a steady rate, spread over the lines that are open.</summary>
internal sealed class TrafficStream(InventedClinic clinic, Doors doors, double rate, int seed, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>How long answers may still come after the stream was stopped.</summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(5);

    // How often each line has its turn, in relation to the others.
    private static readonly (TrafficLine Line, int Weight)[] Mix =
    [
        (TrafficLine.Registrations, 35), (TrafficLine.Appointments, 25), (TrafficLine.LabResults, 15), (TrafficLine.Forms, 12),
        (TrafficLine.Results, 12), (TrafficLine.Charges, 3), (TrafficLine.PatientLists, 2),
    ];

    private readonly Random _chance = new(seed);

    /// <summary>What the partners saw.</summary>
    public TrafficFigures Figures { get; } = new();

    /// <summary>Sends until cancelled; answers to what is on its way are waited for.</summary>
    /// <param name="key">The key by which the web portal is known.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async Task RunAsync(string key, CancellationToken cancellationToken)
    {
        var partners = Mix.ToDictionary(part => part.Line, part => new Partner(SenderFor(part.Line, key), Figures, time));
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var ending = cancellationToken.UnsafeRegister(state => ((CancellationTokenSource)state!).CancelAfter(LastAnswers), abort);
        var sending = Task.WhenAll(partners.Values.Select(partner => partner.RunAsync(cancellationToken, abort.Token)));
        try
        {
            await GiveAsync(partners, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            await IgnoreAbortAsync(sending, abort.Token);
            foreach (var partner in partners.Values)
            {
                await partner.DisposeAsync();
            }
        }
    }

    private async Task GiveAsync(Dictionary<TrafficLine, Partner> partners, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var due = 0.0;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // A machine that was asleep does not make up for it with a flood.
            due = Math.Min(due + (rate * Tick.TotalSeconds), Math.Max(1, rate));
            for (; due >= 1; due--)
            {
                if (NextLine() is { } line)
                {
                    partners[line].Give(clinic.Next(line));
                }
            }
        }
    }

    private TrafficLine? NextLine()
    {
        var sum = 0;
        foreach (var (line, weight) in Mix)
        {
            sum += doors.IsOpen(line) ? weight : 0;
        }

        var at = sum == 0 ? 0 : _chance.Next(sum);
        foreach (var (line, weight) in Mix)
        {
            if (doors.IsOpen(line) && (at -= weight) < 0)
            {
                return line;
            }
        }

        return null;
    }

    private ILineSender SenderFor(TrafficLine line, string key) => line switch
    {
        TrafficLine.Charges => new FolderLineSender(line, "charge", ".hl7", doors),
        TrafficLine.PatientLists => new FolderLineSender(line, "patients", ".csv", doors),
        TrafficLine.Forms => new HttpLineSender(line, "X-Api-Key", key, doors),
        _ => new MllpLineSender(line, doors, time),
    };

    private static async Task IgnoreAbortAsync(Task sending, CancellationToken abort)
    {
        try
        {
            await sending;
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Somebody did not answer in time; what became of that message the channel knows.
        }
    }
}
