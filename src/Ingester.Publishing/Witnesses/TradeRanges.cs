namespace Ingester.Publishing.Witnesses;

/// <summary>Collects trades that only one source has as ranges, and counts those that are too many to be listed.</summary>
internal sealed class TradeRanges
{
    private readonly List<TradeRange> ranges = [];

    /// <summary>Maximum number of ranges that are listed.</summary>
    public const int MaxListed = 1000;

    /// <summary>Number of trades.</summary>
    public long Count { get; private set; }

    /// <summary>The first ranges, in the order of time.</summary>
    public IReadOnlyList<TradeRange> Listed => ranges;

    /// <summary>Number of trades that no listed range holds.</summary>
    public long Unlisted { get; private set; }

    /// <summary>Adds a trade. A trade that follows the last range by its id, or has no number and follows it in time, extends that range.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="follows">True if the source has no trade between the last one that was added and this one. Needed only for ids that are not consecutive numbers.</param>
    public void Add(in WitnessTrade trade, bool follows)
    {
        Count++;
        var id = trade.Key.IsNumber ? (long)trade.Key.Value : (long?)null;
        if (ranges.Count > 0 && Unlisted == 0 && ranges[^1] is var last && (id is null ? follows && last.LastId is null : last.LastId is { } end && (id == end + 1 || follows)))
        {
            last.Count++;
            last.LastId = id;
            last.LastMicros = Math.Max(last.LastMicros, trade.Micros);
        }
        else if (ranges.Count < MaxListed)
        {
            ranges.Add(new() { Count = 1, FirstId = id, LastId = id, FirstMicros = trade.Micros, LastMicros = trade.Micros });
        }
        else
        {
            Unlisted++;
        }
    }
}
