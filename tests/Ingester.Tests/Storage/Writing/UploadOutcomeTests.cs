using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Storage.Writing;

/// <summary>What happens where a name is taken, on a store that keeps hashes and on one that does not.</summary>
public sealed class UploadOutcomeTests : IDisposable
{
    private const string Key = "md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json.gz";
    private const string Other = "{\"id\":\"forged\"}\n";

    private readonly ManualClock clock = new();
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Same_rows_under_the_key_are_a_duplicate_with_any_compression(bool first, bool keepsHashes)
    {
        var store = new MemoryStore();
        using var standing = RowCompression.Compress(SegmentSample.Segment().Rows, level: 9);
        store.Forge(Key, Bytes(standing), keepsHashes ? new(RowCompression.Hash(SegmentSample.Segment().Rows), 2, "1") : ObjectMetadata.None);
        await using var rig = Rig(store, first);
        Assert.True(rig.Writer.TryAdd(SegmentSample.Segment()));
        await rig.CompleteAsync();
        Assert.Equal([Key], store.Keys);
        Assert.Equal(1, rig.Meter.SegmentsStored.TotalOf("duplicate"));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Forged_object_survives_and_the_right_rows_are_stored_as_divergent_with_an_alarm(bool first, bool isGzip)
    {
        var store = new MemoryStore();
        using var forged = SegmentSample.Rows(Other);
        using var packed = RowCompression.Compress(forged, 3);
        var bytes = isGzip ? Bytes(packed) : "not even gzip"u8.ToArray();
        store.Forge(Key, bytes, ObjectMetadata.None);
        await using var rig = Rig(store, first);
        var segment = SegmentSample.Segment();
        var hash = RowCompression.Hash(segment.Rows);
        Assert.True(rig.Writer.TryAdd(segment));
        await rig.CompleteAsync();
        var aside = Key.Replace("md/", "md/divergent/", StringComparison.Ordinal).Replace(".json.gz", $"_{hash[..16]}.json.gz", StringComparison.Ordinal);
        Assert.Equal([aside, Key], store.Keys);
        Assert.Equal(bytes, store.Body(Key));
        Assert.Equal(hash, store.Metadata(aside).Sha256);
        Assert.Equal(1, rig.Meter.SegmentsStored.TotalOf("divergent"));
        Assert.Contains(aside, Assert.Single(rig.Log.Of(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_connections_may_differ_other_rows_are_a_variant_without_an_alarm()
    {
        var store = new MemoryStore();
        await using var a = Rig(store, first: true);
        await using var b = Rig(store, first: true);
        Assert.True(a.Writer.TryAdd(SegmentSample.Segment(whole: false, identity: StreamIdentity.PerConnection)));
        await a.CompleteAsync();
        Assert.True(b.Writer.TryAdd(SegmentSample.Segment(rows: Other, whole: false, identity: StreamIdentity.PerConnection)));
        await b.CompleteAsync();
        using var rows = SegmentSample.Rows(Other);
        Assert.Equal(
            ["md/fragments/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json.gz",
            $"md/variants/fragments/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9_{RowCompression.Hash(rows)[..16]}.json.gz"],
            store.Keys);
        Assert.Equal((1, 1), (a.Meter.SegmentsStored.TotalOf("stored"), b.Meter.SegmentsStored.TotalOf("variant")));
        Assert.Empty(b.Log.Of(LogLevel.Error));
    }

    [Fact]
    public async Task Another_version_of_the_row_format_is_counted_and_left_alone()
    {
        var store = new MemoryStore();
        store.Forge(Key, [], new(new string('0', 64), 2, "0"));
        await using var rig = Rig(store, first: true);
        Assert.True(rig.Writer.TryAdd(SegmentSample.Segment()));
        await rig.CompleteAsync();
        Assert.Equal([Key], store.Keys);
        Assert.Equal(1, rig.Meter.SegmentsStored.TotalOf("other-version"));
    }

    [Fact]
    public async Task Rejected_write_without_an_existing_object_is_retried()
    {
        var store = new RefusingOnce();
        await using var rig = Rig(store, first: true);
        Assert.True(rig.Writer.TryAdd(SegmentSample.Segment()));
        await store.Refused.WaitAsync(ManualClock.Patience);
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(1)); // it waits to ask again; the stop ends that wait
        await rig.CompleteAsync();
        Assert.Equal([Key], store.Below.Keys);
        Assert.Equal((1, 1), (rig.Meter.UploadsFailed.Total, rig.Meter.SegmentsStored.TotalOf("stored")));
    }

    [Fact]
    public async Task Directory_compares_by_reading_the_stored_object()
    {
        var store = new DirectoryStore(directory.Path, TimeProvider.System);
        foreach (var outcome in new[] { "stored", "duplicate", "divergent", "divergent" })
        {
            await using var rig = Rig(store, first: true);
            Assert.True(rig.Writer.TryAdd(outcome == "divergent" ? SegmentSample.Segment(rows: Other) : SegmentSample.Segment()));
            await rig.CompleteAsync();
            Assert.Equal(1, rig.Meter.SegmentsStored.TotalOf(outcome));
        }

        Assert.Equal(2, await store.ListAsync("", CancellationToken.None).CountAsync());
    }

    [Fact]
    public async Task Fragments_without_a_sequence_are_distinguished_by_their_rows()
    {
        var store = new MemoryStore();
        await using var rig = Rig(store, first: true);
        foreach (var rows in new[] { "{}\n", "{}\n", "{}\n{}\n" })
            Assert.True(rig.Writer.TryAdd(SegmentSample.Segment(rows: rows, whole: false) with { Range = null }));
        await rig.CompleteAsync();
        Assert.Equal(2, store.Keys.Count);
        Assert.Equal((2, 1), (rig.Meter.SegmentsStored.TotalOf("stored"), rig.Meter.SegmentsStored.TotalOf("duplicate")));
    }

    [Fact]
    public async Task Book_is_stored_at_once_under_the_replicas_name_and_never_replaced()
    {
        var store = new MemoryStore();
        await using var rig = new WriterRig(store, clock, "b", ["a", "b"], options => options.UploadWorkers = 1); // the first is stored first
        var stream = new StreamId(Dataset.Depth, "kraken", "BTC-USD");
        foreach (var row in new[] { "{\"upto\":5}\n", "{\"upto\":5}\n", "{\"upto\":5,\"levels\":1}\n" })
            Assert.True(rig.Writer.TryAdd(new SealedSnapshot { Stream = stream, Micros = SegmentSample.Midnight, LastId = 5, Rows = SegmentSample.Rows(row) }));
        await rig.CompleteAsync();
        Assert.Contains("md/snapshots/exchange=kraken/pair=BTC-USD/year=2025/month=10/day=25/0000_5_b.json.gz", store.Keys);
        Assert.Equal(2, store.Keys.Count);
        Assert.Equal(3, rig.Meter.ObjectsStored.Total);
        Assert.Equal((0, 1), (rig.Meter.SegmentsStored.Total, rig.Meter.ObjectsStored.TotalOf("variant")));
    }

    private WriterRig Rig(IObjectStore store, bool first)
    {
        string[] replicas = ["a", "b"];
        var identity = (string replica) => new ReplicaIdentity { Replica = replica, Replicas = replicas, ProcessStartMicros = 1 };
        var replica = replicas.Single(name => ReplicaRank.Of(SegmentSample.Trades.Text, identity(name)) == (first ? 0 : 1));
        return new(store, clock, replica, replicas, options => options.UploadWorkers = 1);
    }

    private static byte[] Bytes(RowBuffer buffer) => [.. buffer.Chunks.SelectMany(chunk => chunk.ToArray())];

    /// <summary>Refuses the first write though nothing stands there, as when an object was just deleted.</summary>
    private sealed class RefusingOnce : IObjectStore
    {
        private readonly TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public MemoryStore Below { get; } = new();

        public Task Refused => refused.Task;

        public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) =>
            refused.TrySetResult() ? Task.FromResult(PutOutcome.Exists) : Below.PutAsync(key, body, metadata, cancellation);

        public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => Below.HeadAsync(key, cancellation);

        public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => Below.GetAsync(key, cancellation);

        public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => Below.ListAsync(prefix, cancellation);
    }
}
