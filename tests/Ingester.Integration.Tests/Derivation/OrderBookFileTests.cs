using System.Globalization;
using System.Text.Json;
using Ingester.Integration.Tests.Queries;

namespace Ingester.Integration.Tests.Derivation;

/// <summary>Avro files of derived data, read by another implementation (npm avsc).</summary>
public sealed class OrderBookFileTests : IDisposable
{
    private const string Hour = "orderbook/year=2025/month=10/day=25/hour=00/1761350400000.avro";

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-orderbook-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Books_in_the_layout_of_order_book_collectors_are_read_by_another_implementation_and_an_hour_that_changed_is_replaced()
    {
        QueryEngine.RequirePackage("avsc");
        await SmallMarket.ImportAsync(folder, lostTrade: 100);
        Assert.Equal(3, (await SmallMarket.DeriveAsync(folder, "--orderbook", "binance=BTC-USDT", "--avro", "deflate")).Exit);
        Assert.Equal([Hour], Directory.EnumerateFiles(Path.Combine(folder, "data", "orderbook"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Path.Combine(folder, "data"), file)));
        var file = await ReadAsync(Hour);
        var fields = file.GetProperty("schema").GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString());
        Assert.Equal(["timestamp_ms", "bids", "asks", "spread", "mid_price", "imbalance_ratio", "condition"], fields);
        var records = file.GetProperty("records").EnumerateArray().ToList();
        var first = SmallMarket.BeginMillis + SmallMarket.SnapshotId * 1_000 + 1_000; // the first tick after the snapshot
        Assert.Equal(Enumerable.Range(0, 6 * 60 - SmallMarket.SnapshotId).Select(second => first + second * 1_000L), records.Select(record => record.GetProperty("timestamp_ms").GetInt64()));
        for (var index = 0; index < records.Count; index++)
        {
            var best = 1 + (SmallMarket.SnapshotId + index) / 1_000m; // the last diff before the tick
            Assert.Equal([(99.99m, best), (99.95m, best + 2), (99.9m, best + 5), (99.5m, best + 9), (99m, best + 14)], Levels(records[index], "bids"));
            Assert.Equal([(100.01m, 1m), (100.05m, 3m), (100.1m, 6m), (100.5m, 10m), (101m, 15m)], Levels(records[index], "asks"));
            Assert.Equal((100m, 0.02m, "complete"), (Number(records[index], "mid_price"), Number(records[index], "spread"), records[index].GetProperty("condition").GetString()));
            Assert.InRange(Number(records[index], "imbalance_ratio") - (best + 14) / (best + 29), -1e-12m, 1e-12m);
        }

        // Another hour file of the same data, in the layout of this program.
        var metrics = await ReadAsync("derived/book-metrics/exchange=binance/year=2025/month=10/day=25/00_r6.avro");
        Assert.Equal(6 * 61, metrics.GetProperty("records").GetArrayLength());

        // The same hour is written once. After a later revision of a minute it is replaced, and only then.
        var path = Path.Combine(folder, "data", Hour);
        var written = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await SmallMarket.DeriveAsync(folder, "--orderbook", "binance=BTC-USDT");
        Assert.Equal(written, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        await SmallMarket.DeriveAsync(folder, "--orderbook", "binance=BTC-USDT", "--notionals", "500");
        Assert.Equal("12", (await ReadAsync(Hour)).GetProperty("metadata").GetProperty("ingester.revision").GetString());
        File.Delete(path); // an hour that failed: the next run writes it
        await SmallMarket.DeriveAsync(folder, "--orderbook", "binance=BTC-USDT", "--notionals", "500");
        Assert.Equal(records.Count, (await ReadAsync(Hour)).GetProperty("records").GetArrayLength());
    }

    private Task<JsonElement> ReadAsync(string key) => QueryEngine.RunAsync("avro.mjs", [Path.Combine(folder, "data", key)], TestContext.Current.CancellationToken);

    private static IEnumerable<(decimal Price, decimal Size)> Levels(JsonElement record, string side) =>
        record.GetProperty(side).EnumerateArray().Select(level => (level[0].GetDecimal(), level[1].GetDecimal()));

    private static decimal Number(JsonElement record, string name) => decimal.Parse(record.GetProperty(name).GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
