using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Running;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Deriving;

/// <summary>Each minute is derived exactly once from the same inputs, whatever happens to the process, and again when its inputs change.</summary>
public sealed class RevisionTests
{
    [Fact]
    public async Task Two_at_once_write_the_same_objects_as_one()
    {
        var (alone, together) = (new TradeWorld(3), new TradeWorld(3));
        await DeriveRig.DeriveAsync(alone.Store, alone.Begin, alone.End, null, DerivedDataset.Bars);
        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => DeriveRig.DeriveAsync(together.Store, together.Begin, together.End, null, DerivedDataset.Bars))));
        Same(alone.Store, together.Store);
        Assert.Equal(DeriveRig.Keys(alone.Store).Count, reports.Sum(report => report.Written));
    }

    [Fact]
    public async Task A_stopped_run_is_finished_by_the_next()
    {
        var (alone, stopped) = (new TradeWorld(4), new TradeWorld(4));
        await DeriveRig.DeriveAsync(alone.Store, alone.Begin, alone.End, null, DerivedDataset.Bars);
        var middle = DeriveRig.Keys(alone.Store)[3];
        stopped.Store.Refused = middle;
        await Assert.ThrowsAsync<StoreException>(() => DeriveRig.DeriveAsync(stopped.Store, stopped.Begin, stopped.End, null, DerivedDataset.Bars));
        Assert.Equal(3, DeriveRig.Keys(stopped.Store).Count);
        stopped.Store.Refused = null;
        await DeriveRig.DeriveAsync(stopped.Store, stopped.Begin, stopped.End, null, DerivedDataset.Bars);
        Same(alone.Store, stopped.Store);
    }

    [Fact]
    public async Task Repaired_minutes_and_the_longer_bars_with_them_get_the_next_revision_and_others_do_not()
    {
        var world = new TradeWorld(6);
        await DeriveRig.DeriveAsync(world.Store, world.Begin, world.End, null, DerivedDataset.Bars);
        var partial = DerivedRow.ReadAll(world.Store, DerivedDataset.Bars).Where(row => row.Integer("minutes") == 1 && row.Condition is ("partial" or "missing")).Select(row => row.Micros).ToHashSet();
        Assert.NotEmpty(partial);
        world.Repair();
        await DeriveRig.DeriveAsync(world.Store, world.Begin, world.End, null, DerivedDataset.Bars);
        var rows = DerivedRow.ReadAll(world.Store, DerivedDataset.Bars);
        var repaired = rows.FindAll(row => row.Integer("minutes") == 1 && partial.Contains(row.Micros) && row.Condition is ("complete" or "quiet"));
        Assert.Contains(repaired, row => row.Integer("minutes") == 1 && row.Revision == 2);
        Assert.DoesNotContain(repaired, row => partial.Contains(row.Micros) && row.Revision == 1);
        Assert.Contains(rows, row => row.Revision == 1);
        Assert.All(DeriveRig.Keys(world.Store), key => Assert.Matches(@"/\d{4}_r[12]\.json\.gz$", key));
        foreach (var key in DeriveRig.Keys(world.Store))
            Assert.Matches("^\\{\"header\":\"bars\",\"revision\":[12],\"inputs\":\"[0-9a-f]{64}\",\"inputCount\":", StoredText.Unpack(world.Store.Body(key))!);
    }

    [Fact]
    public async Task Shards_together_do_all_the_work_once()
    {
        var (alone, sharded) = (new TradeWorld(5), new TradeWorld(5));
        await DeriveRig.DeriveAsync(alone.Store, alone.Begin, alone.End + 150 * Minute, null, DerivedDataset.Bars);
        foreach (var index in new[] { 2, 1, 3 })
            await DeriveRig.DeriveAsync(sharded.Store, sharded.Begin, sharded.End + 150 * Minute, DeriveRig.Options with { Shard = new(index, 3), BarMinutes = [1] }, DerivedDataset.Bars);
        Assert.Equal(DeriveRig.Keys(alone.Store), DeriveRig.Keys(sharded.Store));
    }

    [Fact]
    public async Task A_follower_derives_a_minute_after_the_delay_compacts_the_hour_and_finds_late_changes()
    {
        var world = new TradeWorld(7);
        var clock = new ManualClock(Micros.ToDateTime(Window.Containing(world.Begin, 1).EndMicros));
        using var meter = new IngesterMeter();
        await using var follower = new DeriveFollower("binance", () => CreateBars(world.Store, clock), new() { LookBack = TimeSpan.FromHours(2) }, clock, new(meter, NullLogger<DeriveEvents>.Instance));
        await SettleAsync(follower);
        Assert.DoesNotContain(DeriveRig.Keys(world.Store), key => key.EndsWith($"/{Micros.ToDateTime(world.Begin):HHmm}_r1.json.gz", StringComparison.Ordinal));
        clock.Advance(TimeSpan.FromMinutes(2));
        await SettleAsync(follower);
        Assert.Contains(DeriveRig.Keys(world.Store), key => key.EndsWith($"/{Micros.ToDateTime(world.Begin):HHmm}_r1.json.gz", StringComparison.Ordinal));
        clock.Advance(TimeSpan.FromMinutes(90));
        await SettleAsync(follower);
        var hours = DeriveRig.Keys(world.Store, ".parquet");
        Assert.NotEmpty(hours);
        Assert.Equal(Micros.ToDateTime(follower.DerivedTo!.Value), clock.GetUtcNow().UtcDateTime.AddMinutes(-2));
        world.Repair();
        clock.Advance(TimeSpan.FromMinutes(61));
        await SettleAsync(follower);
        Assert.Contains(DeriveRig.Keys(world.Store), key => key.EndsWith("_r2.json.gz", StringComparison.Ordinal));
        Assert.NotEmpty(DeriveRig.Keys(world.Store, ".parquet").Except(hours));
    }

    [Fact]
    public async Task A_follower_reports_an_unexpected_error_at_once_and_starts_again_with_longer_pauses()
    {
        var world = new TradeWorld(7);
        var clock = new ManualClock(Micros.ToDateTime(Window.Containing(world.Begin, 1).EndMicros + 2 * Minute));
        using var meter = new IngesterMeter();
        using var log = new LogLines<DeriveEvents>();
        var attempts = 0;
        await using var follower = new DeriveFollower(
            "binance", () => ++attempts <= 3 ? throw new InvalidOperationException("A bug.") : CreateBars(world.Store, clock), new(), clock, new(meter, log));
        using var stop = new CancellationTokenSource();
        var running = follower.RunAsync(stop.Token);
        foreach (var pause in new[] { 10, 20, 40 })
        {
            await clock.TimerWithinAsync(TimeSpan.FromSeconds(pause));
            Assert.Equal($"An unexpected error ended the work on binance. It starts again in {pause} s.", log.Of(LogLevel.Error)[^1]);
            Assert.False(running.IsCompleted);
            clock.Advance(TimeSpan.FromSeconds(pause));
        }

        await clock.TimerWithinAsync(TimeSpan.FromMinutes(1)); // everything is done: it waits for the next minute
        Assert.Equal((4, 3), (attempts, log.Of(LogLevel.Error).Count));
        Assert.NotEmpty(DeriveRig.Keys(world.Store));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static ExchangeDeriver CreateBars(MemoryStore store, TimeProvider clock) =>
        new(new ArchiveReader(store, ""), new DerivedStore(store, "", clock), "binance", DeriveRig.Options with { Datasets = [DerivedDataset.Bars] });

    private static async Task SettleAsync(DeriveFollower follower)
    {
        while (await follower.StepAsync(CancellationToken.None) == TimeSpan.Zero)
        {
        }
    }

    private static void Same(MemoryStore one, MemoryStore other)
    {
        Assert.Equal(one.Keys, other.Keys);
        Assert.All(DeriveRig.Keys(one), key => Assert.Equal(StoredText.Unpack(one.Body(key)), StoredText.Unpack(other.Body(key))));
    }
}
