using Ingester.Core.Live;

namespace Ingester.Live;

/// <summary>Distributes what is recorded to the clients of the live stream, until recording has ended.</summary>
/// <param name="hub">The hub.</param>
/// <param name="interval">The interval between two distributions.</param>
/// <param name="events">Logs and counters.</param>
/// <param name="clock">The real clock.</param>
internal sealed class LiveService(LiveHub hub, TimeSpan interval, LiveStreamEvents events, TimeProvider clock) : IDisposable
{
    /// <summary>
    /// Number of clients that receive a batch together. Sending to all at once would keep a processor from the receive loops for milliseconds.
    /// </summary>
    private const int GroupSize = 4;

    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(2);

    private readonly CancellationTokenSource stop = new();
    private Task loop = Task.CompletedTask;

    /// <summary>Starts.</summary>
    public void Start() => loop = RunAsync();

    /// <summary>Recording has ended: clients receive the remaining rows, and then the end of the stream.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await loop;
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private async Task RunAsync()
    {
        try
        {
            await DistributeAsync();
        }
        catch (Exception bug)
        {
            // Supervising edge: the live stream must not end recording.
            events.DistributionFailed(bug);
        }

        hub.Complete();
    }

    private async Task DistributeInGroupsAsync()
    {
        var pause = TimeSpan.FromTicks(Math.Min(MaxPause.Ticks, interval.Ticks * GroupSize / Math.Max(1, hub.ClientCount)));
        foreach (var (group, missed) in Enumerable.Index(hub.Distribute(GroupSize)))
        {
            if (group > 0)
                await Task.Delay(pause, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // no pause when recording has ended
            events.RowsMissed(missed);
        }
    }

    private async Task DistributeAsync()
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
                await DistributeInGroupsAsync();
        }
        catch (OperationCanceledException)
        {
            await DistributeInGroupsAsync(); // the last rows: recording has ended
        }
    }
}
