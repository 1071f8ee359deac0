using System.Text.Json;
using Ingester.Core.Sequencing;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Backfill;

/// <summary>Backfills gaps in trades while recording, one after the other, within the exchange's rate limit.</summary>
internal sealed class TradeRepairer(ExchangeContext context, TradeBackfill backfill, RepairPlan plan)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>Backfills until <paramref name="stop"/> is canceled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (plan.Take() is var (hole, tries))
                await RepairAsync(hole, tries, stop);
            else
                await Task.Delay(Poll, context.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RepairAsync(TradeHole hole, int tries, CancellationToken stop)
    {
        try
        {
            var left = await backfill.CloseAsync(hole, stop);
            context.Events.Repaired(hole, left);
            foreach (var part in left)
                Again(hole with { Missing = part }, tries, "The exchange does not have these trades.");
        }
        catch (Exception fault) when (fault is RestException or JsonException)
        {
            context.Events.RepairFailed(hole, fault.Message);
            Again(hole, tries, fault.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Canceled: the gap is in the dataset gaps, and ingester repair can close it.
        }
    }

    private void Again(TradeHole hole, int tries, string reason)
    {
        if (!plan.TryAdd(hole, tries + 1))
            context.Events.RepairGivenUp(hole, reason);
    }
}
