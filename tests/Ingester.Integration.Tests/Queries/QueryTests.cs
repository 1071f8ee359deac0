using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Storage;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Simulator;
using Ingester.Simulator.Faults;

namespace Ingester.Integration.Tests.Queries;

/// <summary>
/// Every SQL statement that the documentation shows, on what two replicas recorded. The engine is DuckDB for Node, in the folder that
/// INGESTER_DUCKDB names; Athena's statements run on it too, over views that stand for its tables.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class QueryTests : IDisposable
{
    private const double Rate = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly StreamId Torn = new(Dataset.Trades, "binance", "BTC-USDT");

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-queries-").FullName;

    private static string Repository => Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    private string Store => Path.Combine(folder, "store");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_statement_of_the_documentation_runs_and_returns_what_was_sent_each_trade_once()
    {
        var engine = Environment.GetEnvironmentVariable("INGESTER_DUCKDB");
        Assert.SkipUnless(engine is not null, "INGESTER_DUCKDB names no folder with DuckDB for Node (npm install --prefix FOLDER @duckdb/node-api).");
        using var patience = new CancellationTokenSource(Patience);
        var now = TimeProvider.System.GetUtcNow();
        var clock = new ClockOptions { Epoch = now, Rate = Rate, Offset = TimeSpan.FromHours(12) - now.TimeOfDay }; // far from midnight: one day
        await using var simulator = await RecordAsync(clock, patience.Token);
        var answers = await AskAsync(engine!, SimulatedClock.From(clock).GetUtcNow(), patience.Token);

        Assert.All(answers, answer => Assert.False(answer.Value.TryGetProperty("error", out var error), $"{answer.Key}: {error}"));
        var stored = Rows(answers, "trades-with-fragments.sql").Select(row => Text(row, "id")).OrderBy(id => long.Parse(id, CultureInfo.InvariantCulture)).ToList();
        var sent = simulator.Truth(Torn).Where(row => row.Sent || stored.Contains(Text(row.Row, "id"))).Select(row => Text(row.Row, "id")).ToList(); // or fetched later
        var whole = Rows(answers, "trades-of-a-day.sql").Count;
        Assert.InRange(whole, 1, sent.Count);
        Assert.Equal(sent, stored);
        Assert.Equal(whole, Rows(answers, "DuckDB: -- trades of one market and day").Count);
        Assert.Equal(whole, Rows(answers, "Athena: SELECT from_unixtime").Count);
        Assert.Equal(whole, Number(Rows(answers, "DuckDB: -- volume per market").Single(row => Text(row, "exchange") == Torn.Exchange && Text(row, "pair") == Torn.Market), "trades"));
        Assert.Equal(whole, Rows(answers, "candles.sql").Where(row => Text(row, "pair") == Torn.Market).Sum(row => Number(row, "trades")));

        var drop = simulator.Faults().Single(fault => fault.Kind == FaultKind.Drop);
        foreach (var gaps in new[] { "gaps-of-a-day.sql", "DuckDB: -- every gap" })
            Assert.Contains(Rows(answers, gaps), row => Text(row, "pair") == Torn.Market && Number(row, "after") == drop.After && Number(row, "upto") == drop.UpTo);
        Assert.Contains(Rows(answers, "completeness.sql"), row => Text(row, "pair") == Torn.Market && Number(row, "whole") > 0);
        Assert.Empty(Rows(answers, "quarantine.sql"));
    }

    private async Task<ExchangeSimulator> RecordAsync(ClockOptions clock, CancellationToken cancel)
    {
        var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance", "kraken"], Markets = 3, EventsPerSecond = 100, Skew = 0 }, SimulatedClock.From(clock));
        var configuration = Configure(simulator, clock);
        using var first = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log"));
        using var second = new ReplicaProcess("b", configuration, Path.Combine(folder, "b.log"));
        await Task.WhenAll(first.WaitUntilReadyAsync(cancel), second.WaitUntilReadyAsync(cancel));
        using var timer = new PeriodicTimer(Poll);
        await WholeAsync(2);
        simulator.DropNext(Torn, 3);
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
        var place = Path.Combine(Store, Torn.Dataset.Name(), $"exchange={Torn.Exchange}", $"pair={Torn.Market}");
        return Directory.Exists(place) ? Directory.EnumerateFiles(place, "*" + ObjectKey.Extension, SearchOption.AllDirectories).Count() : 0;
    }

    private string Configure(ExchangeSimulator simulator, ClockOptions clock) =>
        ReplicaFile.Write(folder, simulator, clock, new { Replicas = new[] { "a", "b" }, Store = new { Directory = Store } });

    private async Task<Dictionary<string, JsonElement>> AskAsync(string engine, DateTimeOffset day, CancellationToken cancel)
    {
        string[] arguments =
        [
            Path.Combine(Here(), "query.mjs"), Path.GetFullPath(engine), Store, Path.Combine(Repository, "docs", "layout.md"),
            Path.Combine(Repository, "deploy", "terraform", "queries"), day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ];
        using var node = Process.Start(new ProcessStartInfo("node", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var wrong = node.StandardError.ReadToEndAsync(cancel);
        var said = await node.StandardOutput.ReadToEndAsync(cancel);
        await node.WaitForExitAsync(cancel);
        Assert.True(node.ExitCode == 0, await wrong);
        return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(said)!;
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

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
