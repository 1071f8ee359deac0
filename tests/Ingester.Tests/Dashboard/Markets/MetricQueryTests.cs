using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Figures;
using Ingester.Dashboard.Markets.Names;
using Ingester.Deriving.Books;
using Ingester.Deriving.Objects;
using Ingester.Testing;
using Ingester.Tests.Deriving;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Spread and imbalance of the dashboard are those of <c>ingester derive</c>, and an unknown book has none.</summary>
public sealed class MetricQueryTests
{
    private static readonly MetricOptions Options = new() { GridSeconds = [60], BandBasisPoints = [MetricQuery.BandBasisPoints], Notionals = [], TopLevels = 1 };

    public static TheoryData<int, bool> Worlds => new() { { 1, true }, { 2, true }, { 3, true }, { 1, false }, { 2, false }, { 3, false } };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Minutes_equal_derived_rows(int seed, bool isNumbered)
    {
        var world = new BookWorld(seed, isNumbered);
        var end = (world.End / Minute + 1) * Minute;
        var clock = new ManualClock(new(Ingester.Core.Time.Micros.ToDateTime(end)));
        var series = await new MetricQuery(new(clock)).ReadAsync(new MemoryAccess(world.Store).Opened, new MarketId(world.Stream.Exchange, world.Stream.Market), end, CancellationToken.None);
        await DeriveRig.DeriveAsync(world.Store, world.Begin, world.End, DeriveRig.Options with { Exchanges = [world.Stream.Exchange], Metrics = Options }, DerivedDataset.BookMetrics);
        var derived = DerivedRow.ReadAll(world.Store, DerivedDataset.BookMetrics).ToDictionary(static row => row.Micros);
        Assert.NotEmpty(derived);
        Assert.Equal(MetricQuery.Minutes, series.Minutes.Count);
        var compared = 0;
        foreach (var minute in series.Minutes)
        {
            if (!derived.TryGetValue(minute.StartMicros + Minute, out var row))
            {
                Assert.True(minute is { SpreadMean: null, Imbalance: null, Bid: null });
                continue;
            }

            compared++;
            Assert.Equal(
                (row.Condition, row.Text("reason"), row.Text("bid"), row.Text("ask"), row.Text("spread"), row.Text("spreadBpsMean"), row.Text("imbalance10"), row.Text("imbalanceMean10")),
                (minute.Condition, minute.Reason, minute.Bid, minute.Ask, minute.Spread, minute.SpreadMean, minute.Imbalance, minute.ImbalanceMean));
            if (row.Condition == "missing")
                Assert.True(minute is { Bid: null, Spread: null, Imbalance: null, State: DisplayState.Missing, Reason: not null });
        }

        Assert.Equal(derived.Count, compared);
    }
}
