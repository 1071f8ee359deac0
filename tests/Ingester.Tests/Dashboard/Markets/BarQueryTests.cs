using System.Globalization;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Figures;
using Ingester.Dashboard.Markets.Names;
using Ingester.Deriving.Objects;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Ingester.Tests.Deriving;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Bars of the dashboard are those of <c>ingester derive</c>, whether they are stored or computed, and an incomplete bar has no value.</summary>
public sealed class BarQueryTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Computed_bars_equal_derived_ones(int seed)
    {
        var world = new TradeWorld(seed);
        var (minutes, fives) = (await ReadAsync(world, BarInterval.Find("1m")!), await ReadAsync(world, BarInterval.Find("5m")!));
        Assert.DoesNotContain(minutes.Bars.Concat(fives.Bars), static bar => bar.DerivedKey is not null);
        await DeriveRig.DeriveAsync(world.Store, world.Begin - 3 * 60 * Minute, End(world), null, DerivedDataset.Bars);
        var derived = DerivedRow.ReadAll(world.Store, DerivedDataset.Bars).ToDictionary(static row => (row.Micros, row.Integer("minutes")));
        Hold(minutes, derived);
        Hold(fives, derived);
        var (storedMinutes, storedFives) = (await ReadAsync(world, BarInterval.Find("1m")!), await ReadAsync(world, BarInterval.Find("5m")!));
        Assert.Contains(storedMinutes.Bars, static bar => bar.DerivedKey is not null);
        Hold(storedMinutes, derived);
        Hold(storedFives, derived);
    }

    [Fact]
    public async Task Minutes_that_are_proven_are_computed_once_and_others_again()
    {
        var world = new TradeWorld(2);
        var clock = new ManualClock(new(Ingester.Core.Time.Micros.ToDateTime(world.End + 3 * Minute)));
        var query = new BarQuery(new(clock), clock);
        var first = await ReadAsync(query, world, BarInterval.All[0]);
        Assert.Contains(first.Bars, static bar => bar.State == DisplayState.Complete);
        var opened = Opened(world.Store);
        await ReadAsync(query, world, BarInterval.All[0]);
        Assert.Equal(opened, Opened(world.Store));
        world.Repair();
        clock.Advance(TimeSpan.FromHours(1));
        var repaired = await ReadAsync(query, world, BarInterval.All[0]);
        Assert.DoesNotContain(repaired.Bars, bar => bar.StartMicros >= world.Begin && bar.StartMicros < world.End - Minute && DisplayStates.IsWrong(bar.State));
    }

    [Fact]
    public async Task Too_many_bars_are_left_out_and_named()
    {
        var world = new TradeWorld(1);
        var series = await ReadAsync(world, BarInterval.Find("1h")!);
        Assert.Contains("ingester derive", series.Note, StringComparison.Ordinal);
        Assert.Equal(series.Interval.Count, series.Bars.Count);
        Assert.All(series.Bars.Take(series.Bars.Count - BarQuery.MaxComputedMinutes / 60), static bar => Assert.Equal("not computed", bar.Condition));
    }

    private static int Opened(MemoryStore store) => store.Requests.Count(static request => request.StartsWith("GET trades/", StringComparison.Ordinal));

    private static Task<BarSeries> ReadAsync(TradeWorld world, BarInterval interval)
    {
        var clock = new ManualClock(new(Ingester.Core.Time.Micros.ToDateTime(End(world))));
        return ReadAsync(new BarQuery(new(clock), clock), world, interval);
    }

    private static Task<BarSeries> ReadAsync(BarQuery query, TradeWorld world, BarInterval interval) =>
        query.ReadAsync(new MemoryAccess(world.Store).Opened, new MarketId(TradeWorld.Stream.Exchange, TradeWorld.Stream.Market), interval, End(world), CancellationToken.None);

    private static long End(TradeWorld world) => (world.End / (5 * Minute) + 1) * 5 * Minute;

    private static void Hold(BarSeries series, Dictionary<(long, long?), DerivedRow> derived)
    {
        Assert.Equal(series.Interval.Count, series.Bars.Count);
        Assert.Contains(series.Bars, static bar => bar.State is DisplayState.Complete or DisplayState.Quiet or DisplayState.Partial);
        foreach (var bar in series.Bars)
        {
            if (!derived.TryGetValue((bar.StartMicros, series.Interval.Minutes), out var row))
            {
                Assert.Equal("not expected", bar.Condition);
                Assert.Null(bar.Volume);
                continue;
            }

            Assert.Equal(
                (row.Condition, row.Text("reason"), row.Text("open"), row.Text("high"), row.Text("low"), row.Text("close"), row.Text("volume")),
                (bar.Condition, bar.Reason, bar.Open, bar.High, bar.Low, bar.Close, bar.Volume));
            Assert.Equal((row.Integer("buyTrades"), row.Text("buyVolume"), row.Integer("sellTrades"), row.Text("sellVolume")), (bar.BuyTrades, bar.BuyVolume, bar.SellTrades, bar.SellVolume));
            Assert.Equal(row.Number("buyVolume") - row.Number("sellVolume"), bar.VolumeDifference is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null);
            if (row.Condition is "partial" or "missing")
                Assert.True(bar is { Open: null, Volume: null, BuyTrades: null, VolumeDifference: null, Reason: not null });
        }
    }
}
