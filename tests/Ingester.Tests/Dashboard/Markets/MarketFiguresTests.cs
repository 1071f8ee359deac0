using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Books;
using Ingester.Dashboard.Markets.Charts;
using Ingester.Dashboard.Markets.Figures;
using Ingester.Reading.Books;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Charts leave out what is not known, and shade what is not proven.</summary>
public sealed class MarketFiguresTests
{
    private static readonly BarSeries Series = new(
        BarInterval.All[0], T0, T0 + 4 * Minute,
        [
            new() { StartMicros = T0, State = DisplayState.Complete, Condition = "complete", Open = "1", High = "3", Low = "0.5", Close = "2", BuyVolume = "5", SellVolume = "2", VolumeDifference = "3" },
            new() { StartMicros = T0 + Minute, State = DisplayState.Partial, Condition = "partial", Reason = "Ids are missing." },
            new() { StartMicros = T0 + 2 * Minute, State = DisplayState.Partial, Condition = "partial", Reason = "Ids are missing." },
            new() { StartMicros = T0 + 3 * Minute, State = DisplayState.Quiet, Condition = "quiet", BuyVolume = "0", SellVolume = "0", VolumeDifference = "0" },
        ],
        [], null);

    [Fact]
    public void Bar_without_values_is_not_drawn_but_shaded()
    {
        var candles = MarketFigures.Candles(Series);
        var series = Assert.Single(candles.Series);
        Assert.Equal([2, null, null, null], series.Y);
        Assert.Equal([1, null, null, null], series.Open);
        Assert.Equal("2025-10-25 00:00:00", series.X[0]);
        Assert.Equal(new("2025-10-25 00:00:30", "2025-10-25 00:02:30", DisplayState.Partial), Assert.Single(candles.Bands));
        Assert.Contains("1 of 4 values are known", candles.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Sells_are_drawn_below_zero_and_the_difference_as_a_line()
    {
        var volumes = MarketFigures.Volumes(Series).Series;
        Assert.Equal([5, null, null, 0], volumes[0].Y);
        Assert.Equal([-2, null, null, 0], volumes[1].Y);
        Assert.Equal([3, null, null, 0], volumes[2].Y);
    }

    [Fact]
    public void Depth_ends_where_the_book_is_not_known()
    {
        var book = new BookPicture
        {
            AtMicros = T0,
            Proof = BookProof.Proven,
            Reason = "",
            Bids = new([new("10", "1", "1", IsUncertain: false), new("9", "2", "3", IsUncertain: true)], 2, "10"),
            Asks = new([new("11", "4", "4", IsUncertain: false)], 1, null),
        };
        var depth = MarketFigures.Depth(book);
        Assert.False(depth.IsTime);
        Assert.Equal([1.0], depth.Series[0].Y);
        Assert.Equal([11.0], depth.Series[1].X.Cast<double>());
    }
}
