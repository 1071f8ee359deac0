using System.Numerics;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Books;

/// <summary>The rows of the dataset <c>book-metrics</c>.</summary>
/// <param name="options">The metrics.</param>
/// <param name="names">Their names.</param>
internal sealed class MetricRow(MetricOptions options, MetricNames names)
{
    /// <summary>The columns in order.</summary>
    public static IReadOnlyList<DerivedColumn> Columns(MetricNames names) =>
    [
        new("ts", ColumnKind.Integer), new("pair", ColumnKind.Text), new("seconds", ColumnKind.Integer), new("condition", ColumnKind.Text), new("reason", ColumnKind.Text),
        new("nulls", ColumnKind.Text), new("upto", ColumnKind.Integer),
        .. Numbers(["bid", "ask", "mid", "spread", "spreadBps", "microprice"]), .. Numbers(names.BidSizes), .. Numbers(names.AskSizes),
        .. Numbers(names.BidDepths), .. Numbers(names.AskDepths), .. Numbers(names.Imbalances),
        .. Numbers(names.BuyPrices), .. Numbers(names.BuySlippages), .. Numbers(names.SellPrices), .. Numbers(names.SellSlippages),
        .. Numbers(["midMean", "spreadMean", "spreadBpsMean", "micropriceMean"]), .. Numbers(names.BidDepthMeans), .. Numbers(names.AskDepthMeans), .. Numbers(names.ImbalanceMeans),
        .. Numbers(["bidHorizon", "askHorizon"]),
    ];

    /// <summary>Writes a row.</summary>
    /// <param name="rows">The target.</param>
    /// <param name="market">The market.</param>
    /// <param name="tick">The tick.</param>
    /// <param name="view">The book just before the tick.</param>
    /// <param name="metrics">Its metrics. They are not used if the book is not usable.</param>
    /// <param name="integrals">Integrals over the span of mid, spread, microprice, and of bid and ask depth of each band; null where there is no mean.</param>
    public void Write(DerivedRows rows, string market, MetricTick tick, BookView view, BookMetrics metrics, BigInteger?[] integrals)
    {
        var isUsable = view.IsUsable;
        var isBeyond = isUsable && view.Condition == DataCondition.Complete && metrics.IsBeyondHorizon;
        rows.Begin();
        rows.Integer("ts", tick.Micros);
        rows.Text("pair", market);
        rows.Integer("seconds", tick.Seconds);
        rows.Condition(isBeyond ? DataCondition.BeyondHorizon : view.Condition, isBeyond ? "Some columns need levels beyond the depth to which the book is known." : view.Reason);
        rows.Text("nulls", isUsable && metrics.Nulls.Count > 0 ? JsonSerializer.Serialize(metrics.Nulls.ToDictionary()) : null);
        rows.Integer("upto", isUsable ? view.UpTo : null);
        WriteState(rows, view.Book, isUsable ? metrics : null);
        WriteMeans(rows, tick, integrals);
        rows.Number("bidHorizon", isUsable ? view.Book.Bids.Horizon : null);
        rows.Number("askHorizon", isUsable ? view.Book.Asks.Horizon : null);
        rows.End();
    }

    private void WriteState(DerivedRows rows, OrderBook book, BookMetrics? metrics)
    {
        var best = metrics?.Prices;
        rows.Number("bid", best?.Bid.Price);
        rows.Number("ask", best?.Ask.Price);
        rows.Number("mid", best?.Mid, BookPrices.MidScale);
        rows.Number("spread", best?.Spread, ExactMath.Scale);
        rows.Number("spreadBps", best is { } both ? BookPrices.InBasisPoints(both.Spread, ExactMath.Scale, both.Mid, BookPrices.MidScale) : null, ExactMath.QuotientScale);
        rows.Number("microprice", best?.Microprice, ExactMath.QuotientScale);
        WriteSizes(rows, names.BidSizes, metrics is null ? null : book.Bids);
        WriteSizes(rows, names.AskSizes, metrics is null ? null : book.Asks);
        for (var band = 0; band < names.BidDepths.Count; band++)
            rows.Number(names.BidDepths[band], metrics?.BidDepths[band], ExactMath.Scale);
        for (var band = 0; band < names.AskDepths.Count; band++)
            rows.Number(names.AskDepths[band], metrics?.AskDepths[band], ExactMath.Scale);
        for (var band = 0; band < names.Imbalances.Count; band++)
            rows.Number(names.Imbalances[band], Imbalance(metrics?.BidDepths[band], metrics?.AskDepths[band]), ExactMath.QuotientScale);
        WriteCosts(rows, names.BuyPrices, names.BuySlippages, metrics?.BuyPrices, best, sign: 1);
        WriteCosts(rows, names.SellPrices, names.SellSlippages, metrics?.SellPrices, best, sign: -1);
    }

