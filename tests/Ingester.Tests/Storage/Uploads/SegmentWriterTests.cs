using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Storage.Uploads;

public sealed class SegmentWriterTests
{
    private const string Key = "md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json.gz";

    private readonly ManualClock clock = new();
    private readonly MemoryStore store = new();

    [Fact]
    public async Task Segment_is_stored_with_its_hash_rows_and_format()
    {
        await using var rig = new WriterRig(store, clock);
        var segment = SegmentSample.Segment();
        var hash = RowCompression.Hash(segment.Rows);
        Assert.True(rig.Writer.TryAdd(segment));
        await rig.CompleteAsync();
        Assert.Equal([Key], store.Keys);
        Assert.Equal(new ObjectMetadata(hash, 2, "2"), store.Metadata(Key));
        Assert.Equal(hash, await RowCompression.HashCompressedAsync(new MemoryStream(store.Body(Key)), CancellationToken.None));
        Assert.Equal(0, segment.Rows.Length); // given back to the pool
        Assert.Equal(1, rig.Meter.SegmentsStored.TotalOf("stored"));
        Assert.Equal(default, rig.Writer.BacklogState);
    }

    [Theory]
    [InlineData(true, "chain", "chain")]
    [InlineData(true, "checksum-10", "checksum-10")]
    [InlineData(true, "none", null)] // not said
    [InlineData(false, "chain", null)] // a fragment proves nothing
    public async Task Whole_segment_is_stored_with_its_grade(bool whole, string grade, string? stored)
    {
        await using var rig = new WriterRig(store, clock);
        Assert.True(rig.Writer.TryAdd(SegmentSample.Segment(whole: whole) with { Grade = ProofGrade.Parse(grade)!.Value }));
        await rig.CompleteAsync();
        Assert.Equal(stored, store.Metadata(Assert.Single(store.Keys)).Grade?.ToString());
    }

    [Fact]
    public async Task Second_replica_waits_looks_up_the_key_and_writes_nothing()
    {
        await using var a = new WriterRig(store, clock, "a", ["a", "b"]);
        await using var b = new WriterRig(store, clock, "b", ["a", "b"]);
        var (first, second) = a.RankOf(SegmentSample.Trades.Text) == 0 ? (a, b) : (b, a);
        Assert.True(second.Writer.TryAdd(SegmentSample.Segment()));
        Assert.True(first.Writer.TryAdd(SegmentSample.Segment()));
        await store.UntilAsync(() => store.Count("STORED") == 1);
        clock.Advance(TimeSpan.FromSeconds(19.9));
        Assert.Equal(0, store.Count("HEAD"));
        Assert.Equal((1, TimeSpan.FromSeconds(19.9)), (second.Writer.BacklogState.Objects, second.Writer.BacklogState.OldestAge));
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await store.UntilAsync(() => store.Count("HEAD") == 1);
        await second.CompleteAsync();
        Assert.Equal(1, store.Count("PUT"));
        Assert.Equal((1, 1), (first.Meter.SegmentsStored.TotalOf("stored"), second.Meter.SegmentsStored.TotalOf("duplicate")));
    }

    [Fact]
    public async Task Where_the_first_replica_is_dead_the_second_writes_after_its_turn()
    {
        await using var a = new WriterRig(store, clock, "a", ["a", "b"]);
        await using var b = new WriterRig(store, clock, "b", ["a", "b"]);
        var living = a.RankOf(SegmentSample.Trades.Text) == 1 ? a : b;
        Assert.True(living.Writer.TryAdd(SegmentSample.Segment()));
        clock.Advance(TimeSpan.FromSeconds(19.9));
        Assert.Empty(store.Requests);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await store.UntilAsync(() => store.Count("STORED") == 1);
        Assert.Equal(["HEAD " + Key, "PUT " + Key, "STORED " + Key], store.Requests);
    }

