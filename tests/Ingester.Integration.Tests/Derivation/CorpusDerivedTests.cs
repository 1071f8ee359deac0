using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Queries;
using Ingester.Testing;
using Ingester.Testing.Stores;

namespace Ingester.Integration.Tests.Derivation;

/// <summary>
/// Bars and book metrics of real recordings equal those that <c>tests/corpus_derived.py</c> computes from the raw frames. <c>INGESTER_DERIVE_CORPUS=all</c> compares
/// all long recordings of the Binance family instead of one.
/// </summary>
public sealed class CorpusDerivedTests : IDisposable
{
    private const string Spot = "binance 20240808T235413Z-hb-btcusdt 20240809T000000Z-hb-btcusdt";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-corpus-").FullName;

    /// <summary>An exchange and recordings that continue each other.</summary>
    public static TheoryData<string> Recordings => Environment.GetEnvironmentVariable("INGESTER_DERIVE_CORPUS") != "all"
        ? [Spot]
        :
        [
            Spot,
            "binance-futures 20230404T235820Z-hb-btcusdt 20230405T000000Z-hb-btcusdt",
            "binance-futures 20240718T235700Z-hb-btcusdt 20240719T000000Z-hb-btcusdt",
            "binance-futures 20240808T235415Z-hb-btcusdt",
            "binance-coinm 20240808T235416Z-hb-btcusd_perp 20240809T000000Z-hb-btcusd_perp",
        ];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Bars_and_metrics_equal_a_plain_computation_from_the_frames(string recordings)
    {
        var (exchange, files) = Find(recordings);
        var expectedBars = await ComputeAsync("bars", files);
        var expectedMetrics = await ComputeAsync("metrics", files);
        await DeriveAsync(exchange, files, expectedBars, "data");

        var bars = Read("data", "bars").Where(row => row.GetProperty("minutes").GetInt32() == 1 && IsKnown(row)).ToList();
        Assert.InRange(bars.Count, expectedBars.Count - 3, expectedBars.Count); // the first and the last minute are not complete
        foreach (var bar in bars)
            AssertEqual(expectedBars[Time(bar)], bar);

        var (metrics, compared) = (Read("data", "book-metrics").Where(row => row.GetProperty("seconds").GetInt32() == 1 && IsKnown(row)).ToList(), 0);
        foreach (var row in metrics.Where(row => expectedMetrics.ContainsKey(Time(row))))
        {
            AssertEqual(expectedMetrics[Time(row)], row);
            compared++;
        }

        Assert.InRange(compared, expectedMetrics.Count * 9 / 10, expectedMetrics.Count);
    }

    [Fact]
    public async Task Bars_of_trades_equal_bars_of_their_aggregate_trades()
    {
        var (exchange, files) = Find(Spot);
        var expected = await ComputeAsync("bars", files);
        await DeriveAsync(exchange, files, expected, "data");
        var aggregated = Path.Combine(folder, "aggregated.ws.tsv");
        await File.WriteAllTextAsync(aggregated, await RunPythonAsync("aggregate", files), TestContext.Current.CancellationToken);
        await DeriveAsync(exchange, [aggregated], expected, "aggregated");
        var single = Read("data", "bars").Where(IsKnown).ToDictionary(row => (Time(row), row.GetProperty("minutes").GetInt32()));
        var pairs = Read("aggregated", "bars").Where(row => IsKnown(row) && single.ContainsKey((Time(row), row.GetProperty("minutes").GetInt32()))).ToList();
        Assert.InRange(pairs.Count, single.Count - 2, single.Count);
        foreach (var bar in pairs)
        {
            var other = single[(Time(bar), bar.GetProperty("minutes").GetInt32())];
            Assert.Equal(("agg-trades", "trades"), (bar.GetProperty("source").GetString(), other.GetProperty("source").GetString()));
            Assert.True(bar.GetProperty("trades").GetInt64() < other.GetProperty("trades").GetInt64());
            foreach (var name in new[] { "open", "high", "low", "close", "volume", "quoteVolume", "buyVolume", "buyQuoteVolume", "sellVolume", "sellQuoteVolume", "vwap" })
                Assert.Equal(Number(other.GetProperty(name)), Number(bar.GetProperty(name)));
        }
    }

