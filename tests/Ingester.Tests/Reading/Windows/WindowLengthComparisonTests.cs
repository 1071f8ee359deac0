using Ingester.Core.Time;
using Ingester.Reading.Windows;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading.Windows;

public sealed class WindowLengthComparisonTests
{
    private static readonly DateTimeOffset Noon = CoverageStore.Midnight.AddHours(12);

    [Fact]
    public void Windows_of_the_configured_length_are_no_mismatch()
    {
        var agreement = new WindowLengthComparison([new() { Market = "BTC-*", Minutes = 5 }]);
        agreement.Add(SegmentSample.Trades, Stored(Noon, 5), "a");
        agreement.Add(SegmentSample.Trades with { Market = "ETH-USDT" }, Stored(Noon, 1), "a");
        Assert.Empty(agreement.Mismatches);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    [InlineData(60, 30)]
    public void Window_of_another_length_is_a_mismatch_at_any_age(int stored, int configured)
    {
        var agreement = new WindowLengthComparison([new() { Minutes = configured }]);
        agreement.Add(SegmentSample.Trades, Stored(Noon, stored), "b");
        Assert.Equal(new WindowLengthMismatch(SegmentSample.Trades, Stored(Noon, stored), configured, "b"), Assert.Single(agreement.Mismatches));
    }

    [Fact]
    public void Scheduled_length_applies_from_its_hour_and_the_former_length_before_it()
    {
        var agreement = new WindowLengthComparison([new() { Minutes = 5, From = Noon }]);
        agreement.Add(SegmentSample.Trades, Stored(Noon.AddMinutes(-1), 1), "a");
        agreement.Add(SegmentSample.Trades, Stored(Noon, 5), "a");
        Assert.Empty(agreement.Mismatches);
        agreement.Add(SegmentSample.Trades, Stored(Noon.AddMinutes(7), 1), "b"); // a replica that does not know of it
        Assert.Equal("b", Assert.Single(agreement.Mismatches).Replica);
    }

    [Fact]
    public void Rule_without_its_start_time_is_a_mismatch_with_older_windows()
    {
        var agreement = new WindowLengthComparison([new() { Minutes = 5 }]);
        agreement.Add(SegmentSample.Trades, Stored(Noon, 5), "a");
        agreement.Add(SegmentSample.Trades, Stored(Noon.AddMinutes(-1), 1), "a");
        Assert.Equal(1, Assert.Single(agreement.Mismatches).StoredWindow.Minutes);
    }

    [Fact]
    public void Message_names_the_latest_window_of_each_stream()
    {
        var agreement = new WindowLengthComparison([new() { Minutes = 5 }]);
        foreach (var minute in new[] { 3, 8, 2 })
            agreement.Add(SegmentSample.Trades, Stored(Noon.AddMinutes(minute), 1), "a");
        Assert.Equal("trades/binance/BTC-USDT: the store holds windows of 1 minute at 2025-10-25 12:08 UTC (replica a), the settings give 5 minutes for that time.",
            Assert.Single(agreement.Mismatches).Message);
    }

    private static Window Stored(DateTimeOffset at, int minutes) => Window.Containing(Micros.From(at), minutes);
}
