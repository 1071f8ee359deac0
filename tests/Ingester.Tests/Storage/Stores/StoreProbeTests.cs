using Ingester.Core.Memory;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Testing;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Storage.Stores;

public sealed class StoreProbeTests : IDisposable
{
    private const string Key = "md/probe/conditional-write";
    private readonly ChunkBalance chunks = new();
    private readonly MemoryStore store = new();

    [Fact]
    public async Task Store_that_refuses_the_second_write_is_proven_and_the_next_start_needs_one_request()
    {
        await ProbeOf(store).RunAsync(CancellationToken.None);
        Assert.Equal([$"PUT {Key}", $"STORED {Key}", $"PUT {Key}", $"EXISTS {Key}"], store.Requests);
        store.Requests.Clear();
        await ProbeOf(store).RunAsync(CancellationToken.None);
        Assert.Equal([$"PUT {Key}", $"EXISTS {Key}"], store.Requests);
    }

    [Fact]
    public async Task Store_that_accepts_both_writes_is_refused_by_name()
    {
        var refusal = await Assert.ThrowsAsync<UnsafeStoreException>(() => ProbeOf(new CarelessStore()).RunAsync(CancellationToken.None));
        Assert.StartsWith($"The bucket 'some' ignores If-None-Match: it accepted two writes of {Key}.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directory_is_proven_by_the_same_writes()
    {
        using var directory = new TemporaryDirectory();
        await new StoreProbe(new DirectoryStore(directory.Path, TimeProvider.System), "", "the directory").RunAsync(CancellationToken.None);
        Assert.True(File.Exists(Path.Combine(directory.Path, "probe", "conditional-write")));
    }

    [Fact]
    public async Task Nothing_is_written_before_the_probe_succeeds_and_only_then_the_store_has_accepted_a_write()
    {
        var clock = new ManualClock();
        store.Failure = new("Gone.", permanent: false);
        await using var rig = new WriterRig(store, clock, probed: true);
        Assert.True(rig.Writer.TryAdd(SegmentSample.Segment()));
        await store.UntilAsync(() => store.Count("PUT") == 1);
        Assert.False(rig.Writer.HasStoreAccepted);
        store.Failure = null;
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        await store.UntilAsync(() => store.Count("STORED") == 2);
        Assert.Equal([$"STORED {Key}", "STORED md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json.gz"],
            store.Requests.Where(request => request.StartsWith("STORED", StringComparison.Ordinal)));
        Assert.True(rig.Writer.HasStoreAccepted);
        await rig.CompleteAsync();
    }

    [Fact]
    public async Task Store_that_answers_for_the_first_time_is_proven_before_the_spool_drains()
    {
        using var spool = new SpoolRig();
        await using (var former = spool.Start())
            await spool.SpoolAsync(former, 1, 2, 3);
        spool.Store.Requests.Clear();
        await using var next = new WriterRig(spool.Store, spool.Clock, change: options => options.Spool = new() { Directory = spool.Root }, processStart: 99, probed: true);
        await spool.UntilAsync(() => spool.Store.Count("PUT") >= 3);
        Assert.All(spool.Store.Requests, request => Assert.Equal($"PUT {Key}", request));
        spool.Mend();
        await spool.UntilAsync(() => next.Writer.SpoolState.Files == 0);
        Assert.Equal($"STORED {Key}", spool.Store.Requests.First(request => request.StartsWith("STORED", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Store_that_turns_out_to_replace_objects_ends_the_writer_and_everything_waits_in_the_spool()
    {
        using var directory = new TemporaryDirectory();
        var careless = new CarelessStore();
        var options = new StorageOptions { UploadSpread = TimeSpan.Zero, Spool = new() { Directory = directory.Path } };
        using var spool = SpoolDirectory.Open(directory.Path, "a test");
        using var writer = new SegmentWriter(careless, new() { Replica = "a", ProcessStartMicros = 1 }, options, TimeProvider.System,
            new(new WriterRig.CollectingLog(), new()), spool)
        { Probe = ProbeOf(careless) };
        Assert.True(writer.TryAdd(SegmentSample.Segment()));
        await Assert.ThrowsAsync<UnsafeStoreException>(() => writer.RunAsync(CancellationToken.None).WaitAsync(ManualClock.Patience));
        Assert.Equal(0, await writer.CompleteAsync(ManualClock.Patience));
        Assert.Equal((1, 2), (writer.SpoolState.Files, careless.Writes));
    }

    [Fact]
    public async Task Store_that_never_answers_is_reported_as_failing()
    {
        var clock = new ManualClock();
        store.Gate = new TaskCompletionSource().Task;
        await using var rig = new WriterRig(store, clock, probed: true);
        await store.UntilAsync(() => store.Count("PUT") == 1);
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal((TimeSpan.FromSeconds(15), "No request to the store completes."), (rig.Writer.StoreHealth.FailingFor, rig.Writer.StoreHealth.Reason));
        Assert.False(rig.Writer.HasStoreAccepted);
    }

    [Fact]
    public async Task Refusal_is_reported_once_for_each_required_action()
    {
        var clock = new ManualClock();
        await using var rig = new WriterRig(store, clock, change: options => options.MaxRetryDelay = TimeSpan.FromSeconds(1));
        foreach (var (code, permanent) in new[] { ("503", false), ("AccessDenied", true), ("NoSuchBucket", true) })
        {
            store.Failure = new($"The store says {code} of some key.", permanent) { Code = code };
            var before = store.Count("PUT");
            if (before == 0)
                Assert.True(rig.Writer.TryAdd(SegmentSample.Segment()));
            while (store.Count("PUT") < before + 3)
                await clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Single(rig.Log.Of(LogLevel.Warning));
        var errors = rig.Log.Of(LogLevel.Error).ToList();
        Assert.Equal(2, errors.Count);
        Assert.Contains("AccessDenied", errors[0], StringComparison.Ordinal);
        Assert.Contains("NoSuchBucket", errors[1], StringComparison.Ordinal);
        store.Failure = null;
        while (rig.Meter.SegmentsStored.TotalOf("stored") == 0) // the last refusal may still be on its way, and its wait is kept
            await clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        await rig.CompleteAsync();
    }

    public void Dispose() => chunks.Dispose();

    private static StoreProbe ProbeOf(IObjectStore probed) => new(probed, "md", "the bucket 'some'");

    /// <summary>A store that ignores the condition, as some S3 look-alikes do.</summary>
    private sealed class CarelessStore : IObjectStore
    {
        public int Writes { get; private set; }

        public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation)
        {
            Writes++;
            return Task.FromResult(PutOutcome.Stored);
        }

        public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => Task.FromResult<ObjectInfo?>(null);

        public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => Task.FromResult<Stream?>(null);

        public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => AsyncEnumerable.Empty<ListedObject>();
    }
}