    /// <summary>The exchange and the paths; skips the test where there is no corpus.</summary>
    private static (string Exchange, string[] Files) Find(string recordings)
    {
        Assert.SkipUnless(Corpus.TryFind(out var root), Corpus.Absent);
        var words = recordings.Split(' ');
        return (words[0], [.. words[1..].Select(name => Path.Combine(root, words[0], name + ".ws.tsv.gz"))]);
    }

    private static bool IsKnown(JsonElement row) => row.GetProperty("condition").GetString() is "complete" or "beyond-horizon" or "unproven";

    private static void AssertEqual(JsonElement expected, JsonElement row)
    {
        foreach (var value in expected.EnumerateObject())
            Assert.True(Equals(Number(value.Value), Number(row.GetProperty(value.Name))), $"{Time(row)} {value.Name}: {value.Value} is expected instead of {row.GetProperty(value.Name)}");
    }

    private static decimal? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : decimal.Parse(value.ToString(), CultureInfo.InvariantCulture);

    private static long Time(JsonElement row) => row.GetProperty("ts").GetInt64();

    /// <summary>The rows that the script computes, by their times.</summary>
    private static async Task<Dictionary<long, JsonElement>> ComputeAsync(string what, string[] files) =>
        (await RunPythonAsync(what, files)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToDictionary(Time);

    private static async Task<string> RunPythonAsync(string what, string[] files)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", [Path.Combine(QueryEngine.Repository, "tests", "corpus_derived.py"), what, .. files])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        var error = python.StandardError.ReadToEndAsync();
        var output = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.True(python.ExitCode == 0, await error);
        return output;
    }

    /// <summary>Imports recordings into a store, with the snapshot beside them, and derives them.</summary>
    private async Task DeriveAsync(string exchange, string[] files, Dictionary<long, JsonElement> bars, string store)
    {
        var imported = await EndedCommand.RunAsync(folder, Patience, ["import", exchange, .. files, "--store", store]);
        Assert.True(imported.Exit == 0, imported.Error);
        await StoreSnapshotAsync(exchange, files[0], store);
        var (from, to) = (bars.Keys.Min(), bars.Keys.Max() + 60_000_000);
        var derived = await EndedCommand.RunAsync(folder, Patience, ["derive", "--from", Text(from), "--to", Text(to), "--interval", "1m,5m", "--dataset", "bars,book-metrics", "--no-parquet", "--store", store]);
        Assert.True(derived.Exit is 0 or 3, derived.Error);
    }

    /// <summary>Stores the snapshot that is recorded beside a recording, at the time of its answer.</summary>
    private async Task StoreSnapshotAsync(string exchange, string recording, string store)
    {
        var responses = recording.Replace(".ws.tsv.gz", ".rest.tsv", StringComparison.Ordinal);
        if (responses == recording)
            return;
        var fields = (await File.ReadAllLinesAsync(responses, TestContext.Current.CancellationToken))[0].Split('\t');
        using var body = JsonDocument.Parse(fields[^1]);
        var pair = Directory.EnumerateDirectories(Path.Combine(folder, store, "depth", $"exchange={exchange}")).Single();
        await StoredSnapshot.WriteAsync(
            Path.Combine(folder, store), $"{exchange}/{pair[(pair.LastIndexOf('=') + 1)..]}", DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(fields[0], CultureInfo.InvariantCulture)),
            body.RootElement.GetProperty("lastUpdateId").GetInt64(), $"\"bids\":{body.RootElement.GetProperty("bids").GetRawText()},\"asks\":{body.RootElement.GetProperty("asks").GetRawText()}");
    }

    private static string Text(long micros) => DateTimeOffset.UnixEpoch.AddMicroseconds(micros).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    private IEnumerable<JsonElement> Read(string store, string dataset) =>
        Directory.EnumerateFiles(Path.Combine(folder, store, "derived", dataset), "*.json.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(file => StoredText.Unpack(File.ReadAllBytes(file))!.Split('\n')[1..^1].Select(line => JsonSerializer.Deserialize<JsonElement>(line)));
}
