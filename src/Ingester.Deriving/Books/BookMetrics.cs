using System.Numerics;
using Ingester.Core.Books;

namespace Ingester.Deriving.Books;

/// <summary>The metrics of one state of a book. Null values have a reason in <see cref="Nulls"/>.</summary>
internal sealed class BookMetrics
{
    /// <summary>The reason of a null: more levels are needed than are known.</summary>
    public const string BeyondHorizon = "beyond-horizon";

    /// <summary>The reason of a null: the side has no level, or too few for the notional.</summary>
    public const string Thin = "thin";

    private const string NotPositive = "mid-not-positive";

    private readonly MetricOptions options;
    private readonly MetricNames names;
    private readonly List<KeyValuePair<string, string>> nulls = [];

    /// <summary>Starts with no values.</summary>
    public BookMetrics(MetricOptions options, MetricNames names)
    {
        (this.options, this.names) = (options, names);
        (BidDepths, AskDepths) = (new BigInteger?[options.BandBasisPoints.Count], new BigInteger?[options.BandBasisPoints.Count]);
        (BuyPrices, SellPrices) = (new BigInteger?[options.Notionals.Count], new BigInteger?[options.Notionals.Count]);
    }

    /// <summary>The best prices; null when a side has no known level.</summary>
    public BookPrices? Prices { get; private set; }

    /// <summary>Cumulative bid sizes within each band, with 20 decimals.</summary>
    public BigInteger?[] BidDepths { get; }

    /// <summary>Cumulative ask sizes within each band, with 20 decimals.</summary>
    public BigInteger?[] AskDepths { get; }

    /// <summary>Mean prices of market buys of each notional.</summary>
    public BigInteger?[] BuyPrices { get; }

    /// <summary>Mean prices of market sells of each notional.</summary>
    public BigInteger?[] SellPrices { get; }

    /// <summary>The columns that are null although the book is known, with their reasons.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Nulls => nulls;

    /// <summary>True when a column is null because it needs levels beyond the depth to which the book is known.</summary>
    public bool IsBeyondHorizon => nulls.Exists(static one => one.Value == BeyondHorizon);

    /// <summary>Measures best prices and bands. They are needed at each change, for means over time.</summary>
    public void MeasureBands(OrderBook book)
    {
        nulls.Clear();
        Prices = KnownBest(book.Bids) is { } bid && KnownBest(book.Asks) is { } ask ? new(bid, ask) : null;
        Array.Clear(BidDepths);
        Array.Clear(AskDepths);
        if (Prices is not { } best)
        {
            var reason = book.Bids.Horizon is null && book.Asks.Horizon is null ? Thin : BeyondHorizon;
            AddNulls(names.AllOfBothSides, reason);
            return;
        }

        if (best.Mid.Sign <= 0)
        {
            AddNulls(names.AllRelativeToMid, NotPositive);
            return;
        }

        DepthBands.Measure(book.Bids, isBid: true, best, options.BandBasisPoints, BidDepths);
        DepthBands.Measure(book.Asks, isBid: false, best, options.BandBasisPoints, AskDepths);
        for (var band = 0; band < BidDepths.Length; band++)
        {
            if (BidDepths[band] is null)
                nulls.Add(new(names.BidDepths[band], BeyondHorizon));
            if (AskDepths[band] is null)
                nulls.Add(new(names.AskDepths[band], BeyondHorizon));
            if (BidDepths[band] is null || AskDepths[band] is null)
                nulls.Add(new(names.Imbalances[band], BeyondHorizon));
            else if ((BidDepths[band] + AskDepths[band])!.Value.IsZero)
                nulls.Add(new(names.Imbalances[band], Thin));
        }
    }

    /// <summary>Measures the cost of market orders. Call it once after <see cref="MeasureBands"/>, at a tick.</summary>
    public void MeasureCosts(OrderBook book)
    {
        var (buyReason, sellReason) = (
            MarketOrderCost.Measure(book.Asks, options.Notionals, BuyPrices) ? BeyondHorizon : Thin,
            MarketOrderCost.Measure(book.Bids, options.Notionals, SellPrices) ? BeyondHorizon : Thin);
        if (Prices is not { Mid.Sign: > 0 })
            return; // the reason is noted already
        for (var index = 0; index < BuyPrices.Length; index++)
        {
            if (BuyPrices[index] is null)
                AddNulls([names.BuyPrices[index], names.BuySlippages[index]], buyReason);
            if (SellPrices[index] is null)
                AddNulls([names.SellPrices[index], names.SellSlippages[index]], sellReason);
        }
    }

    private void AddNulls(IEnumerable<string> columns, string reason) => nulls.AddRange(columns.Select(column => KeyValuePair.Create(column, reason)));

    private static BookLevel? KnownBest(BookSide side) => side.Best is { } best && side.IsKnown(best.Price) ? best : null;
}
