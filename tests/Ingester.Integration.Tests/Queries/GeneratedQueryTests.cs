using System.Globalization;
using System.Text.Json;
using Ingester.Testing.Stores;

namespace Ingester.Integration.Tests.Queries;

/// <summary>The documented views over generated and damaged stores return what opening every object says.</summary>
public sealed class GeneratedQueryTests : IDisposable
{
    private const int Stores = 48;

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-generated-").FullName;

    [Fact]
    public async Task Views_return_each_event_of_a_damaged_store_once_and_mark_conflicts()
    {
        var cases = new List<(int Seed, StoreCase Given)>();
        for (var seed = 1; seed <= Stores; seed++)
        {
            var made = StoreRun.Stores(new(seed), seed).ToList();
            var streams = made.Select(one => one.Given).ToList();
            if (made[0].Damage.Moved)
                continue; // rows of another table under a name of this one: SQL believes names
            cases.AddRange(streams.Select(given => (seed, given)));
            foreach (var key in streams[0].Store.Keys)
                await WriteAsync($"{seed}", key, streams[0].Store.Body(key));
        }

        var answers = await AskAsync();
        var judged = 0;
        foreach (var (seed, given) in cases)
            judged += Judge(answers.GetProperty($"{seed}"), given, $"Seed {seed}, {given.Market}") ? 1 : 0;
        Assert.InRange(judged, Stores / 3, cases.Count);
    }

    [Fact]
    public async Task Trades_whose_ids_are_no_integers_are_returned_once_in_order_of_time_beside_those_of_other_exchanges()
    {
        var (odd, ordinary) = (new Market("trades", "bybit-linear", "BTC-USDT", Numbered: false), new Market("trades", "binance", "BTC-USDT", Numbered: true));
        string[] rows = [Trade("b0-9", 1, "5"), Trade("a0-7", 2, "6"), Trade("c0-1", 3, "7")];
        await WriteAsync("1", StoredText.Segment(odd, GeneratedStore.T0, 1, whole: true, ""), StoredText.Pack($"{rows[0]}\n{rows[1]}\n"));
        await WriteAsync("1", StoredText.Segment(odd, GeneratedStore.T0, 1, whole: false, "_n2_0123456789abcdef"), StoredText.Pack($"{rows[1].Replace("\"6\"", "\"6.0\"", StringComparison.Ordinal)}\n{rows[2]}\n"));
        await WriteAsync("1", StoredText.Segment(ordinary, GeneratedStore.T0, 1, whole: true, "_8_10"), StoredText.Pack($"{Trade("10", 1, "1")}\n{Trade("9", 2, "2")}\n"));
        await WriteAsync("1", StoredText.Journal("gaps", odd, GeneratedStore.T0, "a"), StoredText.Pack(
            $$"""{"ts":{{GeneratedStore.T0}},"dataset":"trades","pair":"BTC-USDT","from":{{GeneratedStore.T0 + 3}},"to":{{GeneratedStore.T0 + 9}},"cause":"disputed"}""" + "\n"));

        var answer = (await AskAsync()).GetProperty("1");
        var trades = answer.GetProperty("trades").EnumerateArray().ToList();
        Assert.Equal(["b0-9", "a0-7", "c0-1"], trades.Where(row => row.GetProperty("exchange").GetString() == odd.Exchange).Select(row => row.GetProperty("id").GetString()!));
        Assert.Equal([false, false, true], trades.Where(row => row.GetProperty("exchange").GetString() == odd.Exchange).Select(row => row.GetProperty("disputed").GetBoolean()));
        Assert.Equal([9, 10], trades.Where(row => row.GetProperty("exchange").GetString() == ordinary.Exchange).Select(row => Number(row, "id")));
        Assert.All(trades, row => Assert.False(row.GetProperty("conflict").GetBoolean()));
        Assert.Equal(["2 1 2", "5 7 3"], answer.GetProperty("candles").EnumerateArray().Select(candle => string.Join(' ', new[] { "open", "close", "trades" }
            .Select(name => decimal.Parse(candle.GetProperty(name).ToString(), CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture)))));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>False where nothing can be said: nothing is stored, or the gzip of an object in the same table is damaged, which DuckDB says or not.</summary>
    private static bool Judge(JsonElement answer, StoreCase given, string what)
    {
        var table = new NaiveTable(given.Store, given.Market);
        if (!answer.TryGetProperty(given.Market.Dataset, out var rows))
            return false;
        if (rows.ValueKind == JsonValueKind.String)
        {
            Assert.True(given.Store.Keys.Any(key => StoredText.Unpack(given.Store.Body(key)) is null), $"{what}: {rows}");
            return false;
        }

        if (table.IsDamaged)
            return false;
        var own = rows.EnumerateArray().Where(row => row.GetProperty("pair").GetString() == given.Market.Pair).ToList();
        if (given.Market.HasIds)
            AssertEqual(table.Numbered(), own.Select(row => given.Market.Dataset == "trades"
                ? $"{Number(row, "id") - 1} {Number(row, "id")} {row.GetProperty("conflict").GetBoolean()}"
                : $"{Number(row, "after")} {Number(row, "upto")} {row.GetProperty("conflict").GetBoolean()}"), what);
        else
            AssertEqual(table.Unnumbered(), own.Select(row => Number(row, "ts")).Order(), what);
        return true;
    }

    private static void AssertEqual<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        var (all, there) = (expected.ToList(), actual.ToList());
        Assert.True(all.SequenceEqual(there), $"{what}: {all.Count} rows are stored, {there.Count} are returned; the first that differs is "
            + $"{all.Zip(there).FirstOrDefault(pair => !Equals(pair.First, pair.Second))}");
    }

    private static long Number(JsonElement row, string name) => long.Parse(row.GetProperty(name).ToString(), CultureInfo.InvariantCulture);

    private static string Trade(string id, long after, string price) => $$"""{"id":"{{id}}","ts":{{GeneratedStore.T0 + after}},"side":"buy","price":"{{price}}","size":"1"}""";

    private async Task WriteAsync(string store, string key, byte[] body)
    {
        var file = Path.Combine(folder, store, key);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, body, TestContext.Current.CancellationToken);
    }

    private Task<JsonElement> AskAsync() => QueryEngine.RunAsync("generated.mjs", [Path.Combine(QueryEngine.Repository, "docs", "views.sql"), folder], TestContext.Current.CancellationToken);
}