    [Fact]
    public async Task Uploads_are_spread_over_a_span_by_stream_the_same_on_every_replica()
    {
        await using var a = new WriterRig(store, clock, "a", change: options => options.UploadSpread = TimeSpan.FromSeconds(5));
        for (var number = 0; number < 500; number++)
            Assert.True(a.Writer.TryAdd(SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"))));
        for (var second = 1; second <= 5; second++)
        {
            var expected = Enumerable.Range(0, 500).Count(number =>
                StableHash.OffsetWithin(TimeSpan.FromSeconds(5), $"trades/binance/M{number}-USD") <= TimeSpan.FromSeconds(second));
            Assert.InRange(expected, second * 80, second * 120);
            clock.Advance(TimeSpan.FromSeconds(1));
            await store.UntilAsync(() => store.Count("STORED") == expected);
        }
    }

    [Fact]
    public async Task Stop_ends_all_waits_and_writes_everything()
    {
        await using var rig = new WriterRig(store, clock, "a", ["a", "b", "c"], options => options.UploadSpread = TimeSpan.FromMinutes(1));
        for (var number = 0; number < 100; number++)
            Assert.True(rig.Writer.TryAdd(SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"))));
        Assert.Equal(100, rig.Writer.BacklogState.Objects);
        await rig.CompleteAsync();
        Assert.Equal(100, store.Keys.Count);
        Assert.False(rig.TryAdd(SegmentSample.Segment()));
    }

    [Fact]
    public async Task Upload_without_space_is_rejected_and_stays_with_its_owner()
    {
        var open = new TaskCompletionSource();
        store.Gate = open.Task;
        await using var rig = new WriterRig(store, clock, change: options => (options.MaxQueuedObjects, options.MaxQueuedBytes) = (3, 100));
        Assert.False(rig.TryAdd(SegmentSample.Segment(rows: new string('x', 101))));
        for (var number = 0; number < 3; number++)
            Assert.True(rig.Writer.TryAdd(SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"))));
        var refused = SegmentSample.Segment(new(Dataset.Trades, "binance", "M3-USD"));
        var length = refused.Rows.Length;
        Assert.False(rig.Writer.TryAdd(refused));
        Assert.Equal(length, refused.Rows.Length);
        Assert.Equal((3, 3 * length), (rig.Writer.BacklogState.Objects, rig.Writer.BacklogState.Bytes));
        var room = rig.Writer.WhenDrainedToAsync(0.5);
        Assert.False(room.IsCompleted);
        open.SetResult();
        await room.WaitAsync(ManualClock.Patience);
        Assert.InRange(rig.Writer.BacklogState.Objects, 0, 1);
        Assert.True(rig.Writer.TryAdd(refused));
        await rig.CompleteAsync();
        Assert.Equal(4, store.Keys.Count);
    }

    [Fact]
    public async Task Failing_store_is_retried_until_it_answers_and_reported_once()
    {
        store.Failure = new("The bucket 'x' is on fire.", permanent: false);
        await using var rig = new WriterRig(store, clock, change: options =>
        {
            options.MaxRetryDelay = TimeSpan.FromSeconds(1);
            options.UploadWorkers = 1; // so that the timer that is waited for is the retry's, and not another worker's
        });
        Assert.True(rig.Writer.TryAdd(SegmentSample.Segment()));
        while (store.Count("PUT") < 5)
        {
            await clock.TimerWithinAsync(TimeSpan.FromSeconds(1));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await clock.TimerWithinAsync(TimeSpan.FromSeconds(1));
        store.Failure = null;
        clock.Advance(TimeSpan.FromSeconds(1));
        await store.UntilAsync(() => store.Count("STORED") == 1);
        await rig.CompleteAsync();
        var failures = store.Count("PUT") - 1;
        Assert.Equal(failures, rig.Meter.UploadsFailed.Total);
        Assert.Equal(["Requests to the store fail and are retried; no data is lost yet. The bucket 'x' is on fire."], rig.Log.Of(LogLevel.Warning));
        Assert.Equal([$"The store accepts requests again after {failures} failed attempts."], rig.Log.Of(LogLevel.Information));
        Assert.Empty(rig.Log.Of(LogLevel.Error));
    }

    [Fact]
    public async Task Stop_ends_the_wait_after_a_failure_and_retries_once()
    {
        store.Failure = new("No.", permanent: true);
        await using var rig = new WriterRig(store, clock, change: options => options.UploadWorkers = 1); // the timer is the retry's, and not another worker's
        Assert.True(rig.Writer.TryAdd(SegmentSample.Segment()));
        await store.UntilAsync(() => store.Count("PUT") == 1);
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(10));
        store.Failure = null;
        await rig.CompleteAsync();
        Assert.Equal([Key], store.Keys);
        Assert.Single(rig.Log.Of(LogLevel.Error));
    }

    [Fact]
    public async Task Objects_that_are_not_stored_within_the_stop_timeout_are_counted_and_reported()
    {
        store.Gate = new TaskCompletionSource().Task;
        await using var rig = new WriterRig(store, clock, change: options => options.UploadWorkers = 2);
        var segments = Enumerable.Range(0, 5).Select(number => SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"))).ToArray();
        Assert.All(segments, segment => Assert.True(rig.Writer.TryAdd(segment)));
        await store.UntilAsync(() => store.Count("PUT") == 2);
        var complete = rig.Writer.CompleteAsync(TimeSpan.FromSeconds(20));
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(15));
        clock.Advance(TimeSpan.FromSeconds(15));
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(5, await complete.WaitAsync(ManualClock.Patience));
        Assert.Contains("5 objects", Assert.Single(rig.Log.Of(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_accepts_everything_and_is_notified_when_there_is_room()
    {
        store.Gate = new TaskCompletionSource().Task;
        await using var rig = new WriterRig(store, clock, options: new() { UploadSpread = TimeSpan.Zero, IsBatch = true, MaxQueuedObjects = 10, MaxJournalBytes = 1 << 16 });
        var room = rig.Writer.WhenDrainedToAsync(0.5);
        for (var number = 0; number < 5_000; number++)
            Assert.True(rig.Writer.TryAdd(SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"))));
        for (var row = 0; row < 5_000; row++)
            rig.Writer.Add(new(Dataset.Gaps, "binance", new string('x', 100)));
        var waiting = rig.Writer.WhenDrainedToAsync(0.5);
        Assert.Equal((true, false), (room.IsCompleted, waiting.IsCompleted));
        store.Gate = Task.CompletedTask;
        Assert.Equal(0, rig.Meter.JournalRowsLost.Total);
    }

    [Fact]
    public async Task Batch_ends_with_the_error_of_the_store_after_a_permanent_refusal()
    {
        var writer = new SegmentWriter(store, new() { Replica = "a", ProcessStartMicros = 1 },
            new() { UploadSpread = TimeSpan.Zero, IsBatch = true, RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(1) },
            TimeProvider.System, new(new WriterRig.CollectingLog(), new()));
        store.Failure = new("No permission.", permanent: true);
        Assert.True(writer.TryAdd(SegmentSample.Segment()));
        Assert.Equal(store.Failure, await Assert.ThrowsAsync<StoreException>(() => writer.RunAsync(CancellationToken.None).WaitAsync(ManualClock.Patience)));
        Assert.Equal(1, await writer.CompleteAsync(ManualClock.Patience));
        writer.Dispose();
    }

    [Fact]
    public async Task Fault_of_the_program_ends_all_loops_and_is_thrown()
    {
        var writer = new SegmentWriter(store, new() { Replica = "a", ProcessStartMicros = 1 }, new() { UploadSpread = TimeSpan.Zero }, clock,
            new(new WriterRig.CollectingLog(), new()));
        var running = writer.RunAsync(CancellationToken.None);
        Assert.True(writer.TryAdd(SegmentSample.Segment() with { Window = new(long.MaxValue / 20, 1) })); // no such year
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.WaitAsync(ManualClock.Patience));
        Assert.Equal(1, await writer.CompleteAsync(ManualClock.Patience));
        writer.Dispose();
    }

    [Fact]
    public async Task Coverage_is_marked_stored_after_the_response_of_the_store_and_is_stored_at_a_stop()
    {
        await using var rig = new WriterRig(store, clock, "a", ["a", "b", "c"]);
        var segment = SegmentSample.Segment();
        var line = new CoverageLine(segment.Stream, segment.Window, CoverageState.Whole) { Range = segment.Range, Rows = segment.Count };
        rig.Writer.Coverage.Report(line, ConnectionQuality.None);
        var hash = RowCompression.Hash(segment.Rows);
        Assert.True(rig.Writer.TryAdd(segment with { Coverage = line }));
        await rig.CompleteAsync();
        var text = await JournalTests.TextAsync(store, "md/coverage/exchange=binance/year=2025/month=10/day=25/0000_a_17.json.gz");
        Assert.Contains($"\"sha256\":\"{hash}\"", Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Replica_that_is_not_among_the_replicas_is_refused()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new SegmentWriter(store, new() { Replica = "c", Replicas = ["a", "b"], ProcessStartMicros = 1 },
            new(), clock, new(new WriterRig.CollectingLog(), new())));
        Assert.Contains("'c' is not among 'a, b'", refusal.Message, StringComparison.Ordinal);
    }
}
