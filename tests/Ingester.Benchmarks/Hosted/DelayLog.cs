using System.Globalization;
using System.Numerics;

namespace Ingester.Benchmarks.Hosted;

/// <summary>
/// Histograms of delays in microseconds, one for each second in which they ended: exact below 64, with a resolution of 1/32 above. Thread-safe.
/// </summary>
internal sealed class DelayLog
{
    /// <summary>The file with the delays of received frames.</summary>
    public const string Received = "received.tsv";

    /// <summary>The file with the delays of stored segments.</summary>
    public const string Stored = "stored.tsv";

    private const int Exact = 64;
    private const int ExactBits = 6;
    private const int PartBits = 5;
    private const int MaxBits = 30;
    private const int Buckets = Exact + (MaxBits - ExactBits) * (1 << PartBits);
    private const int Seconds = 900;

    private readonly int[]?[] counts = new int[Seconds][];
    private readonly long origin = NowMicros() / 1_000_000;

    /// <summary>The local time, microseconds since 1970.</summary>
    public static long NowMicros() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The first second, seconds since 1970.</summary>
    public long Origin { get; private init; }

    /// <summary>Counts a delay.</summary>
    public void Add(long endedMicros, long delay)
    {
        var second = (int)Math.Clamp(endedMicros / 1_000_000 - origin, 0, Seconds - 1);
        var buckets = counts[second] ?? Interlocked.CompareExchange(ref counts[second], new int[Buckets], null) ?? counts[second]!;
        Interlocked.Increment(ref buckets[Bucket(Math.Max(0, delay))]);
    }

    /// <summary>Writes the counts to a file.</summary>
    public void Save(string path)
    {
        using var file = new StreamWriter(path);
        for (var second = 0; second < Seconds; second++)
            for (var bucket = 0; counts[second] is { } buckets && bucket < Buckets; bucket++)
                if (buckets[bucket] > 0)
                    file.WriteLine($"{origin + second}\t{Upper(bucket)}\t{buckets[bucket]}");
    }

    /// <summary>Reads a file.</summary>
    public static DelayLog Load(string path)
    {
        var lines = File.ReadLines(path).Select(line => line.Split('\t').Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray()).ToList();
        return new() { Loaded = [.. lines.Select(line => new Entry(line[0], line[1], line[2]))], Origin = lines.Count > 0 ? lines[0][0] : 0 };
    }

    /// <summary>The counts that were read.</summary>
    public IReadOnlyList<Entry> Loaded { get; private init; } = [];

    /// <summary>The delays that ended from one second since 1970 to another, which is excluded.</summary>
    public Delays Between(long from, long to) => In(second => second >= from && second < to);

    /// <summary>The delays that ended in seconds since 1970 that match a predicate.</summary>
    public Delays In(Func<long, bool> wanted) => new([.. Loaded.Where(entry => wanted(entry.Second))]);

    private static int Bucket(long delay)
    {
        if (delay < Exact)
            return (int)delay;
        var bits = Math.Min(BitOperations.Log2((ulong)delay), MaxBits - 1);
        var part = (int)(Math.Min(delay, (1L << MaxBits) - 1) >> bits - PartBits) - (1 << PartBits);
        return Exact + (bits - ExactBits) * (1 << PartBits) + part;
    }

    /// <summary>The upper edge of a bucket.</summary>
    private static long Upper(int bucket)
    {
        if (bucket < Exact)
            return bucket;
        var (bits, part) = Math.DivRem(bucket - Exact, 1 << PartBits);
        return ((long)(part + 1 + (1 << PartBits)) << bits + ExactBits - PartBits) - 1;
    }

    /// <summary>The number of delays of one size that ended in one second.</summary>
    internal readonly record struct Entry(long Second, long Delay, long Count);
}

/// <summary>Statistics over delays.</summary>
internal sealed class Delays(IReadOnlyList<DelayLog.Entry> entries)
{
    private readonly List<DelayLog.Entry> sorted = [.. entries.OrderBy(entry => entry.Delay)];

    /// <summary>Number of delays.</summary>
    public long Count => sorted.Sum(entry => entry.Count);

    /// <summary>The longest, in microseconds.</summary>
    public long Max => sorted.Count == 0 ? 0 : sorted[^1].Delay;

    /// <summary>A quantile, in microseconds.</summary>
    public long Quantile(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        foreach (var entry in sorted)
            if ((left -= entry.Count) <= 0)
                return entry.Delay;
        return Max;
    }
}
