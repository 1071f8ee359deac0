using Ingester.Core.Status;
using Ingester.Dashboard.Now;
using Ingester.Tests.Core.Status;

namespace Ingester.Tests.Dashboard.Now;

/// <summary>The rows of the page Now: filters, order, gaps.</summary>
public sealed class NowViewTests
{
    private static readonly IReadOnlyList<RecorderView> Recorders =
    [
        SampleStates.Recorder("a", [SampleStates.Exchange("binance"), SampleStates.Exchange("kraken") with { EventsPerSecond = 300 }], [SampleStates.Gap(1), SampleStates.Gap(2, "ETH-USDT"), SampleStates.Gap(3, state: GapState.Closed)]),
        SampleStates.Recorder("b", [SampleStates.Exchange("binance") with { EventsPerSecond = 200, LagP99 = 64 }, SampleStates.Exchange("kraken")]),
    ];

    [Fact]
    public void Rows_are_ordered_by_exchange_and_replica_when_nothing_is_chosen() =>
        Assert.Equal(["a/binance", "b/binance", "a/kraken", "b/kraken"], NowView.Create(Recorders, new()).Exchanges.Select(row => row.Key));

    [Fact]
    public void Rows_are_ordered_by_the_chosen_column_and_keep_their_places_when_equal()
    {
        Assert.Equal(["a/binance", "b/kraken", "b/binance", "a/kraken"], NowView.Create(Recorders, new() { Sort = "events" }).Exchanges.Select(row => row.Key));
        Assert.Equal(["a/kraken", "b/binance", "a/binance", "b/kraken"], NowView.Create(Recorders, new() { Sort = "events", Descending = true }).Exchanges.Select(row => row.Key));
        Assert.Equal(4, NowView.Create(Recorders, new() { Sort = "no-such-column" }).Exchanges.Count);
    }

    [Fact]
    public void Every_column_can_be_ordered_by() =>
        Assert.All(NowView.Columns.Keys, column => Assert.Equal(4, NowView.Create(Recorders, new() { Sort = column }).Exchanges.Count));

    [Fact]
    public void Filter_finds_exchanges_markets_and_replicas_in_any_case()
    {
        var byExchange = NowView.Create(Recorders, new() { Text = "KRAK" });
        Assert.Equal(["a/kraken", "b/kraken"], byExchange.Exchanges.Select(row => row.Key));
        Assert.Empty(byExchange.Gaps);
        Assert.Equal("ETH-USDT", Assert.Single(NowView.Create(Recorders, new() { Text = "eth" }).Gaps).Gap.Pair);
    }

    [Fact]
    public void Only_what_is_wrong_leaves_the_exchanges_with_a_problem() =>
        Assert.Equal(["a/binance"], NowView.Create(Recorders, new() { OnlyWrong = true }).Exchanges.Select(row => row.Key));

    [Fact]
    public void Open_gaps_are_listed_with_their_day_on_the_map_and_closed_ones_are_not()
    {
        var gaps = NowView.Create(Recorders, new()).Gaps;
        Assert.Equal(["a/1", "a/2"], gaps.Select(gap => gap.Key));
        Assert.Equal("completeness/binance/trades/BTC-USDT/2025-11-20", gaps[0].Link);
    }

    [Fact]
    public void Too_many_gaps_are_counted()
    {
        var many = Enumerable.Range(1, NowView.MaxGaps + 5).Select(id => SampleStates.Gap(id)).ToList();
        var view = NowView.Create([SampleStates.Recorder("a", gaps: many, replica: SampleStates.Replica() with { GapsNotListed = 10 })], new());
        Assert.Equal((NowView.MaxGaps, 15L), (view.Gaps.Count, view.HiddenGaps));
    }

    [Fact]
    public void Rows_of_a_silent_recorder_are_the_last_known_ones_and_wrong()
    {
        var row = Assert.Single(NowView.Create([SampleStates.Recorder("a") with { Fault = "silent" }], new()).Exchanges);
        Assert.True(row is { IsStale: true, IsWrong: true });
    }
}
