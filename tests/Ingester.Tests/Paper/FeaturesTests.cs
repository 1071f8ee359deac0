using System.Globalization;
using Ingester.Paper.History;
using Ingester.Paper.Models;

namespace Ingester.Tests.Paper;

/// <summary>
/// Features and the built-in model. The expected values were computed with Python's <c>decimal</c>: averages, momentum, change over 96 bars of 15 minutes, and the price of the
/// model.
/// </summary>
public sealed class FeaturesTests
{
    private const long Bar = 15 * 60_000_000L;
    private const int Points = 120;

    [Theory]
    [InlineData("up", "111.9", "110.95", "109.45", "0.009017132552", "0.093841642229", "113.1712970542", 1)]
    [InlineData("down", "170.25", "172.625", "176.375", "-0.014471780029", "-0.123552123552", "167.2082031198", -1)]
    [InlineData("zigzag", "56", "53.3", "53.02", "0.076923076923", "0.056603773585", "58.3017148826", 1)]
    public void Features_equal_the_table(string series, string price, string shortAverage, string longAverage, string momentum, string change, string expected, int direction)
    {
        var features = Features.Compute("BTC-USDT", Series(series), null);
        Assert.Equal(Number(price), features.Price);
        Assert.Equal(Number(shortAverage), features.ShortAverage);
        Assert.Equal(Number(longAverage), features.LongAverage);
        Assert.Equal(Number(momentum), Math.Round(features.Momentum, 12));
        Assert.Equal(Number(change), Math.Round(features.DayChange!.Value, 12));
        Assert.Equal(Points, features.Volume);
        Assert.Equal((null, null), (features.Imbalance, features.SpreadBps));
        var answer = TechnicalModel.Predict(features);
        Assert.Equal(Number(expected), Math.Round(answer.Price, 10));
        Assert.Equal(((Direction)direction, 0.7m), (answer.Direction, answer.Confidence));
    }

    [Fact]
    public void Change_of_a_day_is_not_known_if_the_history_is_shorter() =>
        Assert.Null(Features.Compute("BTC-USDT", [.. Series("up").Select(static (point, index) => point with { EndMicros = index * 60_000_000L })], null).DayChange);

    [Fact]
    public void Trend_and_momentum_that_disagree_have_no_direction()
    {
        var points = Series("up");
        points[^1] = points[^1] with { Price = 100m }; // below the price of ten bars before, while the averages still rise
        Assert.Equal(Direction.Flat, TechnicalModel.Predict(Features.Compute("BTC-USDT", points, null)).Direction);
    }

    [Fact]
    public void Fewer_than_100_points_are_refused()
    {
        var refusal = Assert.Throws<HistoryException>(() => Features.Compute("BTC-USDT", Series("up")[..99], null));
        Assert.Equal("The history of BTC-USDT has 99 points; at least 100 are required.", refusal.Message);
    }

    [Fact]
    public void Spread_and_imbalance_are_those_of_the_best_levels()
    {
        var book = new BookFeatures(99m, 101m, 30m, 10m);
        Assert.Equal((200m, 0.5m), (book.SpreadBps, book.Imbalance));
        Assert.Equal(0m, new BookFeatures(99m, 101m, 0m, 0m).Imbalance);
    }

    [Theory]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 5.0, 1.0, 3.0 }, 3.0)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 100.0 }, 3.5)]
    public void Median_is_the_middle_price(double[] prices, double expected) => Assert.Equal((decimal)expected, Median.Of(prices.Select(static price => (decimal)price)));

    private static PricePoint[] Series(string kind) => [.. Enumerable.Range(0, Points).Select(index => new PricePoint((index + 1) * Bar, kind switch
    {
        "up" => 100 + index / 10m,
        "down" => 200 - index * 0.25m,
        _ => 50m + index * 7 % 11 - index * 3 % 5,
    }, index + 1))];

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
