using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Tests.Storage.Uploads;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Storage.Spooling;

/// <summary>An outage from the first failure to the last drained file, and what may happen to the files meanwhile.</summary>
public sealed class SpoolTests : IDisposable
{
    private readonly SpoolRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Objects_that_fail_for_some_seconds_are_spooled_and_their_memory_is_freed()
    {
        await using var a = rig.Start();
        rig.Break();
        Assert.True(a.Writer.TryAdd(SpoolRig.Segment(1)));
        await rig.Store.UntilAsync(() => rig.Store.Count("PUT") == 1);
        rig.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(rig.Files);
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 1 && a.Writer.BacklogState.Objects == 0);
        Assert.Single(rig.Files);
        Assert.Equal(0, a.Writer.BacklogState.Bytes);
        Assert.InRange(a.Writer.StoreHealth.FailingFor, TimeSpan.FromSeconds(10), rig.Clock.GetUtcNow() - SpoolRig.Began);
        Assert.Equal("The bucket 'x' is on fire.", a.Writer.StoreHealth.Reason);
        Assert.Contains(a.Log.Of(LogLevel.Warning), line => line.Contains(rig.Root, StringComparison.Ordinal));
        rig.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(rig.Clock.GetUtcNow() - SpoolRig.Began, a.Writer.OldestAge);

