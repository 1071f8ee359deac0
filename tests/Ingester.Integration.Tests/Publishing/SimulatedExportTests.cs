using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Commands;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Simulator;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Truth;
using Ingester.Storage.Stores;
using Ingester.Testing.Publishing;

namespace Ingester.Integration.Tests.Publishing;

/// <summary>
/// Minutes across midnight, recorded by two replicas while trades are lost and connections are cut: the exported files hold what the simulator sent, except what the
/// certificates name; after a repair they hold everything. The book that is replayed from them is the one that the reading library gives.
/// </summary>
[Collection(AloneCollection.Name)] // its clock is fast
public sealed class SimulatedExportTests : IDisposable
{
    private const int Moments = 40; // per book
    private const int LostByAll = 2; // per exchange

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
            while (clock.GetUtcNow() < Midnight.AddSeconds(60))
                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
            foreach (var exchange in simulator.Exchanges)
                simulator.DropNext(new(Dataset.Trades, exchange, simulator.Markets(exchange)[0].Name), LostByAll); // no replica has them
            while (clock.GetUtcNow() < Midnight.AddSeconds(90))
                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token); // the simulated time is the condition
            simulator.Cut("binance", simulator.Connections("binance")[0].Id); // the other replica goes on
            while (clock.GetUtcNow() < Midnight.AddSeconds(180))
                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
            simulator.StopGenerating();
            Assert.All(await Task.WhenAll(one.StopAsync(patience.Token), other.StopAsync(patience.Token)), static exit => Assert.Equal(0, exit));
        }

        Assert.Equal(0, (await RunAsync("certificate", "key", "signing.pem")).Exit);
        await PublishAsync();
        var lost = simulator.Faults().Where(static fault => fault is { Kind: InjectedFaultKind.Drop, Connection: null }).Sum(static fault => fault.UpTo!.Value - fault.After!.Value); // a frame may hold several trades
        Assert.InRange(lost, 3 * LostByAll, 9 * LostByAll);
        Assert.Equal(lost, CompareTrades(simulator));
        await IsTakenFromFilesAsync(simulator);
        var repaired = await RunAsync("repair", "--from", $"{Midnight.AddDays(-1):yyyy-MM-dd}", "--to", $"{Midnight.AddDays(1):yyyy-MM-dd}", "--dataset", "trades", "--config", "a.json");
        Assert.True(repaired.Exit is 0 or 3, repaired.Error);
        var manifests = await PublishAsync();
        Assert.Equal(0, CompareTrades(simulator));
        foreach (var (flaw, exit, verdict) in Flaws)
            await IsToldAsync(simulator, flaw, exit, verdict);
        Assert.True(manifests.Count >= 12, $"{manifests.Count} streams");
        Assert.InRange(manifests.Count(static manifest => manifest.Revision == 2), 3, 6); // the trades of each exchange, of one day or both
        foreach (var stream in manifests.Where(static manifest => manifest.Stream.Dataset == Dataset.Depth).GroupBy(manifest => manifest.Stream))
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
                    ApiKey = "a key",
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

    /// <summary>REST does not answer: a file that contradicts the store closes nothing, a good one closes the gap of that exchange.</summary>
    private async Task IsTakenFromFilesAsync(ExchangeSimulator simulator)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "unanswered.json"), (await File.ReadAllTextAsync(Path.Combine(folder, "a.json"))).Replace(simulator.RestAddress("binance").ToString(), "http://127.0.0.1:1/", StringComparison.Ordinal));
        foreach (var (flaw, exit, closed) in new[] { ("price", 1, "0 gaps closed, 1 open"), ("plain", 3, "1 gaps closed, 0 open") })
        {
            var ended = await RunAsync("repair", "--from", $"{Midnight:yyyy-MM-dd}", "--to", $"{Midnight.AddDays(1):yyyy-MM-dd}", "--exchange", "binance", "--dataset", "trades", "--config", "unanswered.json",
                "--from-archive", "--archive", $"http://127.0.0.1:{simulator.Port}/_archive/{flaw}/");
            Assert.True(ended.Exit == exit && ended.Output.Contains(closed, StringComparison.Ordinal), $"{flaw}: {ended.Exit} {ended.Output} {ended.Error}");
        }
    }

    private Task<EndedCommand> RunAsync(params string[] line) => EndedCommand.RunAsync(folder, Patience, line);

    /// <summary>Exports, certifies and verifies both days; a second export has nothing to do.</summary>
    private async Task<List<StreamExport>> PublishAsync()
    {
        var manifests = new List<StreamExport>();
        foreach (var day in new[] { $"{Midnight.AddDays(-1):yyyy-MM-dd}", $"{Midnight:yyyy-MM-dd}" })
        {
            var ended = await RunAsync("export", "--date", day, "--store", "store");
            Assert.True(ended.Exit is 0 or 3, ended.Error);
            Assert.Contains("0 streams exported", (await RunAsync("export", "--date", day, "--store", "store")).Output, StringComparison.Ordinal);
            var certified = await RunAsync("certificate", "create", "--date", day, "--store", "store", "--key", "signing.pem");
            Assert.True(certified.Exit == 3, certified.Output + certified.Error); // minutes of a day
            var verified = await RunAsync("certificate", "verify", "--date", day, "--store", "store", "--key", "signing.pub.pem");
            Assert.True(verified.Exit == 0, verified.Output + verified.Error);
            manifests.AddRange(Directory.GetFiles(Path.Combine(folder, $"store/export/manifests/{day.Replace('-', '/')}"), "*.json", SearchOption.AllDirectories).Select(path => ManifestJson.Parse(File.ReadAllBytes(path))));
        }

        return manifests;
    }

    /// <summary>The newest certificates of the trades of an exchange, by day.</summary>
    private List<Predicate> Certificates(string exchange) =>
    [
        .. from path in Directory.GetFiles(Path.Combine(folder, "store/export/certificates"), $"{exchange}_trades.r*.dsse.json", SearchOption.AllDirectories)
           let predicate = CertificateStatement.Parse(Envelope.Parse(File.ReadAllBytes(path))).Predicate
           group predicate by predicate.Day into day
           orderby day.Key
           select day.MaxBy(static one => one.Revision)!,
    ];

    /// <summary>From the first to the last exported trade, all that was sent except the ids that the certificates name, row by row. Returns the number of these.</summary>
    private int CompareTrades(ExchangeSimulator simulator)
    {
        var count = 0;
        foreach (var exchange in simulator.Exchanges)
        {
            var stream = new StreamId(Dataset.Trades, exchange, simulator.Markets(exchange)[0].Name);
            var certified = Certificates(exchange).Select(day => (day.Day, Stream: day.Streams.Single(one => one.Pair == stream.Market))).ToList();
            var missing = certified.SelectMany(static day => day.Stream.Missing).DistinctBy(static gap => (gap.After, gap.UpTo)).ToList();
            count += TradesAreTrue(simulator, stream, certified, missing);
        }

        return count;
    }

    private int TradesAreTrue(ExchangeSimulator simulator, StreamId stream, IReadOnlyList<(DateOnly Day, CertifiedStream Stream)> days, IReadOnlyList<MissingIds> missing)
    {
        var rows = days.SelectMany(day => Rows(day.Stream.Files.Single(file => file.DataType == "trades").Key).Select(row => (day.Day, Row: row))).ToList();
        var received = simulator.Truth(stream).First().UpTo!.Value; // some trades of before are sent on subscribing
        var exported = rows.Where(row => long.Parse(row.Row[4], CultureInfo.InvariantCulture) >= received).ToList();
        var truth = simulator.Truth(stream).Where(row => row.UpTo <= long.Parse(exported[^1].Row[4], CultureInfo.InvariantCulture)).ToList();
        var lost = truth.RemoveAll(row => missing.Any(gap => gap.After < row.UpTo && row.UpTo <= gap.UpTo));
        Assert.Equal(truth.Select(Expected), exported.Select(row => string.Join(',', row.Row[2], row.Row[4], row.Row[5], row.Row[6], row.Row[7])));
        Assert.All(rows, row => Assert.Equal(row.Day, DateOnly.FromDateTime(Micros.ToDateTime(long.Parse(row.Row[2], CultureInfo.InvariantCulture)))));
        foreach (var (_, day) in days)
        {
            Assert.True(day.LocalTimestamp.GetValueOrDefault("a") + day.LocalTimestamp.GetValueOrDefault("b") > day.Events / 2, $"{stream}: {string.Join(' ', day.LocalTimestamp)}");
            var local = Rows(day.Files.Single(file => file.DataType == "trades").Key).Select(row => long.Parse(row[3], CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(local.Order(), local);
        }

        return lost;
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
            var rows = Rows(day.Files.Single(file => file.DataType == "incremental_book_L2").Key).ToList();
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

    private IEnumerable<string[]> Rows(string key)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, "store", key)), CompressionMode.Decompress));
        foreach (var line in reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
            yield return line.Split(',');
    }
}
