using System.Text.Json;
using Ingester.Core.Sequencing;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Backfill;

/// <summary>Closes holes in trades while recording goes on, one after the other, within the exchange's request budget.</summary>
internal sealed class TradeRepairer(ExchangeContext context, TradeBackfill backfill, RepairPlan plan)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>Repairs until it is told to stop.</summary>
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
                Again(hole with { Missing = part }, tries, "The exchange does not serve it.");
        }
        catch (Exception fault) when (fault is RestException or JsonException)
        {
            context.Events.RepairFailed(hole, fault.Message);
            Again(hole, tries, fault.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop: the hole stands in the gaps, and the command can close it.
        }
    }

    private void Again(TradeHole hole, int tries, string reason)
    {
        if (!plan.TryAdd(hole, tries + 1))
            context.Events.RepairGivenUp(hole, reason);
    }
}
