using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Importing;
using Ingester.Simulator;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Integration.Tests.Recording;

/// <summary>The recorder captures the connections, and the capture alone gives everything again that was proven.</summary>
[Collection(AloneCollection.Name)]
public sealed class RawCaptureTests(ITestOutputHelper output)
{
    private const int Rate = 30;
    private static readonly TimeSpan BeforeTheCut = TimeSpan.FromSeconds(100); // of the simulated clock, like the next
    private static readonly TimeSpan AfterTheCut = TimeSpan.FromSeconds(200);

    [Fact]
    public async Task Imported_capture_gives_the_same_whole_objects_and_snapshots_as_were_recorded()
    {
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };
        await using var simulator = await StartSimulatorAsync(clock, []);
        await using var replica = await Replica.StartAsync(simulator, clock, Capturing());
        await RunAsync(simulator, replica);
        await replica.StopAsync();
        Assert.Equal(0, replica.State.Meter.RawDropped.Total);

        foreach (var exchange in simulator.Exchanges)
        {
            var recorded = await ReadAsync(replica.Store, exchange);
            var imported = new MemoryStore();
            var summary = await ImportAsync(replica.Store, imported, exchange);
            var again = await ReadAsync(imported, exchange);
            output.WriteLine($"{exchange}: {recorded.Whole.Count} whole objects and {recorded.Snapshots.Count} snapshots recorded, {again.Whole.Count} and {again.Snapshots.Count} imported, {summary.Frames} frames");
            Assert.Equal(0, summary.Quarantined);
            Assert.True(recorded.Whole.Count >= 8, $"{exchange} has {recorded.Whole.Count} whole objects");
            Assert.True(recorded.Fragments > 0, $"{exchange} was cut and has no fragment");
            Assert.NotEmpty(recorded.Snapshots);
            Assert.Equal(recorded.Whole, again.Whole);
            Assert.Equal(recorded.Snapshots.Select(BookOf), again.Snapshots.Select(BookOf));

            var part = (await ImportLastMinutesAsync(replica.Store, exchange)).Select(stored => stored.ToString()).ToList();
            output.WriteLine($"{exchange}: {part.Count} whole objects imported from the last minutes alone");
            Assert.NotEmpty(part); // each object of the capture names the open connections and their streams
            Assert.Subset(recorded.Whole.Select(stored => stored.ToString()).ToHashSet(), part.ToHashSet());
        }
    }

    [Fact]
    public async Task Windows_that_a_broken_decoder_lost_are_whole_after_the_import_by_a_mended_one()
    {
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };
        await using var simulator = await StartSimulatorAsync(clock, ["binance"]);
        await using var replica = await Replica.StartAsync(simulator, clock, Capturing(), "binance", (lane, _) => new BrokenDecoderLane(lane));
        await RunAsync(simulator, replica);
        await replica.StopAsync();
        Assert.True(replica.State.Meter.FramesQuarantined.Total > 10);

        var recorded = (await ReadAsync(replica.Store, "binance")).Whole;
        var imported = new MemoryStore();
        var summary = await ImportAsync(replica.Store, imported, "binance");
        var again = (await ReadAsync(imported, "binance")).Whole;
        output.WriteLine($"{recorded.Count} whole objects recorded, {again.Count} imported");
        Assert.Equal(0, summary.Quarantined);
        Assert.True(again.Count >= recorded.Count + 2);
        Assert.Subset(again.Select(stored => stored.Key).ToHashSet(), recorded.Select(stored => stored.Key).ToHashSet());
    }

    /// <summary>Imports the end of a capture, without what came before; returns the whole objects.</summary>
    private static async Task<IReadOnlyList<(string Key, string Rows)>> ImportLastMinutesAsync(IObjectStore capture, string exchange)
    {
        using var download = new RawDownload();
        await download.RunAsync(capture, "", $"raw/exchange={exchange}/", CancellationToken.None);
        var last = Directory.EnumerateFiles(download.Folder, "*.ws.tsv.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal).TakeLast(4).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(download.Folder, "*", SearchOption.AllDirectories).Where(path => !last.Contains(path)).ToList())
            File.Delete(path);
        var imported = new MemoryStore();
        await ImportAsync(download.Folder, imported, exchange);
        return (await ReadAsync(imported, exchange)).Whole;
    }

    private static Task<ExchangeSimulator> StartSimulatorAsync(ClockOptions clock, IReadOnlyList<string> exchanges) => ExchangeSimulator.StartAsync(
        new() { Exchanges = exchanges, Markets = 3, EventsPerSecond = 200, MarketSkew = 0.3, EnforceLimits = false }, SimulatedClock.Create(clock));

    private static Dictionary<string, string?> Capturing() => new()
    {
        ["Ingester:Raw:Exchanges:0"] = "*",
        ["Ingester:Internal:Connections:BackoffBase"] = "00:00:00.050",
    };

    /// <summary>Cuts the connections of each exchange in the middle.</summary>
    private static async Task RunAsync(ExchangeSimulator simulator, Replica replica)
    {
        await PassAsync(replica, BeforeTheCut);
        foreach (var exchange in simulator.Exchanges)
            Assert.True(simulator.Cut(exchange) > 0);
        await PassAsync(replica, AfterTheCut);
        simulator.StopGenerating();
        await PassAsync(replica, TimeSpan.FromSeconds(30)); // what is on its way, and the graces
    }

    private static async Task PassAsync(Replica replica, TimeSpan span)
    {
        var until = Micros.Now(replica.Clock) + Micros.From(span);
        await replica.UntilAsync(() => Micros.Now(replica.Clock) > until, span / Rate);
    }

    private static async Task<ImportSummary> ImportAsync(IObjectStore capture, IObjectStore target, string exchange)
    {
        using var download = new RawDownload();
        await download.RunAsync(capture, "", $"raw/exchange={exchange}/", CancellationToken.None);
        return await ImportAsync(download.Folder, target, exchange);
    }

    private static async Task<ImportSummary> ImportAsync(string folder, IObjectStore target, string exchange)
    {
        var facts = ExchangeCatalog.Find(exchange)!;
        var recordings = await RecordingFinder.FindAsync(folder, exchange, CancellationToken.None);
        var importer = new Importer(facts, target, new() { Identity = new() { Replica = "a", ProcessStartMicros = 1 } }, NullLoggerFactory.Instance);
        return await importer.RunAsync(
            recordings, await MarketResolver.ReadAsync(facts, null, recordings[0].Messages[0], CancellationToken.None), new(1, long.MaxValue), CancellationToken.None);
    }

    /// <summary>The whole objects and the snapshots of an exchange with their rows, and the number of fragments.</summary>
    private static async Task<(IReadOnlyList<(string Key, string Rows)> Whole, IReadOnlyList<(string Key, string Rows)> Snapshots, int Fragments)> ReadAsync(IObjectStore store, string exchange)
    {
        var (whole, snapshots, fragments) = (new List<(string, string)>(), new List<(string, string)>(), 0);
        await foreach (var found in store.ListAsync("", CancellationToken.None))
        {
            if (!found.Key.Contains($"/exchange={exchange}/", StringComparison.Ordinal))
                continue;
            if (SegmentKey.TryParse("", found.Key, out var name))
            {
                if (name.IsWhole)
                    whole.Add((found.Key, await TextAsync(store, found.Key)));
                else
                    fragments++;
            }
            else if (found.Key.StartsWith(Dataset.Snapshots.Name() + "/", StringComparison.Ordinal))
            {
                snapshots.Add((found.Key, await TextAsync(store, found.Key)));
            }
        }

        return (whole, snapshots, fragments);
    }

    /// <summary>
    /// The range and the levels of a snapshot. A fetched one without a time gets that of the last diff, and the recorder may have received one between the
    /// response and its use.
    /// </summary>
    private static string BookOf((string Key, string Rows) snapshot)
    {
        var row = JsonDocument.Parse(snapshot.Rows).RootElement;
        return $"{snapshot.Key.Split("/year=")[0]} {(row.TryGetProperty("upto", out var upTo) ? upTo.GetRawText() : "")} {row.GetProperty("bids").GetRawText()} {row.GetProperty("asks").GetRawText()}";
    }

    private static async Task<string> TextAsync(IObjectStore store, string key)
    {
        await using var body = await store.GetAsync(key, CancellationToken.None);
        using var reader = new StreamReader(new GZipStream(body!, CompressionMode.Decompress));
        return await reader.ReadToEndAsync();
    }
}
