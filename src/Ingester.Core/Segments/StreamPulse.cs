using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>When a stream's silence is more than it ever allows itself.</summary>
/// <param name="Floor">No shorter silence counts.</param>
/// <param name="Factor">So many times the usual interval.</param>
internal readonly record struct StallRule(TimeSpan Floor, double Factor)
{
    /// <summary>One minute; thirty times the usual interval: of independent events, one silence in 10^13 is as long.</summary>
    public static StallRule Default { get; } = new(TimeSpan.FromMinutes(1), 30);
}

/// <summary>
/// What a stream usually does: the mean interval between its beats and the longest lately, where all that comes within a second is one beat, because
/// markets speak in bursts. From that follows how long it may be silent before something is wrong with it. Local times, in microseconds.
/// </summary>
internal struct StreamPulse
{
    /// <summary>Fewer beats say nothing about what is usual: a market that hardly trades is left alone.</summary>
    public const int FewestBeats = 20;

    private const long Second = 1_000_000;
    private const double Weight = 1.0 / 32; // the mean follows the last few dozen beats
    private const double Fading = 1.0 / 256; // the longest silence fades over a few hundred
    private const double Slack = 2; // so many times the longest silence lately is still nothing new

    private long last;
    private double usual;
    private double longest;
    private int beats;

    /// <summary>When it last beat; zero before the first time.</summary>
    public readonly long Last => last;

    /// <summary>Something came.</summary>
    public void Heard(long now)
    {
        if (now - last < Second)
            return;
        if (last > 0)
            Learn(now - last);
        last = now;
    }

    /// <summary>The stream cannot be heard: what passes from here to its next event is no silence of its own.</summary>
    public void Pause() => last = 0;

    /// <summary>How long it may be silent, in microseconds; null while too little is known.</summary>
    public readonly double? Patience(StallRule rule) =>
        beats < FewestBeats ? null : Math.Max(Micros.From(rule.Floor), Math.Max(rule.Factor * usual, Slack * longest));

    private void Learn(long interval)
    {
        usual = beats == 0 ? interval : usual + (interval - usual) * Math.Max(Weight, 1.0 / (beats + 1));
        longest = Math.Max(interval, longest - longest * Fading);
        beats++;
    }
}
