using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>Defines after which silence a stream counts as stalled.</summary>
/// <param name="Floor">Minimum silence.</param>
/// <param name="Factor">Multiple of the usual interval between events.</param>
internal readonly record struct StallRule(TimeSpan Floor, double Factor)
{
    /// <summary>One minute and thirty times the usual interval. For independent events, one silence in 10^13 is that long.</summary>
    public static StallRule Default { get; } = new(TimeSpan.FromMinutes(1), 30);
}

/// <summary>
/// Activity of a stream: the mean interval between bursts and the longest recent interval. Events within one second count as one burst because
/// markets trade in bursts. The intervals determine the silence after which the stream counts as stalled. Local times in microseconds.
/// </summary>
internal struct StreamPulse
{
    /// <summary>Minimum number of bursts before a stall can be detected: with fewer, the usual interval is unknown.</summary>
    public const int FewestBeats = 20;

    private const long Second = 1_000_000;
    private const double Weight = 1.0 / 32; // the mean covers the last few dozen bursts
    private const double Fading = 1.0 / 256; // the longest interval decays over a few hundred bursts
    private const double Slack = 2; // multiple of the longest recent interval that is still normal

    private long last;
    private double usual;
    private double longest;
    private int beats;

    /// <summary>Time of the last burst; zero before the first.</summary>
    public readonly long Last => last;

    /// <summary>Records an event.</summary>
    public void Heard(long now)
    {
        if (now - last < Second)
            return;
        if (last > 0)
            Learn(now - last);
        last = now;
    }

    /// <summary>The connection is lost: the time until the next event does not count as silence.</summary>
    public void Pause() => last = 0;

    /// <summary>Silence, in microseconds, after which the stream counts as stalled; null while too little is known.</summary>
    public readonly double? Patience(StallRule rule) =>
        beats < FewestBeats ? null : Math.Max(Micros.From(rule.Floor), Math.Max(rule.Factor * usual, Slack * longest));

    private void Learn(long interval)
    {
        usual = beats == 0 ? interval : usual + (interval - usual) * Math.Max(Weight, 1.0 / (beats + 1));
        longest = Math.Max(interval, longest - longest * Fading);
        beats++;
    }
}
