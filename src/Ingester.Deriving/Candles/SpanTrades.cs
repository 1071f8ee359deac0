using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Deriving.Bars;
using Ingester.Reading.Auditing;

namespace Ingester.Deriving.Candles;

/// <summary>
/// The stored trades of the span of a candle, summed in several ways: those of the order book, all of them, and the first ones, as many as the candle has. Add every trade of
/// the span in order.
/// </summary>
internal sealed class SpanTrades
{
    private readonly Candle candle;
    private readonly string source;
    private readonly ExactDecimal volume;
    private readonly MinuteTrades inBook = new();
    private readonly MinuteTrades all = new();
    private TradeTotals bookTotals, allTotals;

    /// <summary>Starts without trades.</summary>
    /// <param name="candle">The candle.</param>
    /// <param name="source">The dataset of the trades.</param>
    /// <exception cref="FormatException">The volume of the candle is not a number.</exception>
    public SpanTrades(Candle candle, string source)
    {
        (this.candle, this.source, volume) = (candle, source, ExactDecimal.Parse(candle.Volume));
        NoteFirst();
    }

    /// <summary>Number of trades that were not matched in the order book.</summary>
    public long Excluded => allTotals.Count - bookTotals.Count;

    /// <summary>The trades of the order book, as in the bar.</summary>
    public Bar InBook => Sum(inBook);

    /// <summary>All trades, with those outside the order book.</summary>
    public Bar All => Sum(all);

    /// <summary>The sum of the first N trades that were matched in the order book, where N is the number of trades of the candle; null when there are fewer than N.</summary>
    public Bar? FirstInBook { get; private set; }

    /// <summary>The sum of the first N of all trades; N as above.</summary>
    public Bar? FirstOfAll { get; private set; }

    /// <summary>Adds the next trade.</summary>
    public void Add(in ParsedTrade trade)
    {
        inBook.Add(trade);
        all.Add(trade with { IsMarketTrade = true });
        if (trade.IsMarketTrade)
            bookTotals = bookTotals.Add(trade.Price, trade.Size);
        allTotals = allTotals.Add(trade.Price, trade.Size);
        NoteFirst();
    }

    private void NoteFirst()
    {
        if (FirstInBook is null && Matches(bookTotals))
            FirstInBook = Sum(inBook);
        if (FirstOfAll is null && Matches(allTotals))
            FirstOfAll = Sum(all);
    }

    /// <summary>True when the totals have as many trades as the candle or, where the exchange does not count them or the trades are aggregated, the same volume.</summary>
    private bool Matches(in TradeTotals totals) =>
        candle.Trades is { } count && source == "trades" ? totals.Count == count : totals.Volume == volume.Scaled;

    private Bar Sum(MinuteTrades trades) => trades.ToBar("", candle.StartMicros, source, new(WindowVerdict.Complete), canBeProven: true)!;
}
