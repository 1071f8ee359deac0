using System.Text.Json;
using Ingester.Core.Sequencing;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Backfill;

/// <summary>Backfills gaps in trades while recording, one after the other, within the exchange's rate limit.</summary>
internal sealed class BackfillWorker(ExchangeContext context, TradeBackfill backfill, BackfillQueue plan)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Backfills until <paramref name="stop"/> is canceled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (plan.TakeDue() is var (hole, tries))
                await BackfillAsync(hole, tries, stop);
            else
                await Task.Delay(PollInterval, context.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BackfillAsync(TradeGap hole, int tries, CancellationToken stop)
    {
        try
        {
            var left = await backfill.CloseGapAsync(hole, stop);
            context.Events.GapBackfilled(hole, left);
            foreach (var part in left)
                Requeue(hole with { Missing = part }, tries, "The exchange does not have these trades.");
        }
        catch (Exception fault) when (fault is RestException or JsonException)
        {
            context.Events.BackfillFailed(hole, fault.Message);
            Requeue(hole, tries, fault.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Canceled: the gap is in the dataset gaps, and ingester repair can close it.
        }
    }

    private void Requeue(TradeGap hole, int tries, string reason)
    {
        if (!plan.TryAdd(hole, tries + 1))
            context.Events.BackfillAbandoned(hole, reason);
    }
}
