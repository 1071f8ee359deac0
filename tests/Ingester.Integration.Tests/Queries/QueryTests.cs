using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Simulator;
using Ingester.Simulator.Faults;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Queries;

/// <summary>
/// Every SQL statement that the documentation shows, on what two replicas recorded. Athena's
/// statements run on DuckDB too, over views that stand for its tables.
/// </summary>
public sealed class QueryTests : IDisposable
{
    private const double Rate = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly StreamId StreamWithGap = new(Dataset.Trades, "binance", "BTC-USDT");

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-queries-").FullName;

    private string Store => Path.Combine(folder, "store");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_statement_of_the_documentation_runs_and_returns_each_sent_trade_once()
    {
        QueryEngine.Require();
        using var patience = new CancellationTokenSource(Patience);
        var now = TimeProvider.System.GetUtcNow();
        var clock = new ClockOptions { Epoch = now, Rate = Rate, Offset = TimeSpan.FromHours(12) - now.TimeOfDay }; // far from midnight: one day
        await using var simulator = await RecordAsync(clock, patience.Token);
        var answers = await AskAsync(SimulatedClock.Create(clock).GetUtcNow(), patience.Token);

        Assert.All(answers, answer => Assert.False(answer.Value.TryGetProperty("error", out var error), $"{answer.Key}: {error}"));
        var begin = SimulatedClock.Create(clock).GetUtcNow().UtcDateTime.Date;
        var merged = await MergeAsync(new(begin, TimeSpan.Zero), patience.Token);
        var stored = Rows(answers, "trades-of-a-day.sql").Select(row => Text(row, "id")).ToList();
        var sent = simulator.Truth(StreamWithGap).Where(row => row.Sent || stored.Contains(Text(row.Row, "id"))).Select(row => Text(row.Row, "id")).ToList(); // or fetched later
        Assert.Equal(sent, stored);
        Assert.Equal(merged, stored);
        foreach (var name in new[] { "docs/layout.md: DuckDB: -- trades of one market and day", "docs/layout.md: Athena: SELECT id" })
            Assert.Equal(merged, Rows(answers, name).Select(row => Text(row, "id")));
        foreach (var name in new[] { "docs/layout.md: DuckDB: -- volume per market", "README.md: DuckDB: -- DuckDB" })
            Assert.Equal(merged.Count, Number(Rows(answers, name).Single(row => Text(row, "exchange") == StreamWithGap.Exchange && Text(row, "pair") == StreamWithGap.Market), "trades"));
        foreach (var name in new[] { "candles.sql", "docs/layout.md: DuckDB: -- candles" })
            Assert.Equal(merged.Count, Rows(answers, name).Where(row => Text(row, "pair") == StreamWithGap.Market).Sum(row => Number(row, "trades")));
        Assert.Equal(Rows(answers, "all of depth_all: DuckDB").Count, Rows(answers, "all of depth_all: Athena").Count);

        var drop = simulator.Faults().Single(fault => fault.Kind == InjectedFaultKind.Drop);
        var marks = Rows(answers, "docs/layout.md: DuckDB: -- every row that").Concat(Rows(answers, "docs/layout.md: DuckDB: -- every open gap"));
        Assert.Contains(marks, row => Text(row, "pair") == StreamWithGap.Market && Number(row, "after") == drop.After && Number(row, "upto") == drop.UpTo);
        Assert.Contains(Rows(answers, "completeness.sql"), row => Text(row, "pair") == StreamWithGap.Market && Number(row, "whole") > 0);
        Assert.Empty(Rows(answers, "quarantine.sql"));
    }

    private async Task<ExchangeSimulator> RecordAsync(ClockOptions clock, CancellationToken cancel)
    {
        var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance", "kraken"], Markets = 3, EventsPerSecond = 100, MarketSkew = 0 }, SimulatedClock.Create(clock));
        var configuration = Configure(simulator, clock);
        using var first = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log"));
        using var second = new ReplicaProcess("b", configuration, Path.Combine(folder, "b.log"));
        await Task.WhenAll(first.WaitUntilReadyAsync(cancel), second.WaitUntilReadyAsync(cancel));
        using var timer = new PeriodicTimer(Poll);
        await WholeAsync(2);
        simulator.DropNext(StreamWithGap, 3);
        var standing = WholeMinutes();
        await WholeAsync(standing + 3);
        simulator.StopGenerating();
        var exits = await Task.WhenAll(first.StopAsync(cancel), second.StopAsync(cancel));
        Assert.All(exits, exit => Assert.Equal(0, exit));
        return simulator;

        async Task WholeAsync(int minutes)
        {
            while (WholeMinutes() < minutes)
                await timer.WaitForNextTickAsync(cancel);
        }
    }

    private int WholeMinutes()
    {
        var place = Path.Combine(Store, StreamWithGap.Dataset.Name(), $"exchange={StreamWithGap.Exchange}", $"pair={StreamWithGap.Market}");
        return Directory.Exists(place) ? Directory.EnumerateFiles(place, "*" + ObjectKey.Extension, SearchOption.AllDirectories).Count() : 0;
    }

    private string Configure(ExchangeSimulator simulator, ClockOptions clock) =>
        ReplicaFile.Write(folder, simulator, clock, new { Replicas = new[] { "a", "b" }, Store = new { Directory = Store } });

    private async Task<Dictionary<string, JsonElement>> AskAsync(DateTimeOffset day, CancellationToken cancel) =>
        (await QueryEngine.RunAsync("query.mjs", [Store, QueryEngine.Repository, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)], cancel))
        .Deserialize<Dictionary<string, JsonElement>>()!;

    private async Task<List<string>> MergeAsync(DateTimeOffset day, CancellationToken cancel)
    {
        using var archive = new MarketArchive(new StoreOptions { Directory = Store });
        var ids = new List<string>();
        await foreach (var found in archive.ReadEventsAsync(StreamWithGap, day, day.AddDays(1), cancel))
            if (found.Kind == MarketEventKind.Row)
                ids.Add(Text(Encoding.UTF8.GetString(found.Row.Span), "id"));
        return ids;
    }

    private static List<JsonElement> Rows(Dictionary<string, JsonElement> answers, string name) =>
        [.. answers.Single(answer => answer.Key.StartsWith(name, StringComparison.Ordinal)).Value.GetProperty("rows").EnumerateArray()];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).ToString();

    private static string Text(string row, string name)
    {
        using var json = JsonDocument.Parse(row);
        return Text(json.RootElement, name);
    }

    private static long Number(JsonElement row, string name) => long.TryParse(Text(row, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
