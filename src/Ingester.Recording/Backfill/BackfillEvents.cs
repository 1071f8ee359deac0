using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Backfill;

/// <summary>Events of the backfill of gaps in trades; each method logs and counts one event.</summary>
internal sealed partial class BackfillEvents(IngesterMeter meter, ILogger<BackfillEvents> log)
{
    /// <summary>A gap in trades was closed, completely or as far as the exchange still has the trades.</summary>
    public void GapBackfilled(TradeGap gap, IReadOnlyList<SequenceRange> missing) => CountBackfill(gap, missing.Count == 0 ? "closed" : "partly");

    /// <summary>A gap in trades could not be closed; it is retried.</summary>
    public void BackfillFailed(TradeGap gap, string reason)
    {
        CountBackfill(gap, "failed");
        LogBackfillFailed(gap.Stream, gap.Missing, reason);
    }

    /// <summary>A gap in trades could not be closed within the maximum number of attempts.</summary>
    public void BackfillAbandoned(TradeGap gap, string reason)
    {
        CountBackfill(gap, "given-up");
        LogBackfillAbandoned(gap.Stream, gap.Missing, reason);
    }

    private void CountBackfill(TradeGap gap, string outcome) => meter.BackfillsCompleted.Add(
        1, IngesterMeter.ExchangeTag(gap.Stream.Exchange), IngesterMeter.DatasetTag(gap.Stream.Dataset.Name()), IngesterMeter.OutcomeTag(outcome));

    [LoggerMessage(LogLevel.Warning, "{Stream}: the gap {Missing} could not be backfilled and will be retried: {Reason}")]
    private partial void LogBackfillFailed(StreamId stream, SequenceRange missing, string reason);

    [LoggerMessage(LogLevel.Warning, "{Stream}: the gap {Missing} could not be backfilled; run ingester repair to close it: {Reason}")]
    private partial void LogBackfillAbandoned(StreamId stream, SequenceRange missing, string reason);
}