        rig.Mend();
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 0);
        Assert.Equal([SpoolRig.Key(1)], rig.Store.Keys);
        Assert.Equal(["corrupt"], Directory.EnumerateDirectories(rig.Root).Select(path => Path.GetFileName(path)));
        Assert.Equal(TimeSpan.Zero, a.Writer.OldestAge);
        Assert.Equal((1, 1, 1), (a.Meter.SpoolObjects.TotalOf("written"), a.Meter.SpoolObjects.TotalOf("stored"), a.Meter.SegmentsStored.TotalOf("stored")));
        Assert.Contains("The spool is empty: all its objects are stored.", a.Log.Of(LogLevel.Information));
        await a.CompleteAsync();
    }

    [Fact]
    public async Task Spooled_object_is_stored_with_the_same_bytes_and_metadata_as_it_would_have_been()
    {
        await using var a = rig.Start();
        await rig.SpoolAsync(a, 1);
        rig.Mend();
        await rig.UntilAsync(() => rig.Store.Keys.Count == 1);
        var (body, metadata) = (rig.Store.Body(SpoolRig.Key(1)), rig.Store.Metadata(SpoolRig.Key(1)));
        using var rows = SpoolRig.Segment(1).Rows;
        using var packed = RowCodec.Create(new()).Compress(rows);
        Assert.Equal(packed.Chunks.SelectMany(chunk => chunk.ToArray()), body);
        Assert.Equal(new ObjectMetadata(RowCompression.Hash(rows), 1, "2"), metadata);
    }

    [Fact]
    public async Task While_the_store_fails_one_request_is_sent_at_a_time()
    {
        await using var a = rig.Start();
        await rig.SpoolAsync(a, [.. Enumerable.Range(0, 200)]);
        var before = rig.Store.Requests.Count;
        for (var second = 0; second < 600; second++)
            await rig.Clock.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.InRange(rig.Store.Requests.Count - before, 0, 600);
        rig.Mend();
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 0);
        Assert.Equal(200, rig.Store.Keys.Count);
    }

    [Fact]
    public async Task Files_of_a_former_process_are_stored_in_the_order_of_age()
    {
        await using (var former = rig.Start())
            for (var minute = 0; minute < 5; minute++)
            {
                await rig.SpoolAsync(former, minute);
                rig.Clock.Advance(TimeSpan.FromMinutes(1));
            }

        Assert.Equal(5, rig.Files.Count);
        rig.Mend();
        rig.Store.Requests.Clear();
        await using var next = rig.Start(options => options.Spool!.DrainWorkers = 1);
        Assert.Equal(5, next.Meter.SpoolObjects.TotalOf("adopted"));
        await rig.UntilAsync(() => next.Writer.SpoolState.Files == 0);
        Assert.Equal(Enumerable.Range(0, 5).Select(number => "STORED " + SpoolRig.Key(number)), rig.Store.Requests.Where(said => said.StartsWith("STORED", StringComparison.Ordinal)));
        Assert.Contains(next.Log.Of(LogLevel.Warning), line => line.Contains("holds 5 objects of earlier processes", StringComparison.Ordinal));
        await next.CompleteAsync();
    }

    [Fact]
    public async Task Drain_begins_with_the_objects_that_this_replica_writes_first()
    {
        string[] replicas = ["a", "b"];
        await using (var former = rig.Start(options => options.ReplicaStagger = TimeSpan.Zero, "a", replicas))
            await rig.SpoolAsync(former, [.. Enumerable.Range(0, 20)]);
        rig.Mend();
        rig.Store.Requests.Clear();
        await using var next = rig.Start(options => options.Spool!.DrainWorkers = 1, "a", replicas);
        await rig.UntilAsync(() => next.Writer.SpoolState.Files == 0);
        var ranks = rig.Store.Requests.Where(said => said.StartsWith("STORED", StringComparison.Ordinal))
            .Select(said => next.RankOf($"trades/binance/{said.Split("pair=")[1].Split('/')[0]}")).ToList();
        Assert.Equal(20, ranks.Count);
        Assert.Contains(1, ranks);
        Assert.Equal(ranks.Order(), ranks);
    }

    [Fact]
    public async Task Object_that_another_replica_stored_meanwhile_is_looked_up_and_not_written_again()
    {
        await using var a = rig.Start();
        await rig.SpoolAsync(a, 1);
        using var rows = SpoolRig.Segment(1).Rows;
        using var packed = RowCompression.Compress(rows, 9);
        rig.Store.Forge(SpoolRig.Key(1), [.. packed.Chunks.SelectMany(chunk => chunk.ToArray())], new(RowCompression.Hash(rows), 1, "1"));
        var puts = rig.Store.Count("PUT");
        rig.Mend();
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 0);
        Assert.Equal((puts, 1), (rig.Store.Count("PUT"), a.Meter.SegmentsStored.TotalOf("duplicate")));
    }

    [Fact]
    public async Task Single_refused_object_delays_no_other_and_is_stored_once_it_is_accepted()
    {
        rig.Store.Refused = SpoolRig.Key(0);
        await using var a = rig.Start();
        for (var number = 0; number < 50; number++)
            Assert.True(a.Writer.TryAdd(SpoolRig.Segment(number)));
        await rig.UntilAsync(() => rig.Store.Keys.Count == 49 && a.Writer.SpoolState.Files == 1);
        for (var number = 50; number < 100; number++)
            Assert.True(a.Writer.TryAdd(SpoolRig.Segment(number)));
        await rig.UntilAsync(() => rig.Store.Keys.Count == 99 && a.Writer.SpoolState.Files == 1);
        rig.Store.Refused = null;
        await rig.UntilAsync(() => rig.Store.Keys.Count == 100 && a.Writer.SpoolState.Files == 0);
        await a.CompleteAsync();
    }

    [Fact]
    public async Task Above_a_share_of_memory_segments_go_to_disk_though_the_store_only_is_slow()
    {
        var open = new TaskCompletionSource();
        rig.Store.Gate = open.Task;
        await using var a = rig.Start(options => (options.MaxQueuedObjects, options.UploadSpread) = (20, TimeSpan.FromMinutes(1)));
        var added = 0;
        await rig.UntilAsync(() => added == 200 || a.TryAdd(SpoolRig.Segment(added)) && ++added == 200);
        await rig.UntilAsync(() => a.Writer.BacklogState.Objects <= 10);
        Assert.InRange(a.Writer.SpoolState.Files, 170, 200);
        open.SetResult();
        await rig.UntilAsync(() => rig.Store.Keys.Count == 200);
    }

    [Fact]
    public async Task Coverage_is_marked_stored_only_after_the_response_of_the_store_even_after_a_restart()
    {
        var window = new Window(SegmentSample.Midnight, 1);
        await using (var former = rig.Start())
        {
            rig.Break();
            foreach (var (number, reported) in new[] { (1, false), (2, true) })
            {
                var segment = SpoolRig.Segment(number);
                var line = new CoverageLine(segment.Stream, window, CoverageState.Whole) { Range = segment.Range, Rows = 1 };
                if (reported)
                    former.Writer.Coverage.Report(line, ConnectionQuality.None);
                Assert.True(former.Writer.TryAdd(segment with { Coverage = line }));
            }

            await rig.UntilAsync(() => former.Writer.SpoolState.Files >= 2);
        }

        Assert.DoesNotContain(rig.Store.Keys, key => key.Contains("coverage", StringComparison.Ordinal));
        rig.Mend();
        await using var next = rig.Start();
        await rig.UntilAsync(() => next.Writer.SpoolState.Files == 0);
        await next.CompleteAsync();
        var lines = new List<string>();
        foreach (var key in rig.Store.Keys.Where(key => key.StartsWith("md/coverage/", StringComparison.Ordinal)))
            lines.AddRange((await JournalTests.TextAsync(rig.Store, key)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var number in new[] { 1, 2 })
            Assert.Single(lines, line => line.StartsWith($"{{\"ts\":{SegmentSample.Midnight},\"minutes\":1,\"dataset\":\"trades\",\"pair\":\"M{number}-USD\",\"state\":\"whole\",\"upload\":\"stored\",\"after\":7,\"upto\":9,\"rows\":1,\"sha256\":\"{SpoolRig.Hash(number)}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Line_of_a_drained_segment_never_falls_back_to_pending(bool reportedBeforeItIsStored)
    {
        await using var a = rig.Start();
        rig.Break();
        var segment = SpoolRig.Segment(1);
        var line = new CoverageLine(segment.Stream, segment.Window, CoverageState.Fragment) { Range = segment.Range, Rows = 1 };
        Assert.True(a.Writer.TryAdd(segment with { Coverage = line }));
        await rig.UntilAsync(() => a.Writer.BacklogState.Objects == 0);
        if (reportedBeforeItIsStored)
            a.Writer.Coverage.Report(line, new(60, 3, 1, 2));
        rig.Mend();
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 0);
        if (!reportedBeforeItIsStored)
            a.Writer.Coverage.Report(line, new(60, 3, 1, 2));
        await a.CompleteAsync();
        var lines = new List<string>();
        foreach (var key in rig.Store.Keys.Where(key => key.StartsWith("md/coverage/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            lines.AddRange((await JournalTests.TextAsync(rig.Store, key)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("\"upload\":\"stored\"", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gaps_wait_on_disk_like_segments()
    {
        await using (var former = rig.Start())
        {
            rig.Break();
            former.Writer.Add(new(Dataset.Gaps, "binance", "{\"gap\":1}"));
            await rig.UntilAsync(() => former.Writer.SpoolState.Files == 1);
        }

        rig.Mend();
        await using var next = rig.Start();
        await rig.UntilAsync(() => rig.Store.Keys.Count == 1);
        Assert.Equal("{\"gap\":1}\n", await JournalTests.TextAsync(rig.Store, rig.Store.Keys[0]));
    }

    [Fact]
    public async Task Book_waits_on_disk_like_a_segment()
    {
        await using var a = rig.Start();
        rig.Break();
        Assert.True(a.Writer.TryAdd(new SealedSnapshot { Stream = new(Dataset.Depth, "kraken", "BTC-USD"), Micros = SegmentSample.Midnight, LastId = 5, Rows = SegmentSample.Rows("{}\n") }));
        await rig.UntilAsync(() => a.Writer.SpoolState.Files == 1 && a.Writer.BacklogState.Objects == 0);
        rig.Mend();
        await rig.UntilAsync(() => rig.Store.Keys.Count == 1);
        Assert.Equal("md/snapshots/exchange=kraken/pair=BTC-USD/year=2025/month=10/day=25/0000_5_a.json.gz", rig.Store.Keys[0]);
    }
}
