using Ingester.Simulator.Venues;

namespace Ingester.Simulator.Serving;

/// <summary>Lets things happen at the rate that was asked for, in real time, and time pass for connections.</summary>
internal sealed class Pump(IReadOnlyList<Venue> venues, SimulatorOptions options) : IAsyncDisposable
{
    /// <summary>In ticks: often enough that a clock thirty times as fast still has a heartbeat each of its seconds.</summary>
    private const int BeatEvery = 4;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// What a stalled process may make up for: more would be a flood that cuts clients who read well. What is older is never generated.
    /// </summary>
    private static readonly TimeSpan MostBehind = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource stop = new();
    private readonly double[] due = new double[venues.Count];
    private Task loop = Task.CompletedTask;

    /// <summary>Whether events are generated. Once it is false and the exchanges' locks were free, no further event comes.</summary>
    public bool Generating { get; set; } = true;

    /// <summary>Begins.</summary>
    public void Start() => loop = Task.Run(RunAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        var last = TimeProvider.System.GetTimestamp();
        try
        {
            for (long tick = 0; await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false); tick++)
            {
                var now = TimeProvider.System.GetTimestamp();
                var passed = TimeProvider.System.GetElapsedTime(last, now);
                last = now;
                for (var i = 0; i < venues.Count; i++)
                    Advance(i, passed < MostBehind ? passed : MostBehind, beat: tick % BeatEvery == 0);
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator ends.
        }
    }

    private void Advance(int index, TimeSpan passed, bool beat)
    {
        var venue = venues[index];
        lock (venue.Gate)
        {
            if (beat)
                venue.Beat();
            if (!Generating)
                return;
            due[index] += passed.TotalSeconds * options.EventsPerSecond;
            while (due[index] >= 1)
            {
                var made = venue.Step();
                due[index] = made == 0 ? 0 : due[index] - made;
            }
        }
    }
}
