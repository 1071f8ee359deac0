using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Storage.Writing;

/// <summary>Two replicas with different rows for one whole window that no sequence proves: rule R2, from the writer to the store.</summary>
public sealed class DisputedWindowTests : IDisposable
{
    private const string Key = "md/depth/exchange=kraken/pair=BTC-USD/year=2025/month=10/day=25/0000-1m.json.gz";
    private const string Both = "{\"ts\":1,\"bids\":[[\"1\",\"2\"]],\"asks\":[[\"3\",\"4\"]]}\n";
    private const string Regrouped = "{\"ts\":2,\"bids\":[],\"asks\":[[\"3\",\"4\"]]}\n{\"ts\":3,\"bids\":[[\"1\",\"2\"]],\"asks\":[]}\n";
    private const string Short = "{\"ts\":1,\"bids\":[[\"1\",\"2\"]],\"asks\":[]}\n";

    private static readonly StreamId Depth = new(Dataset.Depth, "kraken", "BTC-USD");

    private readonly ManualClock clock = new();
    private readonly SpoolRig rig = new();
    private readonly TemporaryDirectory directory = new();

    public void Dispose()
    {
        rig.Dispose();
        directory.Dispose();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Same_history_in_other_rows_is_counted_and_not_stored_again(bool first, bool keepsHashes)
    {
        var store = Stored(Both, keepsHashes);
        await using var writer = Rig(store, first);
        Assert.True(writer.Writer.TryAdd(Segment(Regrouped)));
        await writer.CompleteAsync();
        Assert.Equal([Key], store.Keys);
        Assert.Equal((1, 0), (writer.Meter.SegmentsStored.TotalOf("regrouped"), writer.Meter.WindowsDisputed.Total));
        Assert.Empty(writer.Log.Of(LogLevel.Warning));
    }

    [Theory]
    [InlineData(true, true, Short, Both)]
    [InlineData(true, false, Both, Short)]
    [InlineData(false, true, Both, Short)]
    [InlineData(false, false, Short, Both)]
    public async Task Another_history_is_kept_as_a_variant_and_a_gap_covers_the_window(bool first, bool keepsHashes, string stored, string own)
    {
        var store = Stored(stored, keepsHashes);
        await using var writer = Rig(store, first);
        Assert.True(writer.Writer.TryAdd(Segment(own, identity: StreamIdentity.Identical))); // the grade decides, not what was measured once
        await writer.CompleteAsync();
        var variant = Variant(own);
        Assert.Equal(own, Text(store, variant));
        Assert.Equal(stored, Text(store, Key));
        var gap = Assert.Single(Gaps(store));
        Assert.Equal(("depth", "BTC-USD", SegmentSample.Midnight, SegmentSample.Midnight + Window.MicrosPerMinute, "disputed"), Read(gap));
        Assert.False(gap.TryGetProperty("after", out _));
        Assert.Equal((1, 1), (writer.Meter.SegmentsStored.TotalOf("disputed"), writer.Meter.WindowsDisputed.Total));
        var line = Assert.Single(writer.Log.Of(LogLevel.Warning));
        Assert.Contains("depth/kraken/BTC-USD", line, StringComparison.Ordinal);
        Assert.Contains("2025-10-25 00:00+1m", line, StringComparison.Ordinal);
        Assert.Contains(variant, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trades_are_disputed_and_regrouped_as_well()
    {
        var stream = new StreamId(Dataset.Trades, "kraken", "BTC-USD");
        var (one, two) = (HistoryComparisonTests.Trade("1", 1) + "\n", HistoryComparisonTests.Trade("2", 2) + "\n");
        var store = new MemoryStore();
        foreach (var (rows, outcome) in new[] { (one + two, "stored"), (two + one, "regrouped"), (one, "disputed") })
        {
            await using var writer = Rig(store, first: true);
            Assert.True(writer.Writer.TryAdd(Segment(rows, ProofGrade.Connection, stream)));
            await writer.CompleteAsync();
            Assert.Equal(1, writer.Meter.SegmentsStored.TotalOf(outcome));
        }
    }

    [Fact]
    public async Task Directory_without_hashes_has_the_same_outcomes()
    {
        var store = new DirectoryStore(directory.Path, TimeProvider.System);
        foreach (var (rows, outcome) in new[] { (Both, "stored"), (Both, "duplicate"), (Regrouped, "regrouped"), (Short, "disputed"), (Short, "disputed") })
        {
            await using var writer = Rig(store, first: true);
            Assert.True(writer.Writer.TryAdd(Segment(rows)));
            await writer.CompleteAsync();
            Assert.Equal(1, writer.Meter.SegmentsStored.TotalOf(outcome));
        }

        Assert.Equal(1, await store.ListAsync("md/variants/", CancellationToken.None).CountAsync());
    }

    [Theory]
    [InlineData("chain", StreamIdentity.Identical, "divergent")]
    [InlineData("chain", StreamIdentity.PerConnection, "variant")]
    [InlineData("none", StreamIdentity.PerConnection, "variant")] // not said: as in files of former versions
    public async Task With_ids_that_prove_both_nothing_is_compared(string grade, StreamIdentity identity, string outcome)
    {
        var store = Stored(Both, keepsHashes: true);
        await using var writer = Rig(store, first: true);
        Assert.True(writer.Writer.TryAdd(Segment(Short, ProofGrade.Parse(grade)!.Value, identity: identity)));
        await writer.CompleteAsync();
        Assert.Equal(1, writer.Meter.SegmentsStored.TotalOf(outcome));
        Assert.Equal(0, store.Count("GET"));
        Assert.Empty(Gaps(store));
    }

    /// <summary>A rolling upgrade: the object of a replica that still writes format 1 stands under the key, without a grade.</summary>
    [Theory]
    [InlineData(Both, Both, "connection", "duplicate")]
    [InlineData(Both, Regrouped, "connection", "other-version")]
    [InlineData(Both, Short, "connection", "disputed")]
    [InlineData(Both, Both, "chain", "duplicate")]
    [InlineData(Both, Short, "chain", "other-version")]
    public async Task Object_of_a_replica_that_is_not_upgraded_yet_stays_and_a_loss_is_still_seen(string stored, string own, string grade, string outcome)
    {
        var store = new MemoryStore();
        store.Forge(Key, Packed(stored), Metadata(stored) with { Format = "1", Grade = null });
        foreach (var first in new[] { true, false })
        {
            await using var writer = Rig(store, first);
            Assert.True(writer.Writer.TryAdd(Segment(own, ProofGrade.Parse(grade)!.Value)));
            await writer.CompleteAsync();
            Assert.Equal(1, writer.Meter.SegmentsStored.TotalOf(outcome));
        }

        Assert.Equal("1", store.Metadata(Key).Format);
        Assert.Equal(stored, Text(store, Key));
        Assert.Equal(outcome == "disputed", store.Has(Variant(own)));
    }

    [Fact]
    public async Task Trade_with_fields_that_only_the_new_format_has_is_another_version_and_no_dispute()
    {
        var stream = new StreamId(Dataset.Trades, "kraken", "BTC-USD");
        var (store, key) = (new MemoryStore(), Key.Replace("depth", "trades", StringComparison.Ordinal));
        var old = HistoryComparisonTests.Trade("1", 1) + "\n";
        store.Forge(key, Packed(old), Metadata(old) with { Format = "1", Grade = null });
        await using var writer = Rig(store, first: true);
        Assert.True(writer.Writer.TryAdd(Segment(old.Replace("}", ",\"time\":\"derived\"}", StringComparison.Ordinal), ProofGrade.Connection, stream)));
        await writer.CompleteAsync();
        Assert.Equal([key], store.Keys);
        Assert.Equal(1, writer.Meter.SegmentsStored.TotalOf("other-version"));
    }

    [Fact]
    public async Task Fragment_is_never_disputed()
    {
        var store = new MemoryStore();
        store.Forge(Key.Replace("md/", "md/fragments/", StringComparison.Ordinal).Replace("1m", "1m_7_9", StringComparison.Ordinal), Packed(Both), Metadata(Both));
        await using var writer = Rig(store, first: true);
        Assert.True(writer.Writer.TryAdd(Segment(Short) with { IsWhole = false, Range = new(7, 9) }));
        await writer.CompleteAsync();
        Assert.Equal((1, 0), (writer.Meter.SegmentsStored.TotalOf("variant"), writer.Meter.WindowsDisputed.Total));
    }

    public static TheoryData<string, bool> Damages => new(
        from damage in new[] { "no gzip", "cut", "cut between rows", "no rows", "other hash", "no line end" }
        from keepsHashes in new[] { true, false }
        where keepsHashes || damage != "other hash"
        select (damage, keepsHashes));

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Where_the_stored_object_cannot_be_read_back_the_rows_are_a_plain_variant(string damage, bool keepsHashes)
    {
        var body = damage switch
        {
            "no gzip" => "not even gzip, and long enough"u8.ToArray(),
            "cut" => Packed(Both)[..^12],
            "cut between rows" => Packed(Both)[..^8],
            "no rows" => Packed("{\"ts\":1}\n"),
            "no line end" => Packed(Both.TrimEnd('\n')),
            _ => Packed(Short),
        };
        var store = new MemoryStore();
        store.Forge(Key, body, keepsHashes ? Metadata(Both) : ObjectMetadata.None);
        await using var writer = Rig(store, first: true);
        Assert.True(writer.Writer.TryAdd(Segment(Regrouped)));
        await writer.CompleteAsync();
        Assert.Equal(Regrouped, Text(store, Variant(Regrouped)));
        Assert.Equal((1, 0), (writer.Meter.SegmentsStored.TotalOf("variant"), writer.Meter.WindowsDisputed.Total));
        Assert.Empty(Gaps(store));
    }

    [Fact]
    public async Task Object_in_pieces_is_compared_to_its_end()
    {
        var rows = string.Concat(Enumerable.Range(0, 20_000).Select(row => $"{{\"ts\":{row},\"bids\":[[\"{row % 7}\",\"{row}\"]],\"asks\":[]}}\n"));
        var pieces = new MemoryStream();
        pieces.Write(MultiMemberMarkers.Header);
        foreach (var half in new[] { rows[..^1000], rows[^1000..] })
            pieces.Write(Packed(half));
        using var end = new RowBuffer();
        MultiMemberMarkers.WriteTrailer(end, rows.Length);
        pieces.Write([.. end.Chunks.SelectMany(chunk => chunk.ToArray())]);
        foreach (var (body, outcome) in new[] { (pieces.ToArray(), "regrouped"), (pieces.ToArray()[..^38], "variant") })
        {
            var store = new MemoryStore();
            store.Forge(Key, body, ObjectMetadata.None);
            await using var writer = Rig(store, first: true);
            Assert.True(writer.Writer.TryAdd(Segment(rows.Replace("\"ts\":1", "\"ts\":2", StringComparison.Ordinal))));
            await writer.CompleteAsync();
            Assert.Equal(1, writer.Meter.SegmentsStored.TotalOf(outcome));
        }
    }

    [Fact]
    public async Task Dispute_that_is_found_when_the_spool_drains_reaches_the_journal_of_the_later_process()
    {
        await using (var former = rig.Start())
        {
            rig.Break();
            Assert.True(former.Writer.TryAdd(Segment(Short)));
            await rig.UntilAsync(() => former.Writer.BacklogState.Objects == 0 && former.Writer.SpoolState.Files > 0);
        }

        rig.Mend();
        rig.Store.Forge(Key, Packed(Both), Metadata(Both));
        await using var later = rig.Start();
        await rig.UntilAsync(() => later.Writer.SpoolState.Files == 0);
        await later.CompleteAsync();
        Assert.Equal(1, later.Meter.WindowsDisputed.Total);
        Assert.Equal("disputed", Read(Assert.Single(Gaps(rig.Store))).Cause);
        var variant = rig.Store.Metadata(Variant(Short));
        Assert.Equal((ProofGrade.Checksum(10), ObjectMetadata.FormatVersion), (variant.Grade, variant.Format));
    }

    [Fact]
    public async Task Comparison_of_histories_is_retried_after_a_failure_of_the_store()
    {
        var store = new FailingRead(Stored(Short, keepsHashes: true));
        await using var writer = Rig(store, first: true);
        Assert.True(writer.Writer.TryAdd(Segment(Both)));
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(1)); // it waits to ask again; the stop ends that wait
        await writer.CompleteAsync();
        Assert.Equal((1, 1), (writer.Meter.UploadsFailed.Total, writer.Meter.SegmentsStored.TotalOf("disputed")));
    }

    private WriterRig Rig(IObjectStore store, bool first)
    {
        string[] replicas = ["a", "b"];
        var identity = (string replica) => new ReplicaIdentity { Replica = replica, Replicas = replicas, ProcessStartMicros = 1 };
        var replica = replicas.Single(name => ReplicaRank.Of(Depth.Text, identity(name)) == (first ? 0 : 1));
        return new(store, clock, replica, replicas, options => options.UploadWorkers = 1);
    }

    private static SealedSegment Segment(string rows, ProofGrade? grade = null, StreamId? stream = null, StreamIdentity identity = StreamIdentity.PerConnection) =>
        SegmentSample.Segment(stream ?? Depth, rows, identity: identity) with { Range = null, Grade = grade ?? ProofGrade.Checksum(10) };

    private static MemoryStore Stored(string rows, bool keepsHashes)
    {
        var store = new MemoryStore();
        store.Forge(Key, Packed(rows), keepsHashes ? Metadata(rows) : ObjectMetadata.None);
        return store;
    }

    private static ObjectMetadata Metadata(string rows)
    {
        using var buffer = SegmentSample.Rows(rows);
        return new(RowCompression.Hash(buffer), rows.Count(letter => letter == '\n'), ObjectMetadata.FormatVersion, ProofGrade.Connection);
    }

    private static byte[] Packed(string rows)
    {
        using var buffer = SegmentSample.Rows(rows);
        using var packed = RowCompression.Compress(buffer, 3);
        return [.. packed.Chunks.SelectMany(chunk => chunk.ToArray())];
    }

    private static string Variant(string rows) =>
        Key.Replace("md/", "md/variants/", StringComparison.Ordinal).Replace(".json.gz", $"_{Metadata(rows).Sha256![..16]}.json.gz", StringComparison.Ordinal);

    private static string Text(MemoryStore store, string key)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(store.Body(key)), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static List<JsonElement> Gaps(MemoryStore store) =>
        [.. store.Keys.Where(key => key.StartsWith("md/gaps/exchange=kraken/", StringComparison.Ordinal))
            .SelectMany(key => Text(store, key).Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(row => JsonDocument.Parse(row).RootElement)];

    private static (string? Dataset, string? Pair, long From, long To, string? Cause) Read(JsonElement gap) => (
        gap.GetProperty("dataset").GetString(), gap.GetProperty("pair").GetString(), gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64(),
        gap.GetProperty("cause").GetString());

    /// <summary>Fails once in the middle of an object.</summary>
    private sealed class FailingRead(MemoryStore below) : IObjectStore
    {
        private int reads;

        public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) => below.PutAsync(key, body, metadata, cancellation);

        public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => below.HeadAsync(key, cancellation);

        public async Task<Stream?> GetAsync(string key, CancellationToken cancellation) =>
            reads++ == 0 ? new BrokenStream() : await below.GetAsync(key, cancellation);

        public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => below.ListAsync(prefix, cancellation);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new IOException("The connection was reset.");
    }
}
