namespace Ingester.Paper.Execution;

/// <summary>
/// A latency: constant, or drawn from quantiles. The draw is a function of the seed and the number of the draw, so that the same run draws the same values.
/// </summary>
internal sealed class Latency
{
    private const int QuantileCount = 101;

    private readonly long[] quantiles;

    private Latency(long[] quantiles) => this.quantiles = quantiles;

    /// <summary>No latency.</summary>
    public static Latency Zero { get; } = Constant(0);

    /// <summary>The quantiles, in microseconds, evenly spaced from the smallest to the largest value; one value for a constant.</summary>
    public IReadOnlyList<long> Quantiles => quantiles;

    /// <summary>Creates a constant latency.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static Latency Constant(long micros)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(micros);
        return new([micros]);
    }

    /// <summary>Creates a latency from evenly spaced quantiles.</summary>
    /// <param name="quantiles">At least one value, in microseconds: ascending and not negative.</param>
    /// <exception cref="ArgumentException">They are empty, negative or not ascending.</exception>
    public static Latency FromQuantiles(IReadOnlyList<long> quantiles)
    {
        if (quantiles.Count == 0 || quantiles[0] < 0 || quantiles.Zip(quantiles.Skip(1)).Any(static pair => pair.First > pair.Second))
            throw new ArgumentException("Quantiles of a latency are at least one value, not negative and ascending.", nameof(quantiles));
        return new([.. quantiles]);
    }

    /// <summary>
    /// Creates a latency with the distribution of measured lags: arrival minus exchange time, in microseconds. A negative lag, which a wrong clock causes, counts as zero.
    /// </summary>
    /// <exception cref="ArgumentException">There is no lag.</exception>
    public static Latency FromLags(IEnumerable<long> lags)
    {
        var sorted = lags.Select(static lag => Math.Max(0, lag)).Order().ToArray();
        if (sorted.Length == 0)
            throw new ArgumentException("No lag is known: the recording has no arrivals of this time.", nameof(lags));
        var found = new long[QuantileCount];
        for (var i = 0; i < found.Length; i++)
            found[i] = sorted[(int)((long)i * (sorted.Length - 1) / (found.Length - 1))];
        return new(found);
    }

    /// <summary>Draws a latency in microseconds.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="number">Number of the draw.</param>
    public long Draw(ulong seed, ulong number)
    {
        var position = (UInt128)(Mix(seed, number) >> 32) * (ulong)(quantiles.Length - 1);
        var (rank, fraction) = ((int)(position >> 32), (long)(uint)position);
        return rank == quantiles.Length - 1 ? quantiles[rank] : quantiles[rank] + (long)((Int128)(quantiles[rank + 1] - quantiles[rank]) * fraction >> 32);
    }

    /// <summary>SplitMix64: the output of the generator with this seed at this position.</summary>
    private static ulong Mix(ulong seed, ulong number)
    {
        var z = unchecked(seed + (number + 1) * 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
