namespace Ingester.Recording.Lanes;

/// <summary>Counters of one lane: incremented under its lock, added to the meter at each tick.</summary>
internal record struct LaneCounts
{
    /// <summary>Received frames.</summary>
    public long Frames { get; set; }

    /// <summary>Frames of channels and events of streams that were not subscribed.</summary>
    public long Ignored { get; set; }

    /// <summary>Quarantined frames.</summary>
    public long Quarantined { get; set; }

    /// <summary>Received trades, duplicates included.</summary>
    public long Trades { get; set; }

    /// <summary>Received aggregated trades, duplicates included.</summary>
    public long AggTrades { get; set; }

    /// <summary>Received diffs, duplicates included.</summary>
    public long Diffs { get; set; }

    /// <summary>Received and fetched snapshots.</summary>
    public long Snapshots { get; set; }

    /// <summary>The difference to earlier counts.</summary>
    public readonly LaneCounts Since(LaneCounts earlier) => new()
    {
        Frames = Frames - earlier.Frames,
        Ignored = Ignored - earlier.Ignored,
        Quarantined = Quarantined - earlier.Quarantined,
        Trades = Trades - earlier.Trades,
        AggTrades = AggTrades - earlier.AggTrades,
        Diffs = Diffs - earlier.Diffs,
        Snapshots = Snapshots - earlier.Snapshots,
    };
}
