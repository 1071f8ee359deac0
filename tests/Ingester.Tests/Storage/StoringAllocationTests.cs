using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Ingester.Tests.Recording.Lanes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Storage;

/// <summary>
/// Counts what a segment allocates from its sealing until it is stored and reported, in memory of all threads: what ten thousand leave behind at a minute's edge
/// decides how often the garbage collector stops everything then.
/// </summary>
[Collection(nameof(AllocationTests))] // alone: what others allocate would count
public sealed class StoringAllocationTests : IDisposable
{
    private const int Streams = 500;
    private const int WarmMinutes = 3; // pools fill, directories are made
    private const int Minutes = 3;
    private const double MostPerSegment = 4500; // of an unoptimized build, whose waits that do not wait allocate too

    private readonly TemporaryDirectory directory = new();
    private readonly IngesterMeter meter = new();
    private readonly StreamId[] streams = [.. Enumerable.Range(0, Streams).Select(number => new StreamId(Dataset.Trades, "binance", $"M{number:00000}-USDT"))];
    private readonly ConnectionQuality heard = new(60, 3, 16, 32);

    public void Dispose()
    {
        meter.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task Storing_a_segment_leaves_little_garbage()
    {
        var store = new DirectoryStore(directory.Path, TimeProvider.System);
        var identity = new ReplicaIdentity { Prefix = "", Replica = "a", Replicas = [], ProcessStartMicros = 1 };
        var events = new StorageEvents(NullLogger<StorageEvents>.Instance, meter);
        using var writer = new SegmentWriter(store, identity, new() { UploadSpread = TimeSpan.Zero }, TimeProvider.System, events);
        var running = writer.RunAsync(CancellationToken.None);
        for (var minute = 0; minute < WarmMinutes; minute++)
            await StoreAsync(writer, minute);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var minute = WarmMinutes; minute < WarmMinutes + Minutes; minute++)
            await StoreAsync(writer, minute);
        var perSegment = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(Streams * Minutes);
        Assert.Equal(0, await writer.CompleteAsync(ManualClock.Patience));
        await running;
        Assert.Equal(Streams * (WarmMinutes + Minutes), Directory.EnumerateFiles(Path.Combine(directory.Path, "trades"), "*", SearchOption.AllDirectories).Count());
        Assert.InRange(perSegment, 1, MostPerSegment);
    }

    private async Task StoreAsync(SegmentWriter writer, int minute)
    {
        var window = new Window(SegmentSample.Midnight + minute * Window.MicrosPerMinute, 1);
        var rows = "{\"id\":\"8\"}\n{\"id\":\"9\"}\n"u8.ToArray();
        var lines = new CoverageLine[Streams];
        for (var stream = 0; stream < Streams; stream++)
        {
            var (range, buffer) = (new SequenceRange(1_000_000 + 2 * minute, 1_000_002 + 2 * minute), new RowBuffer());
            buffer.Append(rows);
            lines[stream] = new(streams[stream], window, CoverageState.Whole) { Range = range, Rows = 2 };
            Assert.True(writer.TryAdd(new SealedSegment
            {
                Stream = streams[stream],
                Window = window,
                Range = range,
                IsWhole = true,
                Count = 2,
                Rows = buffer,
                Identity = StreamIdentity.Identical,
                Coverage = lines[stream],
            }));
        }

        await writer.WhenDrainedToAsync(0);
        foreach (var line in lines)
            writer.Coverage.Report(line, heard);
    }
}
