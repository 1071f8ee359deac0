using System.Globalization;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Memory;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Candles;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Reading.Objects;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Deriving.Candles;

/// <summary>The exchange's candle beside the bar of the recorded trades.</summary>
public sealed class CandleComparerTests
{
    private const string Pair = "BTC-USDT";
    private static readonly long Start = Micros.From(new DateTimeOffset(2026, 11, 29, 10, 0, 0, TimeSpan.Zero));
    private static readonly CandleSeries Minutes = new("binance", Pair, TimeSpan.FromMinutes(1));

    /// <summary>Two bought at 10 and one sold at 12.5.</summary>
    private static readonly Bar Bar = new()
    {
        Market = Pair,
        StartMicros = Start,
        Minutes = 1,
        Source = "trades",
        Condition = DataCondition.Complete,
        Open = ExactDecimal.Parse("10"),
        High = ExactDecimal.Parse("12.50"),
        Low = ExactDecimal.Parse("10.0"),
        Close = ExactDecimal.Parse("12.5"),
        Buys = default(TradeTotals).Add(ExactDecimal.Parse("10"), ExactDecimal.Parse("2")),
        Sells = default(TradeTotals).Add(ExactDecimal.Parse("12.5"), ExactDecimal.Parse("1")),
    };

    private static readonly Candle Candle = new(Start, "10.00", "12.5", "10", "12.5000", "3.0") { QuoteVolume = "32.50", Trades = 2, BuyVolume = "2", BuyQuoteVolume = "20.0" };

    [Fact]
    public void Same_numbers_with_other_zeros_are_equal() => Assert.Equal(CandleVerdict.Equal, Compare(Candle, Bar).Verdict);

    [Fact]
    public void Difference_names_each_field_with_both_values()
    {
        var comparison = Compare(Candle with { Volume = "2", Trades = 1, QuoteVolume = "20", Close = "10" }, Bar);
        Assert.Equal((CandleVerdict.Unexplained, "The candle lacks 1 trades that are recorded; the bar is complete."), (comparison.Verdict, comparison.Explanation));
        Assert.Equal(["close 10 (bar 12.5)", "volume 2 (bar 3)", "quoteVolume 20 (bar 32.5)", "trades 1 (bar 2)"], comparison.Differences);
    }

    [Theory]
    [InlineData("buy 10 2, sell 12.5 1, insurance 12 5", "10 12.5 10 12 8 92.5 3 7 80", "other-trades", "includes 1 trades outside the order book")]
    [InlineData("buy 10 2, sell 12.5 1, insurance 12 5", "10 12.5 10 12 8 92.5 4 7 80", "unknown", "The candle has 2 trades that are not recorded")]
    [InlineData("buy 10 2, sell 12.5 1", "10 10 10 10 2 20 1 2 20", "unfinished", "has the first 1 of 2 trades")]
    [InlineData("buy 10 2, sell 12.5 1", "9 9 9 9 0 0 0 0 0", "unfinished", "has the first 0 of 2 trades")]
    [InlineData("buy 10 2, sell 12.5 1", "12.5 12.5 12.5 12.5 1 12.5 1 0 0", "unknown", "The candle lacks 1 trades that are recorded")]
    [InlineData("insurance 12 5, buy 10 2, sell 12.5 1", "12 12 10 10 7 80 2 7 80", "unfinished", "has the first 2 of 3 trades, with those outside the order book")]
    public void Trades_of_the_span_explain_a_difference_that_they_can_make(string trades, string candle, string cause, string explanation)
    {
        var fields = candle.Split(' ');
        var differing = new Candle(Start, fields[0], fields[1], fields[2], fields[3], fields[4])
        {
            QuoteVolume = fields[5],
            Trades = long.Parse(fields[6], CultureInfo.InvariantCulture),
            BuyVolume = fields[7],
            BuyQuoteVolume = fields[8],
        };
        var span = new SpanTrades(differing, "trades");
        foreach (var trade in trades.Split(", "))
            span.Add(trade.Split(' ') is [var side, var price, var size]
                ? new("1"u8.ToArray(), side == "sell", ExactDecimal.Parse(price), ExactDecimal.Parse(size), side != "insurance", IsTimePlausible: true)
                : throw new ArgumentException(trade, nameof(trades)));
        var comparer = new CandleComparer(Minutes, hasBaseVolume: false);
        var comparison = comparer.Explain(comparer.Compare(Start, differing, Bar with { Excluded = span.Excluded }), differing, span);
        Assert.Equal(cause, comparison.Cause.Name());
        Assert.Contains(explanation, comparison.Explanation, StringComparison.Ordinal);
        Assert.Equal(cause == "unknown" ? CandleVerdict.Unexplained : CandleVerdict.Explained, comparison.Verdict);
    }

