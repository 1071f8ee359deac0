using System.Globalization;
using Ingester.Deriving.Books;
using Ingester.Deriving.Objects;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Deriving;

/// <summary>
/// Quotes and metrics of books that are known, recorded with losses and with snapshots of limited depth: every value equals that of the true book, and where the
/// book is not known or not deep enough there is none.
/// </summary>
public sealed class BookPropertyTests
{
    private const int Batch = 2;

    private static readonly int Worlds = int.TryParse(Environment.GetEnvironmentVariable("INGESTER_DERIVE_SEEDS"), CultureInfo.InvariantCulture, out var worlds) ? worlds : 8;
    private static readonly MetricOptions Metrics = new() { Notionals = [50, 500, 5_000] };

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, (Worlds + Batch - 1) / Batch)];

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Numbered_books_have_true_metrics_or_none(int batch)
    {
        var (conditions, _) = await HoldAllAsync(batch, isNumbered: true);
        Assert.True(conditions.GetValueOrDefault("complete") + conditions.GetValueOrDefault("beyond-horizon") > 0 && conditions.GetValueOrDefault("missing") > 0, string.Join(' ', conditions));
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Unnumbered_books_have_true_metrics_that_are_not_proven_or_none(int batch)
    {
        var (conditions, outages) = await HoldAllAsync(batch, isNumbered: false);
        Assert.True((conditions.GetValueOrDefault("unproven") > 0 || outages == 0) && conditions.GetValueOrDefault("missing") > 0, string.Join(' ', conditions));
    }

    /// <summary>Compares the rows of the worlds of a batch. Returns the number of rows by condition, and the number of outages of the replicas.</summary>
    private static async Task<(Dictionary<string, int> Conditions, int Outages)> HoldAllAsync(int batch, bool isNumbered)
    {
        var (conditions, outages) = (new Dictionary<string, int>(StringComparer.Ordinal), 0);
        for (var seed = batch * Batch + 1; seed <= (batch + 1) * Batch; seed++)
        {
            var world = new BookWorld(seed, isNumbered);
            outages += world.Outages;
            await DeriveRig.DeriveAsync(
                world.Store, world.Begin, world.End, DeriveRig.Options with { Exchanges = [world.Stream.Exchange], Metrics = Metrics }, DerivedDataset.Quotes, DerivedDataset.BookMetrics);
            foreach (var row in DerivedRow.ReadAll(world.Store, DerivedDataset.BookMetrics))
            {
                conditions[row.Condition] = conditions.GetValueOrDefault(row.Condition) + 1;
                try
                {
                    Hold(row, world, isNumbered);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    throw new InvalidOperationException($"Seed {seed}, {row.Integer("seconds")} s at {row.Micros} ({row.Condition}, {row.Text("reason")}): {fault.Message}", fault);
                }
            }

            HoldQuotes(DerivedRow.ReadAll(world.Store, DerivedDataset.Quotes), world, isNumbered, seed);
        }

        return (conditions, outages);
    }

    private static void Hold(DerivedRow row, BookWorld world, bool isNumbered)
    {
        if (row.Condition == "missing")
        {
            Assert.NotNull(row.Text("reason"));
            Assert.DoesNotContain(row.Known(), column => row.Integer(column) is null && !column.Contains("Mean", StringComparison.Ordinal) && column is not ("pair" or "condition" or "reason"));
            return;
        }

        if (row.Condition == "unproven" && isNumbered)
            return; // after the last stored diff
        var book = world.Before(row.Micros);
        if (row.Number("mid") is null)
        {
            Assert.Contains("\"mid\":\"beyond-horizon\"", row.Text("nulls"), StringComparison.Ordinal); // every level of the snapshot was removed
            return;
        }

        Assert.Equal((book.Bids.First().Key, book.Asks.First().Key, book.Mid, book.Spread), (row.Number("bid"), row.Number("ask"), row.Number("mid"), row.Number("spread")));
        Near(book.Spread / book.Mid * 10_000, row.Number("spreadBps"));
        Near(book.Microprice, row.Number("microprice"));
        for (var rank = 1; rank <= Metrics.TopLevels; rank++)
        {
            if (row.Number($"bidSize{rank}") is { } bid)
                Assert.Equal(book.Bids.ElementAt(rank - 1).Value, bid);
            if (row.Number($"askSize{rank}") is { } ask)
                Assert.Equal(book.Asks.ElementAt(rank - 1).Value, ask);
        }

        var nulls = row.Text("nulls") ?? "";
        foreach (var band in Metrics.BandBasisPoints)
            HoldBand(row, world, book, band, nulls);
        foreach (var notional in Metrics.Notionals)
        {
            HoldCost(row, "buy", notional, PlainBook.Cost(book.Asks, notional), book.Mid, sign: 1, nulls);
            HoldCost(row, "sell", notional, PlainBook.Cost(book.Bids, notional), book.Mid, sign: -1, nulls);
        }

        var from = row.Micros - row.Integer("seconds")!.Value * Second;
        if (row.Number("midMean") is not null)
        {
            Near(world.Mean(from, row.Micros, one => one.Mid), row.Number("midMean"));
            Near(world.Mean(from, row.Micros, one => one.Spread), row.Number("spreadMean"));
            Near(world.Mean(from, row.Micros, one => one.Microprice), row.Number("micropriceMean"));
        }
    }

    private static void HoldBand(DerivedRow row, BookWorld world, PlainBook book, int band, string nulls)
    {
        var (bid, ask, imbalance) = (row.Number($"bidDepth{band}"), row.Number($"askDepth{band}"), row.Number($"imbalance{band}"));
        Assert.True(bid is not null || nulls.Contains($"\"bidDepth{band}\":\"beyond-horizon\"", StringComparison.Ordinal), nulls);
        Assert.True(ask is not null || nulls.Contains($"\"askDepth{band}\":\"beyond-horizon\"", StringComparison.Ordinal), nulls);
        Assert.Equal((book.BidDepth(band), book.AskDepth(band)), (bid ?? book.BidDepth(band), ask ?? book.AskDepth(band)));
        Assert.Equal(bid is null || ask is null || bid + ask == 0, imbalance is null);
        if (imbalance is not null)
            Near((bid!.Value - ask!.Value) / (bid.Value + ask.Value), imbalance);
        var from = row.Micros - row.Integer("seconds")!.Value * Second;
        if (row.Number($"bidDepthMean{band}") is { } mean)
            Near(world.Mean(from, row.Micros, one => one.BidDepth(band)), mean);
    }

    private static void HoldCost(DerivedRow row, string side, long notional, decimal? cost, decimal mid, int sign, string nulls)
    {
        var (price, slippage) = (row.Number($"{side}Vwap{notional}"), row.Number($"{side}Slippage{notional}"));
        Assert.Equal(price is null, slippage is null);
        if (price is null)
        {
            Assert.Contains($"\"{side}Vwap{notional}\":\"{(nulls.Contains($"\"{side}Vwap{notional}\":\"thin\"", StringComparison.Ordinal) ? "thin" : "beyond-horizon")}\"", nulls, StringComparison.Ordinal);
            Assert.True(cost is null || !nulls.Contains($"\"{side}Vwap{notional}\":\"thin\"", StringComparison.Ordinal), nulls);
            return;
        }

        Near(cost!.Value, price);
        Near(sign * (cost.Value - mid) / mid * 10_000, slippage, 1e-13m);
    }

    private static void HoldQuotes(List<DerivedRow> rows, BookWorld world, bool isNumbered, int seed)
    {
        Assert.NotEmpty(rows);
        for (var index = 0; index < rows.Count; index++)
        {
            var row = rows[index];
            if (row.Condition == "missing")
                Assert.Null(row.Number("bid"));
            if (row.Number("bid") is null || row.Number("ask") is null || (row.Condition == "unproven" && isNumbered))
                continue;
            var until = index + 1 < rows.Count ? rows[index + 1].Micros : row.Micros + 1;
            foreach (var micros in new[] { row.Micros, (row.Micros + until) / 2, until - 1 }.Where(micros => micros >= row.Micros && micros < until))
            {
                var book = world.Before(micros + 1);
                Assert.True(
                    (book.Bids.First(), book.Asks.First()).Equals((KeyValuePair.Create(row.Number("bid")!.Value, row.Number("bidSize")!.Value), KeyValuePair.Create(row.Number("ask")!.Value, row.Number("askSize")!.Value))),
                    $"Seed {seed}: the quote at {micros} is {row.Number("bid")} {row.Number("ask")} instead of {book.Bids.First()} {book.Asks.First()}");
            }
        }
    }

    private static void Near(decimal expected, decimal? actual, decimal tolerance = 2e-17m) =>
        Assert.True(actual is { } value && Math.Abs(value - expected) <= tolerance, $"{expected} is expected instead of {actual}");
}
