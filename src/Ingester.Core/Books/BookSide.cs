namespace Ingester.Core.Books;

/// <summary>
/// One side of a book. Levels are sorted from worst to best: most diffs are near the best price, and an insertion there moves few levels.
/// </summary>
internal sealed class BookSide(bool bids)
{
    private readonly List<BookLevel> levels = [];

    /// <summary>Number of known levels.</summary>
    public int Count => levels.Count;

    /// <summary>The worst price down to which every level is known; null when the side is complete.</summary>
    public ExactDecimal? Horizon { get; private set; }

    /// <summary>The best level; null when there is none.</summary>
    public BookLevel? Best => levels.Count > 0 ? levels[^1] : null;

    /// <summary>The levels, best first.</summary>
    public IEnumerable<BookLevel> BestFirst
    {
        get
        {
            for (var i = levels.Count - 1; i >= 0; i--)
                yield return levels[i];
        }
    }

    /// <summary>A level by its rank, 0 the best.</summary>
    public BookLevel this[int rank] => levels[levels.Count - 1 - rank];

    /// <summary>Removes all levels.</summary>
    public void Clear()
    {
        levels.Clear();
        Horizon = null;
    }

    /// <summary>Sets the size at a price. A size of zero removes the level; a removal of an unknown level is normal and ignored.</summary>
    public void Set(in BookLevel level)
    {
        var (low, high) = (0, levels.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = Compare(levels[middle].Price, level.Price);
            if (order == 0)
            {
                if (level.Size.IsZero)
                    levels.RemoveAt(middle);
                else
                    levels[middle] = level;
                return;
            }

            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        if (!level.Size.IsZero)
            levels.Insert(low, level);
    }

    /// <summary>Marks the book as unknown below its worst level.</summary>
    public void SetHorizonToWorst() => Horizon = levels.Count > 0 ? levels[0].Price : null;

    /// <summary>Removes the levels beyond the given depth.</summary>
    /// <param name="depth">Number of levels that stay.</param>
    /// <param name="removed">Receives the removed levels; null if they are not needed.</param>
    public void TrimTo(int depth, List<BookLevel>? removed = null)
    {
        if (levels.Count <= depth)
            return;
        removed?.AddRange(levels[..^depth]);
        levels.RemoveRange(0, levels.Count - depth);
        SetHorizonToWorst();
    }

    /// <summary>True when every level at this price or better is known.</summary>
    public bool IsKnown(ExactDecimal price) => Horizon is not { } worst || Compare(price, worst) >= 0;

    /// <summary>Negative when the first price is worse.</summary>
    private int Compare(ExactDecimal one, ExactDecimal other) => bids ? one.CompareTo(other) : other.CompareTo(one);
}