    [Fact]
    public void Candle_that_the_exchange_has_revised_is_explained_if_the_new_one_equals_the_bar()
    {
        var comparer = new CandleComparer(Minutes, hasBaseVolume: false);
        var wrong = Candle with { Volume = "4" };
        var comparison = comparer.Compare(Start, wrong, Bar);
        Assert.Same(comparison, comparer.Revise(comparison, wrong, wrong with { }, Bar));
        Assert.Equal((CandleVerdict.Explained, CandleCause.Revised), comparer.Revise(comparison, wrong, Candle, Bar) is var revised ? (revised.Verdict, revised.Cause) : default);
        var differs = comparer.Revise(comparison, wrong, Candle with { Volume = "5" }, Bar);
        Assert.Equal((CandleVerdict.Unexplained, CandleCause.Unknown), (differs.Verdict, differs.Cause));
        Assert.EndsWith("the one that it serves now differs too.", differs.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Rounded_value_is_explained_and_a_difference_of_one_unit_is_not()
    {
        var bar = Bar with { Buys = default(TradeTotals).Add(ExactDecimal.Parse("10"), ExactDecimal.Parse("2.004")) };
        Assert.Equal(CandleVerdict.Explained, Compare(Candle with { Volume = "3.00", BuyVolume = "2.00", QuoteVolume = "32.5", BuyQuoteVolume = "20.0" }, bar).Verdict);
        Assert.Equal(CandleVerdict.Unexplained, Compare(Candle with { Volume = "3.01" }, Bar).Verdict);
    }

    [Fact]
    public void Bar_without_values_is_unknown_and_says_what_is_missing()
    {
        var comparison = Compare(Candle, Bar with { Condition = DataCondition.Partial, Reason = "A gap is open.", Missing = 7 });
        Assert.Equal((CandleVerdict.Unknown, "The bar is partial: A gap is open. 7 messages are missing."), (comparison.Verdict, comparison.Explanation));
        Assert.Equal(CandleVerdict.Unknown, Compare(Candle, null).Verdict);
    }

    [Fact]
    public void Unproven_bar_explains_a_difference() =>
        Assert.Equal(CandleVerdict.Explained, Compare(Candle with { Volume = "4" }, Bar with { Condition = DataCondition.Unproven, Reason = "No proof." }).Verdict);

    [Fact]
    public void Quiet_minute_equals_a_candle_without_trades_at_any_price_and_an_absent_candle()
    {
        var quiet = Bar with { Condition = DataCondition.Quiet, Open = null, High = null, Low = null, Close = null, Buys = default, Sells = default };
        var empty = Candle with { Volume = "0.0", QuoteVolume = "0", Trades = 0, BuyVolume = "0", BuyQuoteVolume = "0" };
        Assert.Equal((CandleVerdict.Equal, CandleVerdict.Equal), (Compare(empty, quiet).Verdict, Compare(null, quiet).Verdict));
        Assert.Equal(CandleVerdict.Unexplained, Compare(null, Bar).Verdict);
        Assert.Equal(CandleVerdict.Unexplained, Compare(Candle, quiet).Verdict);
    }

    [Fact]
    public void Number_of_trades_is_not_compared_with_aggregate_trades() =>
        Assert.Equal(CandleVerdict.Equal, Compare(Candle with { Trades = 9 }, Bar with { Source = "agg-trades" }).Verdict);

    [Fact]
    public void Volume_in_another_unit_is_not_compared() =>
        Assert.Equal(CandleVerdict.Equal, new CandleComparer(Minutes, hasBaseVolume: true).Compare(Start, Candle with { Volume = "9", BuyVolume = "8" }, Bar).Verdict);

    [Fact]
    public async Task Stored_candles_are_compared_with_bars_that_are_computed_from_stored_minutes()
    {
        var store = new MemoryStore();
        var derived = new DerivedStore(store, "", TimeProvider.System);
        for (var minute = 0; minute < 5; minute++)
        {
            using var rows = new DerivedRows();
            BarRow.Write(rows, Bar with { StartMicros = Start + minute * Window.MicrosPerMinute });
            await derived.TryWriteAsync(new(DerivedDataset.Bars, "binance", new(Start + minute * Window.MicrosPerMinute, 1), 1, DerivedKey.Rows), new("bars", 1, new string('0', 64), 1, []), rows, default);
        }

        var five = Minutes with { Interval = TimeSpan.FromMinutes(5) };
        var whole = Candle with { Volume = "15", QuoteVolume = "162.5", Trades = 10, BuyVolume = "10", BuyQuoteVolume = "100" };
        await PutAsync(store, five, [whole, whole with { StartMicros = Start + 5 * Window.MicrosPerMinute }]);
        var witness = new CandleWitness(new(store, ""), derived, new(new ArchiveReader(store, "")), "binance");
        var comparisons = await witness.CompareAsync([Pair, "ETH-USDT"], five.Interval, new(Start, Start + 60 * Window.MicrosPerMinute), default).ToListAsync();
        Assert.Equal([(Start, CandleVerdict.Equal), (Start + 5 * Window.MicrosPerMinute, CandleVerdict.Unknown)], comparisons.Select(comparison => (comparison.StartMicros, comparison.Verdict)));
        Assert.Equal("No bar is stored.", comparisons[1].Explanation);
    }

    private static CandleComparison Compare(Candle? candle, Bar? bar) => new CandleComparer(Minutes, hasBaseVolume: false).Compare(Start, candle, bar);

    private static async Task PutAsync(MemoryStore store, CandleSeries series, Candle[] candles)
    {
        using var rows = new RowBuffer();
        foreach (var candle in candles)
            CandleRow.Append(rows, candle);
        using var packed = RowCompression.Compress(rows, 1);
        var key = CandleKey.Of("", series, new(candles[0].StartMicros, candles[^1].StartMicros));
        await store.PutAsync(key, packed, new(RowCompression.Hash(rows), candles.Length, ObjectMetadata.FormatVersion), default);
    }
}
