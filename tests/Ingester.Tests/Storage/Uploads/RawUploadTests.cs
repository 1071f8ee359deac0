using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Raw;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage.Uploads;

/// <summary>Raw capture on its way to the store: after everything else, one object at a time, and within its own part of memory and disk.</summary>
public sealed class RawUploadTests
{
    private const string Folder = "md/raw/exchange=binance/year=2025/month=10/day=25/";

    private readonly ManualClock clock = new();
    private readonly MemoryStore store = new();

    [Fact]
    public async Task Minute_becomes_an_object_of_each_file_with_its_hash()
    {
        await using var rig = new WriterRig(store, clock, raw: Everything());
        Append(rig, RawFileKind.Ws, "one");
        Append(rig, RawFileKind.Sent, "two");
        await clock.TimerWithinAsync(TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromMinutes(1));
        await store.UntilAsync(() => store.Count("STORED") == 2);
        Append(rig, RawFileKind.Ws, "three");
        await rig.CompleteAsync();
        Assert.Equal([Folder + "0000_a_17.sent.tsv.gz", Folder + "0000_a_17.ws.tsv.gz", Folder + "0001_a_17.ws.tsv.gz"], store.Keys);
        Assert.Equal("1761350400.000000\t0\tf\t2\n1761350400.000000\t1\tt\tone\n", await JournalTests.TextAsync(store, Folder + "0000_a_17.ws.tsv.gz"));
        Assert.Equal(2, store.Metadata(store.Keys[0]).RowCount);
        Assert.Equal(3, rig.Meter.ObjectsStored.TotalOf("stored"));
        Assert.Equal(0, rig.Writer.Raw.HeldBytes);
    }

    [Fact]
    public async Task Segments_and_journals_go_before_raw_objects_of_which_one_is_uploaded_at_a_time()
    {
        var open = new TaskCompletionSource();
        store.Gate = open.Task;
        await using var rig = new WriterRig(store, clock, raw: Everything(maxPartBytes: 10), change: options => options.UploadWorkers = 8);
        for (var line = 0; line < 5; line++)
            Append(rig, RawFileKind.Ws, "a line of a part of its own");
        await store.UntilAsync(() => store.Count("PUT") == 1);
        for (var number = 0; number < 20; number++)
            Assert.True(rig.TryAdd(SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"))));
        rig.Writer.Add(new(Dataset.Gaps, "binance", "{}"));
        await store.UntilAsync(() => store.Count("PUT") == 8); // one worker has the raw object, and the others do not get another
        Assert.Single(store.Requests, request => request.Contains("/raw/", StringComparison.Ordinal));
        open.SetResult();
        await rig.CompleteAsync();
        var stored = store.Requests.Where(request => request.StartsWith("PUT", StringComparison.Ordinal)).ToList();
        Assert.Equal(26, stored.Count);
        Assert.Equal(5, store.Keys.Count(key => key.StartsWith("md/raw/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Full_memory_drops_messages_and_never_a_segment()
    {
        var open = new TaskCompletionSource();
        store.Gate = open.Task;
        await using var rig = new WriterRig(store, clock, raw: Everything(), change: options => options.MaxQueuedBytes = 1 << 20);
        var file = rig.Writer.Raw.Open("binance", RawFileKind.Ws);
        var message = new byte[1 << 16];
        while (file.TryAppend(new() { Columns = "\t1\tt\t"u8, Content = message }))
        {
            // until its memory is full
        }

        Assert.InRange(rig.Writer.Raw.HeldBytes, 14 << 20, 16 << 20);
        Assert.Equal(0, rig.Writer.BacklogState.Bytes);
        Assert.True(rig.TryAdd(SegmentSample.Segment(new(Dataset.Trades, "binance", "BTC-USD"))));
        open.SetResult();
        await rig.CompleteAsync();
        Assert.Equal(0, rig.Writer.Raw.HeldBytes);
    }

    [Fact]
    public async Task Of_the_spool_raw_objects_use_their_part_and_segments_the_rest()
    {
        using var spool = new SpoolRig();
        await using var rig = spool.Start(raw: new() { Exchanges = ["*"], MaxMemoryBytes = 16 << 20, MaxPartBytes = 10, MaxSpoolBytes = 3 * 4096 });
        spool.Break();
        for (var line = 0; line < 6; line++)
            Append(rig, RawFileKind.Ws, "a line of a part of its own");
        await spool.UntilAsync(() => rig.Writer.SpoolState.Files == 3);
        for (var number = 0; number < 5; number++)
            Assert.True(rig.TryAdd(SpoolRig.Segment(number)));
        await spool.UntilAsync(() => rig.Writer.SpoolState.Files == 8);
        Assert.Null(rig.Writer.SpoolState.BlockedReason);
        Assert.True(rig.Writer.Raw.HeldBytes > 0);
        spool.Mend();
        await spool.UntilAsync(() => rig.Writer.SpoolState.Files == 0 && rig.Writer.BacklogState.Objects == 0);
        await rig.CompleteAsync();
        Assert.Equal(6, spool.Store.Keys.Count(key => key.StartsWith("md/raw/", StringComparison.Ordinal)));
        Assert.Equal(11, spool.Store.Keys.Count);
    }

    [Fact]
    public async Task Raw_objects_that_a_stop_leaves_behind_are_counted()
    {
        store.Failure = new StoreException("The bucket 'x' is on fire.", permanent: false);
        await using var rig = new WriterRig(store, clock, raw: Everything(maxPartBytes: 10));
        for (var line = 0; line < 4; line++)
            Append(rig, RawFileKind.Ws, "a line of a part of its own");
        Assert.Equal(4, await rig.Writer.CompleteAsync(TimeSpan.Zero));
    }

    private static RawOptions Everything(long maxPartBytes = 32 << 20) => new() { Exchanges = ["*"], MaxMemoryBytes = 16 << 20, MaxPartBytes = maxPartBytes };

    private static void Append(WriterRig rig, RawFileKind kind, string content) =>
        Assert.True(rig.Writer.Raw.Open("binance", kind).TryAppend(new() { Columns = "\t1\tt\t"u8, Content = Encoding.UTF8.GetBytes(content) }));
}
