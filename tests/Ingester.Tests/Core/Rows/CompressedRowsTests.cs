using System.IO.Compression;
using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Reading.Objects;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Core.Rows;

public sealed class CompressedRowsTests : IDisposable
{
    private const int Rows = 6_000; // of about 100 bytes: four pieces and a rest

    private readonly ChunkBalance chunks = new();
    private readonly ManagedCodec codec = new(3);

    [Fact]
    public void Segment_compressed_in_pieces_has_the_same_rows_hash_and_length_as_an_uncompressed_one()
    {
        var segment = Fill(codec, static full => full.CompressPending());
        using var plain = SegmentSample.Rows(Text(Rows));
        Assert.Equal(plain.Length, segment.Length);
        Assert.True(segment.CompressedRows!.HeldBytes + segment.Rows.Length < plain.Length / 2);
        Assert.Equal(RowCompression.Hash(plain), segment.CompressedRows.ComputeHash(segment.Rows));
        using var body = segment.CompressedRows.BuildBody(segment.Rows);
        Assert.Equal(Text(Rows), Unpack(body));
        segment.DisposeRows();
    }

    [Fact]
    public async Task Time_of_compression_does_not_change_the_bytes()
    {
        var atOnce = Fill(codec, static full => full.CompressPending());
        var late = Fill(codec, static _ => { });
        using var packer = new CompressionWorker(codec);
        var concurrent = Fill(codec, packer.SegmentCompression.Enqueue);
        using var expected = atOnce.CompressedRows!.BuildBody(atOnce.Rows);
        foreach (var segment in new[] { late, concurrent })
        {
            var bodies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => segment.CompressedRows!.BuildBody(segment.Rows)))); // the first caller compresses
            Assert.All(bodies, body => Assert.Equal(Bytes(expected), Bytes(body)));
            Array.ForEach(bodies, body => body.Dispose());
            segment.DisposeRows();
        }

        atOnce.DisposeRows();
    }

    [Fact]
    public async Task Object_truncated_at_any_byte_is_rejected()
    {
        var segment = Fill(codec, static full => full.CompressPending());
        using var body = segment.CompressedRows!.BuildBody(segment.Rows);
        var bytes = Bytes(body);
        segment.DisposeRows();
        var starts = Enumerable.Range(1, bytes.Length - 4).Where(at => bytes.AsSpan(at).StartsWith((byte[])[0x1f, 0x8b, 8])).ToList();
        Assert.True(starts.Count >= 5); // between each two pieces, and before the mark behind them
        foreach (var end in starts.Append(bytes.Length - 1).Append(starts[0] + 1_000))
        {
            var store = new MemoryStore();
            store.Forge("x", bytes[..end], ObjectMetadata.None);
            await Assert.ThrowsAsync<UnreadableObjectException>(() => new ObjectReader(store).LoadAsync("x", Dataset.Trades, hashStart: null, CancellationToken.None));
        }

        var whole = new MemoryStore();
        whole.Forge("x", bytes, ObjectMetadata.None);
        Assert.Equal(Rows, (await new ObjectReader(whole).LoadAsync("x", Dataset.Trades, hashStart: null, CancellationToken.None)).Rows.Count);
    }

    [Fact]
    public void Failed_body_leaves_no_resources_behind()
    {
        using var packed = new CompressedRows(new FailingCodec());
        using var rest = SegmentSample.Rows("{}\n");
        Assert.Throws<InvalidOperationException>(() => packed.BuildBody(rest)); // and the balance at the end has every chunk
    }

    [Fact]
    public void Copy_changes_independently_of_its_source()
    {
        var segment = Fill(codec, static full => full.CompressPending());
        var copy = segment.CompressedRows!.Copy();
        using var rest = SegmentSample.Rows("the rest\n");
        var length = copy.Length;
        using var body = copy.BuildBody(rest);
        Assert.Equal(Text(Rows)[..(int)length] + "the rest\n", Unpack(body));
        using var all = SegmentSample.Rows(Text(Rows)[..(int)length] + "the rest\n");
        Assert.Equal(RowCompression.Hash(all), copy.ComputeHash(rest));
        copy.Dispose();
        using var own = SegmentSample.Rows(Text(Rows));
        Assert.Equal(RowCompression.Hash(own), segment.CompressedRows.ComputeHash(segment.Rows));
        segment.DisposeRows();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Compressed_stream_submits_the_same_segments_as_an_uncompressed_one(int seed)
    {
        var (plain, packed) = (new CollectingOutput(), new CollectingOutput());
        Record(seed, plain, packing: null);
        Record(seed, packed, new(codec, static full => full.CompressPending()));
        Assert.Equal(plain.Segments.Select(sealedOne => (sealedOne.Segment.Range, sealedOne.Segment.IsWhole, sealedOne.Segment.Count, sealedOne.Rows)),
            packed.Segments.Select(sealedOne => (sealedOne.Segment.Range, sealedOne.Segment.IsWhole, sealedOne.Segment.Count, sealedOne.Rows)));
        Assert.Contains(plain.Segments, sealedOne => sealedOne.Rows.Length > 2 * SegmentCompression.PieceBytes);
        Assert.Contains(plain.Segments, sealedOne => !sealedOne.Segment.IsWhole); // fragments are among them
    }

    public void Dispose() => chunks.Dispose();

    private static void Record(int seed, CollectingOutput output, SegmentCompression? packing)
    {
        var random = new Random(seed);
        using var meter = new IngesterMeter();
        var context = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance)) { Compression = packing };
        var stream = new StreamRecorder(SegmentSample.Trades with { Dataset = Dataset.Depth }, new(SequenceKind.Contiguous, StreamIdentity.Identical), context);
        var (clock, statistics) = (new ConnectionClock(), new LaneStatistics());
        var (micros, id) = (SegmentSample.Midnight - 30_000_000L, 100L);
        var levels = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 40).Select(level => $"[\"{level}.5\",\"1\"]")) + "]");
        for (var i = 0; i < 4_000; i++)
        {
            micros += random.Next(i % 1_000 == 999 ? 100_000_000 : 100_000);
            clock.LocalTime = micros + 1_000;
            clock.BeginFrame();
            clock.Observe(micros, long.MaxValue / 4, long.MaxValue / 4);
            var after = random.Next(700) == 0 ? id + 5 : id;
            id = after + 1 + random.Next(3);
            stream.RecordDiff(new() { Range = new(after, id), Micros = micros, Bids = levels, Asks = "[]"u8 }, clock);
            clock.LocalTime = micros + random.Next(i % 1_000 == 998 ? 95_000_000 : 2_000);
            stream.Tick(clock, statistics);
        }

        stream.Close(statistics);
    }

    private static OpenSegment Fill(IRowCodec codec, Action<CompressedRows> queue)
    {
        var segment = new OpenSegment(new(SegmentSample.Midnight, 1), isStartProven: true);
        for (var row = 0; row < Rows; row++)
        {
            segment.Rows.Append(Encoding.UTF8.GetBytes(Line(row)));
            segment.QueueFullPiece(new(codec, queue));
        }

        return segment;
    }

    private static string Text(int rows) => string.Concat(Enumerable.Range(0, rows).Select(Line));

    private static string Line(int row) => $"{{\"id\":\"{row}\",\"ts\":{SegmentSample.Midnight + row * 7919L},\"side\":\"buy\",\"price\":\"{row * 104_729L % 1_000_003}.{row % 97}\",\"size\":\"0.{row % 9973}\"}}\n";

    private static byte[] Bytes(RowBuffer buffer) => [.. buffer.Chunks.SelectMany(chunk => chunk.ToArray())];

    private static string Unpack(RowBuffer packed) => new StreamReader(new GZipStream(new RowBufferReadStream(packed), CompressionMode.Decompress)).ReadToEnd();

    private sealed class FailingCodec : IRowCodec
    {
        public RowBuffer Compress(RowBuffer rows) => throw new InvalidOperationException("It cannot be compressed.");
    }
}
