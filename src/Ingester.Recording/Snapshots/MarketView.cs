namespace Ingester.Recording.Snapshots;

/// <summary>The present state of one market, for the status page.</summary>
internal sealed record MarketView
{
    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market.</summary>
    public required string Pair { get; init; }

    /// <summary>The last trade; null before the first.</summary>
    public StatusTrade? LastTrade { get; init; }

    /// <summary><c>known</c>, <c>unknown</c> (waiting for a snapshot), or <c>not kept</c>.</summary>
    public required string Book { get; init; }

    /// <summary>The exchange time of the last diff; null while the book is unknown.</summary>
    public DateTime? BookTime { get; init; }

    /// <summary>The best bid as price and size; null when there is none.</summary>
    public IReadOnlyList<string>? Bid { get; init; }

    /// <summary>The best ask as price and size; null when there is none.</summary>
    public IReadOnlyList<string>? Ask { get; init; }

    /// <summary>Merges the views of one market: its trades and its depth may be recorded by different lanes.</summary>
    public static MarketView Merge(IEnumerable<MarketView> views)
    {
        var all = views.ToList();
        var book = all.Find(view => view.Book == "known") ?? all.Find(view => view.Book == "unknown") ?? all[0];
        return book with { LastTrade = all.Select(view => view.LastTrade).MaxBy(trade => trade?.Time) };
    }
}
