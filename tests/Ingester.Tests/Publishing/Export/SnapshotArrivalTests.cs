using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Time;
using Ingester.Publishing.Export;
using Ingester.Reading;
using Ingester.Storage.Compression;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Publishing.Export;

/// <summary>The arrivals of snapshots: of those on the stream they become the local timestamps of book files.</summary>
public sealed class SnapshotArrivalTests
{
    private const long T0 = SegmentSample.Midnight;
    private const long Second = 1_000_000;

    private static readonly StreamId Books = new(Dataset.Snapshots, "upbit", "BTC-KRW");

    private readonly MemoryStore store = new();

    [Fact]
    public async Task Complete_book_has_the_time_of_its_arrival_and_one_without_an_arrival_has_exchange_time()
    {
        await RecordAsync("a", (1, 1_500), (3_600, 2_500), (7_300, null), (7_400, 3_500));
        var manifest = await ExportAsync();
        Assert.Equal(
            [$"{T0 + Second},{T0 + Second + 1_500}", $"{T0 + 3_600 * Second},{T0 + 3_600 * Second + 2_500}", $"{T0 + 7_300 * Second},{T0 + 7_300 * Second}", $"{T0 + 7_400 * Second},{T0 + 7_400 * Second + 3_500}"],
            (await new ExportRig(store).RowsAsync(manifest, "incremental_book_L2", "md/")).Select(row => $"{row[2]},{row[3]}").Distinct());
        Assert.Equal((3, 1), (manifest.LocalTimestamps["a"], manifest.LocalTimestamps["exchange"]));
    }

    [Fact]
    public async Task Times_are_those_of_the_replica_that_wrote_the_snapshot()
    {
        await RecordAsync("b", (1, 1_500));
        using var archive = new MarketArchive(store, "md");
        var reader = archive.OpenArrivals(Books, Micros.ToDateTime(T0), Micros.ToDateTime(T0 + 3_600 * Second), []);
        using var row = Row(1);
        var sha256 = RowCompression.Hash(row);
        Assert.Equal(new(T0 + Second + 1_500, "b"), await reader.FindSnapshotAsync(T0 + Second, sha256, CancellationToken.None));
        Assert.Null(await reader.FindSnapshotAsync(T0 + Second, new('0', 64), CancellationToken.None));
    }

    private static RowBuffer Row(int second) =>
        SegmentSample.Rows($$"""{"ts":{{T0 + second * Second}},"bids":[["10","{{second}}"]],"asks":[["11","1"]],"reason":"change"}""" + "\n");

    private async Task RecordAsync(string replica, params (int Second, int? Delay)[] books)
    {
        var clock = new ManualClock();
        await using var writer = new WriterRig(store, clock, replica);
        foreach (var (second, delay) in books)
        {
            var micros = T0 + second * Second;
            clock.Advance(TimeSpan.FromMicroseconds(micros + 10_000 - Micros.Now(clock)));
            Assert.True(writer.Writer.TryAdd(new SealedSnapshot { Stream = Books, Micros = micros, LastId = null, ReceivedMicros = micros + delay, Rows = Row(second) }));
        }

        await writer.CompleteAsync();
    }

    private async Task<StreamExport> ExportAsync()
    {
        var outcomes = new List<StreamOutcome>();
        await foreach (var outcome in new DayExporter(new(store, "md"), new(store, "md", TimeProvider.System), new() { Day = ExportRig.Day, Exchanges = ["upbit"], Parquet = false }).RunAsync(CancellationToken.None))
            outcomes.Add(outcome);
        return Assert.Single(outcomes).Manifest!;
    }
}
