using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Recording.Snapshots;

namespace Ingester.Tests.Recording.Snapshots;

/// <summary>What is fetched next.</summary>
public sealed class SnapshotScheduleTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private readonly WatchRig rig = new();
    private readonly SnapshotSchedule plan;
    private readonly MarketObserver[] watches;

    public SnapshotScheduleTests()
    {
        plan = new(rig.Clock, Interval, new(1));
        watches = [.. Enumerable.Range(0, 4).Select(n => new MarketObserver(new Market($"A{n}-USD", $"A{n}USD"), rig.Exchange.Profile, rig.Lane, rig.Lane.Context))];
        foreach (var watch in watches)
            plan.Add(watch);
    }

    [Fact]
    public void Gaps_precede_starts_and_starts_precede_refreshes()
    {
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        plan.MarkStored(watches[0]);
        rig.Clock.Advance(Interval);
        plan.RequestNow(watches[3], SnapshotReason.Gap);
        plan.RequestNow(watches[2], SnapshotReason.Resync);
        var order = Enumerable.Range(0, 4).Select(_ => plan.TakeDue()!.Value).ToList();
        Assert.Equal([watches[3], watches[2], watches[1], watches[0]], order.Select(errand => errand.Observer));
        Assert.Equal([SnapshotReason.Gap, SnapshotReason.Resync, SnapshotReason.Start, SnapshotReason.Steady], order.Select(errand => errand.Reason));
        Assert.Null(plan.TakeDue());
    }

    [Fact]
    public void Snapshots_are_repeated_within_the_interval_and_spread_over_it()
    {
        foreach (var watch in watches)
            plan.MarkStored(watch);
        var times = new List<TimeSpan>();
        for (var passed = TimeSpan.Zero; passed <= Interval; passed += TimeSpan.FromSeconds(1), rig.Clock.Advance(TimeSpan.FromSeconds(1)))
            while (plan.TakeDue() is not null)
                times.Add(passed);
        Assert.Equal(4, times.Count);
        Assert.True(times.Distinct().Count() > 2);
        Assert.All(times, time => Assert.InRange(time, Interval / 2, Interval));
    }

    [Fact]
    public void Failed_snapshot_is_retried_at_growing_intervals_even_if_it_is_needed_meanwhile()
    {
        plan.RequestNow(watches[0], SnapshotReason.Gap);
        var waits = new List<double>();
        for (var failure = 0; failure < 12; failure++)
        {
            while (plan.TakeDue() is { } errand && errand.Observer != watches[0])
                plan.MarkStored(errand.Observer);
            plan.ScheduleRetry(watches[0]);
            plan.RequestNow(watches[0], SnapshotReason.Gap);
            var began = rig.Clock.GetUtcNow();
            while (plan.TakeDue() is not { Reason: SnapshotReason.Gap })
                rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
            waits.Add((rig.Clock.GetUtcNow() - began).TotalSeconds);
        }

        Assert.InRange(waits[0], 0.5, 1.1);
        Assert.All(waits[8..], wait => Assert.InRange(wait, 60, 120.1));
    }

    [Fact]
    public void Snapshot_in_progress_is_not_fetched_twice()
    {
        plan.RequestNow(watches[0], SnapshotReason.Start);
        Assert.NotNull(plan.TakeDue());
        plan.RequestNow(watches[0], SnapshotReason.Gap);
        Assert.Null(plan.TakeDue());
        plan.ScheduleRetry(watches[0]);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SnapshotReason.Gap, plan.TakeDue()!.Value.Reason);
    }

    [Theory]
    [InlineData("binance", 1, 100)]
    [InlineData("binance", 1000, 1000)]
    [InlineData("binance", 1001, 5000)]
    [InlineData("binance-futures", 51, 100)]
    public void Smallest_sufficient_depth_is_requested(string exchange, int levels, int asked)
    {
        var source = ExchangeCatalog.Find(exchange)!.Profile.Book.SnapshotEndpoint!;
        Assert.Equal(asked, new ExchangeOptions { SnapshotLevels = levels }.RequestedDepth(source).Levels);
        Assert.Null(source.SmallestDepthFor(5001));
    }

    public void Dispose() => rig.Dispose();
}
