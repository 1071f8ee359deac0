using Ingester.Simulator.Exchanges;
using Ingester.Simulator.Options;


namespace Ingester.Simulator.Serving;

/// <summary>Generates events at the configured rate in real time, and calls the timers of connections.</summary>
internal sealed class EventGenerator(IReadOnlyList<SimulatedExchange> exchanges, SimulatorOptions options) : IAsyncDisposable
{
    /// <summary>In ticks: often enough for one heartbeat per simulated second at 30 times real time.</summary>
    private const int TicksPerTimer = 4;
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Maximum time that a stalled process catches up. More would flood clients and disconnect those that read in time. Older events are never
    /// generated.
    /// </summary>
    private static readonly TimeSpan MaxCatchUp = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource stop = new();
    private readonly double[] pendingEvents = new double[exchanges.Count];
    private Task loop = Task.CompletedTask;

    /// <summary>
    /// True while events are generated. After it was set to false, and each exchange's lock was acquired once, no further event is generated.
    /// </summary>
    public bool IsGenerating { get; set; } = true;

    /// <summary>Starts the loop.</summary>
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
        using var timer = new PeriodicTimer(TickInterval, TimeProvider.System);
        var last = TimeProvider.System.GetTimestamp();
        try
        {
            for (long tick = 0; await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false); tick++)
            {
                var now = TimeProvider.System.GetTimestamp();
                var elapsed = TimeProvider.System.GetElapsedTime(last, now);
                last = now;
                for (var i = 0; i < exchanges.Count; i++)
                    Advance(i, elapsed < MaxCatchUp ? elapsed : MaxCatchUp, isTimerDue: tick % TicksPerTimer == 0);
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator stops.
        }
    }

    private void Advance(int index, TimeSpan elapsed, bool isTimerDue)
    {
        var exchange = exchanges[index];
        lock (exchange.Gate)
        {
            if (isTimerDue)
                exchange.OnTimer();
            if (!IsGenerating)
                return;
            pendingEvents[index] += elapsed.TotalSeconds * options.EventsPerSecond;
            while (pendingEvents[index] >= 1)
            {
                var count = exchange.GenerateEvents();
                pendingEvents[index] = count == 0 ? 0 : pendingEvents[index] - count;
            }
        }
    }
}
