using System.IO.Compression;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Tests.Recording.Lanes;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading;

/// <summary>Whatever a store answers, and whatever an object holds: each reader finishes, names what it could not read, and its memory is bounded.</summary>
[Collection(nameof(AllocationTests))] // alone: other tests' garbage is no memory of a reader
public sealed class ReadFaultTests
{
    public static TheoryData<ReadFault> Faults => [.. Enum.GetValues<ReadFault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Transient_fault_has_no_effect(ReadFault fault)
    {
        var store = Recorded();
        var expected = await Archives.ReadAsync(store, to: Archives.Begin.AddMinutes(5));
        var events = await Archives.ReadAsync(new FaultyStore(store, fault, times: 2), to: Archives.Begin.AddMinutes(5));
        Assert.Equal(expected.Select(found => (found.Kind, found.Micros, found.Text())), events.Select(found => (found.Kind, found.Micros, found.Text())));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Object_that_the_store_does_not_return_is_reported_and_the_rest_is_read(ReadFault fault)
    {
        var store = Recorded();
        var victim = store.Keys.Where(key => key.StartsWith("trades/", StringComparison.Ordinal)).ElementAt(1);
        var faulty = new FaultyStore(store, fault, times: int.MaxValue) { Only = victim };
        var events = await Archives.ReadAsync(faulty, to: Archives.Begin.AddMinutes(5));
        var mark = Assert.Single(events.Of(MarketEventKind.Unreadable));
        Assert.Contains(victim, mark.Note, StringComparison.Ordinal);
        Assert.Equal(240, events.Of(MarketEventKind.Row).Count());
        Assert.Equal(mark.Range, Assert.Single(events.Of(MarketEventKind.Gap)).Range);

        var report = await new MarketArchive(faulty, "").AuditAsync(new()
        {
            From = Archives.Begin.AddMinutes(1),
            To = Archives.Begin.AddMinutes(4),
            Exchanges = ["binance"],
            SampleSize = 100,
        });
        Assert.Contains(victim, Assert.Single(report.Unreadable.Concat(report.Broken)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line ends", 300_000_000)]
    [InlineData("zeros", 300_000_000)]
    [InlineData("short rows", 40_000_000)]
    public async Task Object_that_decompresses_to_hundreds_of_megabytes_is_rejected_within_bounded_memory(string what, int bytes)
    {
        var store = Recorded();
        var victim = store.Keys.Where(key => key.StartsWith("trades/", StringComparison.Ordinal)).ElementAt(1);
        store.Forge(victim, Bomb(what switch { "line ends" => "\n", "zeros" => "0", _ => "{\"ts\":1}\n" }, bytes), ObjectMetadata.None);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = 0L;
        using var archive = new MarketArchive(store, "");
        var named = false;
        await foreach (var found in archive.ReadEventsAsync(SegmentSample.Trades, Archives.Begin, Archives.Begin.AddMinutes(5)))
        {
            named |= found.Kind == MarketEventKind.Unreadable && found.Note!.Contains(victim, StringComparison.Ordinal);
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: found.Kind == MarketEventKind.Unreadable) - before);
        }

        Assert.True(named);
        Assert.InRange(peak, 0, 256L << 20);
    }

    [Fact]
    public async Task Object_above_the_memory_limit_is_read_in_chunks()
    {
        var store = new MemoryStore();
        const int Count = 500_000;
        var text = new StringBuilder();
        for (var id = 1; id <= Count; id++)
            text.Append(new Sent(id, T0 + id * 100).Row).Append('\n');
        using var rows = SegmentSample.Rows(text.ToString());
        using var packed = RowCompression.Compress(rows, 1);
        var key = ObjectKey.Segment("", new(SegmentSample.Trades, Window.Containing(T0, 1), new(0, Count), IsWhole: true));
        store.Forge(key, [.. packed.Chunks.SelectMany(chunk => chunk.ToArray())], new(RowCompression.Hash(rows), Count, "1"));
        Assert.True(rows.Length > GzipText.MaxInMemory);
        long last = 0;
        await foreach (var found in new MarketArchive(store, "").ReadEventsAsync(SegmentSample.Trades, Archives.Begin, Archives.Begin.AddMinutes(1)))
            if (found.Kind == MarketEventKind.Row)
                Assert.Equal(++last, found.Range!.Value.UpTo);
        Assert.Equal(Count, last);
    }

    private static byte[] Bomb(string text, int bytes)
    {
        var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, 100_000)));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            for (var written = 0; written < bytes; written += piece.Length)
                gzip.Write(piece);
        return packed.ToArray();
    }

    /// <summary>Five minutes with a trade a second.</summary>
    private static MemoryStore Recorded()
    {
        var store = new MemoryStore();
        using var replica = new Replica(store);
        replica.ConnectAt(T0 - 30 * Second);
        for (var i = 0; i < 300; i++)
        {
            replica.Trade(new(i + 1, T0 + i * Second));
            replica.TickAt(T0 + i * Second);
        }

        replica.Close();
        return store;
    }
}