    private static void WriteSizes(DerivedRows rows, IReadOnlyList<string> columns, BookSide? side)
    {
        for (var rank = 0; rank < columns.Count; rank++)
            rows.Number(columns[rank], side is not null && rank < side.Count && side.IsKnown(side[rank].Price) ? side[rank].Size : null);
    }

    private static void WriteCosts(DerivedRows rows, IReadOnlyList<string> prices, IReadOnlyList<string> slippages, BigInteger?[]? costs, BookPrices? best, int sign)
    {
        const int Finer = BookPrices.MidScale - ExactMath.QuotientScale;
        for (var index = 0; index < prices.Count; index++)
            rows.Number(prices[index], best is null ? null : costs?[index], ExactMath.QuotientScale);
        for (var index = 0; index < slippages.Count; index++)
            rows.Number(slippages[index], best is { } both && costs?[index] is { } cost
                ? BookPrices.InBasisPoints(sign * (cost * ExactMath.PowerOfTen(Finer) - both.Mid), BookPrices.MidScale, both.Mid, BookPrices.MidScale)
                : null, ExactMath.QuotientScale);
    }

    private void WriteMeans(DerivedRows rows, MetricTick tick, BigInteger?[] integrals)
    {
        var (mid, spread, microprice) = (integrals[0], integrals[1], integrals[2]);
        rows.Number("midMean", Mean(mid, BookPrices.MidScale, tick), ExactMath.QuotientScale);
        rows.Number("spreadMean", Mean(spread, ExactMath.Scale, tick), ExactMath.QuotientScale);
        rows.Number("spreadBpsMean", mid is { } sum && spread is { } difference ? BookPrices.InBasisPoints(difference, ExactMath.Scale, sum, BookPrices.MidScale) : null, ExactMath.QuotientScale);
        rows.Number("micropriceMean", Mean(microprice, ExactMath.QuotientScale, tick), ExactMath.QuotientScale);
        var bands = options.BandBasisPoints.Count;
        var bids = integrals.AsSpan(3, bands);
        var asks = integrals.AsSpan(3 + bands, bands);
        for (var band = 0; band < bands; band++)
            rows.Number(names.BidDepthMeans[band], Mean(bids[band], ExactMath.Scale, tick), ExactMath.QuotientScale);
        for (var band = 0; band < bands; band++)
            rows.Number(names.AskDepthMeans[band], Mean(asks[band], ExactMath.Scale, tick), ExactMath.QuotientScale);
        for (var band = 0; band < bands; band++)
            rows.Number(names.ImbalanceMeans[band], Imbalance(bids[band], asks[band]), ExactMath.QuotientScale);
    }

    private static BigInteger? Mean(BigInteger? integral, int scale, MetricTick tick) =>
        integral is { } sum ? ExactMath.Divide(sum, scale, tick.LengthMicros, 0) : null;

    /// <summary>(bid − ask) / (bid + ask); null when one is not known or both are zero.</summary>
    private static BigInteger? Imbalance(BigInteger? bid, BigInteger? ask) =>
        bid is { } bids && ask is { } asks && !(bids + asks).IsZero ? ExactMath.Divide(bids - asks, 0, bids + asks, 0) : null;

    private static IEnumerable<DerivedColumn> Numbers(IEnumerable<string> columns) => columns.Select(static name => new DerivedColumn(name, ColumnKind.Number));
}
