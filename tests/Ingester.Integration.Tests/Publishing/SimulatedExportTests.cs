using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Commands;
using Ingester.Publishing.Export;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Simulator;
using Ingester.Simulator.Truth;
using Ingester.Storage.Stores;
using Ingester.Testing.Publishing;

namespace Ingester.Integration.Tests.Publishing;

/// <summary>
/// Minutes across midnight, recorded by two replicas while trades are lost and connections are cut: the exported files hold what the simulator sent, and the
/// book that is replayed from them is the one that the reading library gives.
/// </summary>
[Collection(AloneCollection.Name)] // its clock is fast
public sealed class SimulatedExportTests : IDisposable
{
    private const int Moments = 40; // per book

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Midnight = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-export-test-").FullName;
    private readonly ClockOptions clockOptions = StartBeforeMidnight(TimeProvider.System.GetUtcNow());

    /// <summary>The flaws of published files, with the exit code and the verdict of <c>verify</c>.</summary>
    private static readonly (string Flaw, int Exit, string Verdict)[] Flaws =
    [
        ("plain", 0, "confirmed"), ("header", 0, "confirmed"), ("microseconds", 0, "confirmed"), ("repeated", 0, "confirmed"), ("hole", 0, "archive-incomplete"), ("truncated", 0, "archive-incomplete"),
        ("price", 1, "contradiction"), ("side", 1, "contradiction"), ("time", 1, "contradiction"), ("extra", 3, "we-lack"), ("checksum", 3, "no-witness"), ("broken", 3, "no-witness"),
    ];

    private DirectoryStore Store => new(Path.Combine(folder, "store"), TimeProvider.System);

    [Fact]
    public async Task Exported_days_hold_what_the_simulator_sent()
    {
        using var patience = new CancellationTokenSource(Patience);
        var clock = SimulatedClock.Create(clockOptions);
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance", "coinbase", "kraken"], Markets = 1, EventsPerSecond = 40, MarketSkew = 0, EnforceLimits = false }, clock);
        using (var one = Start(simulator, "a"))
        using (var other = Start(simulator, "b"))
        {
            await Task.WhenAll(one.WaitUntilReadyAsync(patience.Token), other.WaitUntilReadyAsync(patience.Token));
            foreach (var exchange in simulator.Exchanges)
                simulator.DropNext(new(Dataset.Trades, exchange, simulator.Markets(exchange)[0].Name), 3, simulator.Connections(exchange)[0].Id);
            while (clock.GetUtcNow() < Midnight.AddSeconds(90))
                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token); // the simulated time is the condition
            simulator.Cut("binance", simulator.Connections("binance")[0].Id); // the other replica goes on
            while (clock.GetUtcNow() < Midnight.AddSeconds(180))
                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
            simulator.StopGenerating();
            Assert.All(await Task.WhenAll(one.StopAsync(patience.Token), other.StopAsync(patience.Token)), static exit => Assert.Equal(0, exit));
        }

        var manifests = new List<StreamExport>();
        foreach (var day in new[] { Midnight.AddDays(-1), Midnight })
        {
            var ended = await EndedCommand.RunAsync(folder, Patience, "export", "--date", $"{day:yyyy-MM-dd}", "--store", "store");
            Assert.True(ended.Exit is 0 or 3, ended.Error);
            manifests.AddRange(Directory.GetFiles(Path.Combine(folder, $"store/export/manifests/{day:yyyy'/'MM'/'dd}"), "*.json", SearchOption.AllDirectories).Select(path => ManifestJson.Parse(File.ReadAllBytes(path))));
            Assert.Contains("0 streams exported", (await EndedCommand.RunAsync(folder, Patience, "export", "--date", $"{day:yyyy-MM-dd}", "--store", "store")).Output, StringComparison.Ordinal);
        }

