using Ingester.Configuration;
using Ingester.Core.Memory;
using Ingester.Recording.Planning;
using Ingester.Status;

namespace Ingester.Hosting;

/// <summary>
/// Closes windows whose time is over even if no event follows: once a second by the replica's clock, it passes the time to all lanes, and each stream seals
/// its overdue segments (<see cref="Ingester.Core.Segments.StreamSegments.SealOverdue"/>). The same loop checks readiness and the descriptor limit.
/// </summary>
internal sealed class WindowCloser(
    Settings settings, IReadOnlyList<ExchangeSupervisor> exchanges, RecorderState state, ReadinessLog readiness, DescriptorLimitMonitor descriptors)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs until <paramref name="stop"/> is canceled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var interval = Interval / settings.Clock.Rate;
        using var timer = new PeriodicTimer(interval > MinInterval ? interval : MinInterval);
        while (await timer.WaitForNextTickAsync(stop))
        {
            foreach (var exchange in exchanges)
                exchange.Tick();
            ChunkPool.Shared.Trim();
            state.RecordTick();
            readiness.Update(Readiness.NotReadyReason(state));
            descriptors.Update(state.Exchanges.Sum(exchange => exchange.ConnectionsWanted));
        }
    }
}
