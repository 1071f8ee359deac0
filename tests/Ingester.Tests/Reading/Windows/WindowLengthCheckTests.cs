using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Windows;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading.Windows;

/// <summary>Which windows of the store are found, and from how few objects.</summary>
public sealed class WindowLengthCheckTests
{
    private static readonly StreamId Eth = new(Dataset.Trades, "binance", "ETH-USDT");
    private static readonly DateTimeOffset Noon = CoverageStore.Midnight.AddHours(12);

    private readonly MemoryStore store = new();

    [Fact]
    public async Task Empty_store_has_no_mismatch() => Assert.Empty(await CheckAsync(Noon, 5));

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(13)] // yesterday
    [InlineData(24 * 6)]
    public async Task Length_of_the_last_windows_is_found_after_a_pause_of_the_recorder(double hours)
    {
        CoverageStore.Record(store, SegmentSample.Trades, Noon.AddMinutes(-20), Noon, 1);
        Assert.Equal((1, 5), Lengths(Assert.Single(await CheckAsync(Noon.AddHours(hours), 5))));
        Assert.Empty(await CheckAsync(Noon.AddHours(hours), 1));
        Assert.Empty(await CheckAsync(Noon.AddHours(hours), 5, Noon));
    }

    [Fact]
    public async Task Windows_older_than_a_week_or_of_markets_that_are_not_recorded_are_ignored()
    {
        CoverageStore.Record(store, SegmentSample.Trades, Noon.AddMinutes(-20), Noon, 1);
        Assert.Empty(await CheckAsync(Noon.AddDays(8), 5));
        Assert.Empty(await new WindowLengthCheck(store, "", [new() { Minutes = 5 }]).CheckLatestAsync("binance", Noon, stream => stream == Eth, CancellationToken.None));
        Assert.Empty(await new WindowLengthCheck(store, "", [new() { Minutes = 5 }]).CheckLatestAsync("kraken", Noon, static _ => true, CancellationToken.None));
    }

    [Fact]
    public async Task Streams_with_windows_of_an_hour_are_found_among_those_of_a_minute()
    {
        CoverageStore.Record(store, Eth, Noon.AddMinutes(-110), Noon.AddMinutes(50), 1);
        CoverageStore.Write(store, Noon, [(SegmentSample.Trades, Window.Containing(Micros.From(Noon.AddHours(-1)), 60)), (Eth, Window.Containing(Micros.From(Noon.AddMinutes(-1)), 1))]);
        Assert.Equal(SegmentSample.Trades, Assert.Single(await CheckAsync(Noon.AddMinutes(51), 1)).Stream);
    }

    [Fact]
    public async Task Coverage_of_every_process_of_the_last_hour_is_read_even_of_a_killed_one()
    {
        CoverageStore.Record(store, SegmentSample.Trades, Noon.AddMinutes(-40), Noon.AddMinutes(-30), 5, "b", process: 7);
        CoverageStore.Record(store, SegmentSample.Trades, Noon.AddMinutes(-40), Noon, 1, "a");
        var mismatch = Assert.Single(await CheckAsync(Noon, 1));
        Assert.Equal(("b", 5), (mismatch.Replica, mismatch.StoredWindow.Minutes));
    }

    [Fact]
    public async Task Number_of_read_objects_does_not_depend_on_the_size_of_the_store()
    {
        CoverageStore.Record(store, SegmentSample.Trades, Noon.AddHours(-10), Noon.AddMinutes(30), 1);
        CoverageStore.Record(store, SegmentSample.Trades, Noon.AddHours(-10), Noon.AddMinutes(30), 1, "b", process: 2);
        Assert.Empty(await CheckAsync(Noon.AddMinutes(31), 1));
        Assert.InRange(store.Count("GET"), 2, 2 * 4);
    }

    [Fact]
    public async Task Unreadable_objects_do_not_hide_the_content_of_others()
    {
        CoverageStore.Record(store, SegmentSample.Trades, Noon.AddMinutes(-5), Noon, 1);
        var last = store.Keys[^1];
        store.Forge(last, "no gzip"u8.ToArray(), ObjectMetadata.None);
        Assert.Single(await CheckAsync(Noon, 5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Segments_of_a_recorder_that_was_killed_before_its_first_coverage_count(bool whole)
    {
        Segment(SegmentSample.Trades, Noon, whole);
        Assert.Equal((1, 5), Lengths(Assert.Single(await CheckAsync(Noon.AddMinutes(3), 5))));
        Assert.Empty(await CheckAsync(Noon.AddMinutes(3), 1));
        Assert.Empty(await CheckAsync(Noon.AddDays(8), 5));
    }

    [Fact]
    public async Task Only_windows_around_the_requested_time_are_compared()
    {
        CoverageStore.Record(store, SegmentSample.Trades, Noon.AddMinutes(-20), Noon, 5);
        var check = new WindowLengthCheck(store, "", []);
        Assert.Single(await check.CheckAroundAsync("binance", Micros.From(Noon.AddMinutes(-10)), CancellationToken.None));
        Assert.Single(await check.CheckAroundAsync("binance", Micros.From(Noon.AddMinutes(60)), CancellationToken.None));
        Assert.Empty(await check.CheckAroundAsync("binance", Micros.From(Noon.AddMinutes(90)), CancellationToken.None));
        Assert.Empty(await check.CheckAroundAsync("binance", 0, CancellationToken.None));
    }

    private void Segment(StreamId stream, DateTimeOffset at, bool whole) =>
        store.Forge(ObjectKey.Segment("", new(stream, Window.Containing(Micros.From(at), 1), new(7, 9), whole)), [], ObjectMetadata.None);

    private static (int Stored, int Configured) Lengths(WindowLengthMismatch mismatch) => (mismatch.StoredWindow.Minutes, mismatch.ConfiguredMinutes);

    private async Task<IReadOnlyCollection<WindowLengthMismatch>> CheckAsync(DateTimeOffset at, int minutes, DateTimeOffset? from = null) =>
        await new WindowLengthCheck(store, "", [new() { Minutes = minutes, From = from }]).CheckLatestAsync("binance", at, static _ => true, CancellationToken.None);
}