        foreach (var (flaw, exit, verdict) in Flaws)
            await IsToldAsync(simulator, flaw, exit, verdict);
        Assert.True(manifests.Count >= 12, $"{manifests.Count} streams");
        foreach (var stream in manifests.GroupBy(manifest => manifest.Stream))
            if (stream.Key.Dataset == Dataset.Trades)
                TradesAreTrue(simulator, stream.Key, [.. stream]);
            else if (stream.Key.Dataset == Dataset.Depth)
                await BooksAreTheSameAsync(stream.Key, [.. stream]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static ClockOptions StartBeforeMidnight(DateTimeOffset now) => new() { Epoch = now, Rate = 30, Offset = Midnight.AddMinutes(-8) - now };

    private ReplicaProcess Start(ExchangeSimulator simulator, string name)
    {
        var path = Path.Combine(folder, name + ".json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Ingester = new
            {
                Clock = clockOptions,
                Store = new { Directory = Path.Combine(folder, "store") },
                Internal = new { Connections = new { BackoffBase = "00:00:00.100", BackoffCap = "00:00:01", HoldOff = "00:00:01" } },
                Exchanges = simulator.Exchanges.ToDictionary(exchange => exchange, exchange => new
                {
                    Markets = new[] { "*" },
                    WebSocket = simulator.WebSocketAddress(exchange).ToString(),
                    Rest = simulator.RestAddress(exchange).ToString(),
                    SnapshotInterval = "00:00:20",
                    RepairTrades = false,
                }),
            },
        }));
        return new(name, path, Path.Combine(folder, name + ".log"));
    }

    /// <summary>The second day is complete from midnight until the generator was stopped.</summary>
    private async Task IsToldAsync(ExchangeSimulator simulator, string flaw, int exit, string verdict)
    {
        var ended = await EndedCommand.RunAsync(folder, Patience, "verify", "--against", "binance", "--exchange", "binance", "--date", $"{Midnight:yyyy-MM-dd}", "--store", "store", "--json",
            "--archive", $"http://127.0.0.1:{simulator.Port}/_archive/{flaw}/");
        Assert.True(ended.Exit == exit, $"{flaw}: {ended.Exit} {ended.Output} {ended.Error}");
        using var reports = JsonDocument.Parse(ended.Output);
        var report = reports.RootElement.EnumerateArray().Single(one => one.GetProperty("dataset").GetString() == "trades");
        Assert.True(report.GetProperty("verdict").GetString() == verdict, $"{flaw}: {report}");
    }

    /// <summary>From the first to the last exported trade, all that anyone received: row by row, with the receive time of a replica.</summary>
    private void TradesAreTrue(ExchangeSimulator simulator, StreamId stream, IReadOnlyList<StreamExport> days)
    {
        var rows = days.SelectMany(day => Rows(day, "trades").Select(row => (Day: day.Day, Row: row))).ToList();
        var received = simulator.Truth(stream).First().UpTo!.Value; // some trades of before are sent on subscribing
        var exported = rows.Where(row => long.Parse(row.Row[4], CultureInfo.InvariantCulture) >= received).ToList();
        var truth = simulator.Truth(stream).Where(row => row.UpTo <= long.Parse(exported[^1].Row[4], CultureInfo.InvariantCulture)).Select(Expected).ToList();
        Assert.Equal(truth, exported.Select(row => string.Join(',', row.Row[2], row.Row[4], row.Row[5], row.Row[6], row.Row[7])));
        Assert.All(rows, row => Assert.Equal(row.Day, DateOnly.FromDateTime(Micros.ToDateTime(long.Parse(row.Row[2], CultureInfo.InvariantCulture)))));
        foreach (var day in days)
        {
            Assert.DoesNotContain("gap", day.Marks.Keys);
            Assert.True(day.LocalTimestamps.GetValueOrDefault("a") + day.LocalTimestamps.GetValueOrDefault("b") > day.Events / 2, $"{stream}: {string.Join(' ', day.LocalTimestamps)}");
            var local = Rows(day, "trades").Select(row => long.Parse(row[3], CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(local.Order(), local);
        }
    }

    private static string Expected(TruthRow sent)
    {
        using var json = JsonDocument.Parse(sent.Row);
        string Text(string name) => json.RootElement.GetProperty(name).ToString();
        return string.Join(',', Text("ts"), Text("id"), Text("side"), Text("price"), Text("size"));
    }

    private async Task BooksAreTheSameAsync(StreamId stream, IReadOnlyList<StreamExport> days)
    {
        using var archive = new MarketArchive(Store, "");
        var random = new Random(1);
        var known = 0;
        foreach (var day in days)
        {
            var rows = Rows(day, "incremental_book_L2").ToList();
            Assert.Equal(rows.Count > 0, day.BookFrom is not null);
            var locals = rows.Select(row => row[3]).ToList();
            Assert.Equal(locals.Distinct().Count(), locals.Where((local, i) => i == 0 || locals[i - 1] != local).Count()); // one message, one time
            var book = new FileBook(rows);
            foreach (var at in Enumerable.Range(0, rows.Count == 0 ? 0 : Moments).Select(_ => random.NextInt64(book.Times.Min(), book.Times.Max() + 1)).Order())
            {
                var expected = await archive.GetBookAsync(stream.Exchange, stream.Market, Micros.ToDateTime(at));
                var found = book.At(at);
                if (expected.Proof == BookProof.Unknown)
                    continue;
                known++;
                Assert.True(FileBook.Text(expected) == found, $"{stream} at {Micros.ToDateTime(at):O}: {expected.Reason}\n{FileBook.Text(expected)}\n{found}");
            }
        }

        Assert.True(known > Moments / 2, $"{stream}: {known} books are known");
        if (stream.Exchange == "binance")
            Assert.Equal(Micros.From(Midnight), days.Max(day => day.BookFrom));
    }

    private IEnumerable<string[]> Rows(StreamExport day, string dataType)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, "store", day.Files.Single(file => file.DataType == dataType).Key)), CompressionMode.Decompress));
        foreach (var line in reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
            yield return line.Split(',');
    }
}
