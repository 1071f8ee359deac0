namespace Ingester.Recording.Backfill;

/// <summary>A gap to backfill.</summary>
/// <param name="Gap">The gap.</param>
/// <param name="Tries">Number of previous attempts.</param>
internal sealed record BackfillAttempt(TradeGap Gap, int Tries);
