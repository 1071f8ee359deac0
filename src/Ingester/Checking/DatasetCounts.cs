namespace Ingester.Checking;

/// <summary>What was received of one dataset, on one connection or on all.</summary>
internal sealed class DatasetCounts
{
    private const int MaxLags = 1 << 18; // 2 MiB per connection and dataset; later events are not measured

    private readonly List<long> lags = [];

    /// <summary>Messages that hold at least one event.</summary>
    public long Messages { get; set; }

    /// <summary>Events, without replayed trades.</summary>
    public long Events { get; set; }

    /// <summary>Trades that the exchange replayed after a subscription.</summary>
    public long Replayed { get; set; }

    /// <summary>Snapshots on the stream.</summary>
    public long Snapshots { get; set; }

    /// <summary>Diffs with a checksum.</summary>
    public long Checksums { get; set; }

    /// <summary>Events without an exchange time.</summary>
    public long WithoutTime { get; set; }

    /// <summary>Events whose time is before that of an earlier event of their stream.</summary>
    public long TimeBack { get; set; }

    /// <summary>Events without ids.</summary>
    public long WithoutIds { get; set; }

    /// <summary>Events that continue the ids of their stream.</summary>
    public long Chained { get; set; }

    /// <summary>Events whose ids begin after the next id of their stream: ids are missing.</summary>
    public long Jumps { get; set; }

    /// <summary>Events that repeat the last id of their stream.</summary>
    public long Repeated { get; set; }

    /// <summary>Events that overlap the ids of their stream.</summary>
    public long Overlaps { get; set; }

    /// <summary>Events whose ids are below those of their stream.</summary>
    public long Backward { get; set; }

    /// <summary>Time from the opening of a connection to its first event, the shortest of all connections; null without an event.</summary>
    public TimeSpan? FirstAfter { get; set; }

    /// <summary>The symbols of which events were received.</summary>
    public HashSet<string> Symbols { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds the time from the exchange's time of an event to its receipt, in microseconds.</summary>
    public void AddLag(long micros)
    {
        if (lags.Count < MaxLags)
            lags.Add(micros);
    }

    /// <summary>Adds the counts of another connection.</summary>
    public void Add(DatasetCounts other)
    {
        Messages += other.Messages;
        Events += other.Events;
        Replayed += other.Replayed;
        Snapshots += other.Snapshots;
        Checksums += other.Checksums;
        WithoutTime += other.WithoutTime;
        TimeBack += other.TimeBack;
        WithoutIds += other.WithoutIds;
        Chained += other.Chained;
        Jumps += other.Jumps;
        Repeated += other.Repeated;
        Overlaps += other.Overlaps;
        Backward += other.Backward;
        FirstAfter = FirstAfter is null || other.FirstAfter < FirstAfter ? other.FirstAfter ?? FirstAfter : FirstAfter;
        Symbols.UnionWith(other.Symbols);
        lags.AddRange(other.lags);
    }

    /// <summary>The lag that a share of all events does not exceed, in milliseconds; null without an event that has a time.</summary>
    public double? LagAt(double share)
    {
        if (lags.Count == 0)
            return null;
        lags.Sort();
        return lags[(int)(share * (lags.Count - 1))] / 1_000.0;
    }
}
