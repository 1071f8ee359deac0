namespace Ingester.Paper.Execution;

/// <summary>One side of the recorded book.</summary>
/// <param name="isBids">True for bids: the highest price is the best.</param>
internal sealed class RecordedSide(bool isBids)
{
    private SortedDictionary<decimal, RecordedLevel> levels = Create(isBids);

    /// <summary>The worst price up to which every level is known; null if all are.</summary>
    public decimal? Horizon { get; set; }

    /// <summary>The known levels, best first. Levels beyond the horizon are left out: others between them may be missing.</summary>
    public IEnumerable<RecordedLevel> Known => levels.Values.TakeWhile(level => IsKnown(level.Price));

    /// <summary>The best known level; null if there is none.</summary>
    public RecordedLevel? Best => Known.FirstOrDefault();

    /// <summary>True if all levels at this price or a better one are known.</summary>
    public bool IsKnown(decimal price) => Horizon is not { } worst || !IsWorse(price, worst);

    /// <summary>True if the first price is farther from the other side of the book.</summary>
    public bool IsWorse(decimal price, decimal other) => isBids ? price < other : price > other;

    /// <summary>The recorded size at a price; zero if there is none.</summary>
    public decimal SizeAt(decimal price) => levels.TryGetValue(price, out var level) ? level.Size : 0;

    /// <summary>Changes a level. What simulated orders took from it is forgotten only if its recorded size changes.</summary>
    public void Set(PriceLevel changed)
    {
        if (changed.Size == 0)
            levels.Remove(changed.Price);
        else if (SizeAt(changed.Price) != changed.Size)
            levels[changed.Price] = new(changed.Price, changed.Size);
    }

    /// <summary>Replaces all levels. A level whose recorded size is the same as before keeps what simulated orders took from it.</summary>
    public void Replace(IReadOnlyList<PriceLevel> all)
    {
        var before = levels;
        levels = Create(isBids);
        foreach (var level in all)
            if (level.Size != 0)
                levels[level.Price] = before.TryGetValue(level.Price, out var same) && same.Size == level.Size ? same : new(level.Price, level.Size);
    }

    private static SortedDictionary<decimal, RecordedLevel> Create(bool isBids) =>
        isBids ? new(Comparer<decimal>.Create(static (one, other) => other.CompareTo(one))) : [];
}
