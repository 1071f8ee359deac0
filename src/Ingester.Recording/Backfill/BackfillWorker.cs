using System.Text.Json;
using Ingester.Recording.Rest;

namespace Ingester.Recording.Backfill;

/// <summary>Backfills gaps in trades while recording, one after the other, within the exchange's rate limit.</summary>
internal sealed class BackfillWorker(TradeBackfill backfill, BackfillQueue queue, BackfillEvents events)
{
    /// <summary>Backfills until <paramref name="stop"/> is canceled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (queue.TakeDue() is { } attempt)
                await BackfillAsync(attempt, stop);
            else
                await queue.WaitAsync(stop);
        }
    }

    private async Task BackfillAsync(BackfillAttempt attempt, CancellationToken stop)
    {
        var gap = attempt.Gap;
        try
        {
            var missing = await backfill.CloseGapAsync(gap, stop);
            events.GapBackfilled(gap, missing);
            foreach (var part in missing)
                Requeue(attempt with { Gap = gap with { Missing = part } }, "The exchange does not have these trades.");
        }
        catch (Exception fault) when (fault is RestException or JsonException)
        {
            events.BackfillFailed(gap, fault.Message);
            Requeue(attempt, fault.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Canceled: the gap is in the dataset gaps, and ingester repair can close it.
        }
    }

    private void Requeue(BackfillAttempt attempt, string reason)
    {
        if (!queue.TryAdd(attempt.Gap, attempt.Tries + 1))
            events.BackfillAbandoned(attempt.Gap, reason);
    }
}
