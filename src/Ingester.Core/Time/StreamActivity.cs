
namespace Ingester.Core.Time;

/// <summary>
/// Activity of a stream: the mean interval between bursts and the longest recent interval. Events within one second count as one burst because
/// markets trade in bursts. The intervals determine the silence after which the stream counts as stalled. Local times in microseconds.
/// </summary>
internal struct StreamActivity
{
    /// <summary>Minimum number of bursts before a stall can be detected: with fewer, the usual interval is unknown.</summary>
    public const int MinBursts = 20;

    private const long Second = 1_000_000;
    private const double MeanWeight = 1.0 / 32; // the mean covers the last few dozen bursts
    private const double LongestDecay = 1.0 / 256; // the longest interval decays over a few hundred bursts
    private const double LongestFactor = 2; // multiple of the longest recent interval that is still normal

    private long last;
    private double meanInterval;
    private double longestInterval;
    private int bursts;

    /// <summary>Time of the last burst; zero before the first.</summary>
    public readonly long LastMicros => last;

    /// <summary>Records an event.</summary>
    public void RecordActivity(long now)
    {
        if (now - last < Second)
            return;
        if (last > 0)
            UpdateIntervals(now - last);
        last = now;
    }

    /// <summary>The connection is lost: the time until the next event does not count as silence.</summary>
    public void Pause() => last = 0;

    /// <summary>Silence, in microseconds, after which the stream counts as stalled; null while too little is known.</summary>
    public readonly double? StallThreshold(StallRule rule) =>
        bursts < MinBursts ? null : Math.Max(Micros.From(rule.Floor), Math.Max(rule.Factor * meanInterval, LongestFactor * longestInterval));

    private void UpdateIntervals(long interval)
    {
        meanInterval = bursts == 0 ? interval : meanInterval + (interval - meanInterval) * Math.Max(MeanWeight, 1.0 / (bursts + 1));
        longestInterval = Math.Max(interval, longestInterval - longestInterval * LongestDecay);
        bursts++;
    }
}
