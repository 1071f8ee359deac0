using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Recording.Snapshots;

/// <summary>The present state of one market, for the status page.</summary>
internal sealed record MarketView
{
    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market.</summary>
    public required string Pair { get; init; }

    /// <summary>The last trade; null before the first.</summary>
    public TradeView? LastTrade { get; init; }

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

/// <summary>A trade, for the status page.</summary>
/// <param name="Time">The exchange time.</param>
/// <param name="Side">The taker's side.</param>
/// <param name="Price">The price.</param>
/// <param name="Size">The size.</param>
internal sealed record TradeView(DateTime Time, string Side, string Price, string Size);

/// <summary>The last trade of a market, stored without allocation.</summary>
internal sealed class LastTradeBuffer
{
    private byte[] price = new byte[24];
    private byte[] size = new byte[24];
    private int priceLength;
    private int sizeLength;
    private long micros = -1;
    private bool takerSells;

    /// <summary>The trade; null before the first.</summary>
    public TradeView? View => micros < 0 ? null : new(
        Micros.ToDateTime(micros), takerSells ? "sell" : "buy",
        System.Text.Encoding.UTF8.GetString(price, 0, priceLength), System.Text.Encoding.UTF8.GetString(size, 0, sizeLength));

    /// <summary>Stores a trade, unless it is older than the last one.</summary>
    public void Update(in TradeEvent trade)
    {
        if (trade.Micros < micros)
            return;
        (micros, takerSells) = (trade.Micros, trade.TakerSells);
        priceLength = Copy(trade.Price, ref price);
        sizeLength = Copy(trade.Size, ref size);
    }

    private static int Copy(ReadOnlySpan<byte> digits, ref byte[] target)
    {
        if (digits.Length > target.Length)
            target = new byte[digits.Length];
        digits.CopyTo(target);
        return digits.Length;
    }
}
