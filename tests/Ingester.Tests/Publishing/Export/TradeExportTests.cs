using System.Globalization;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;
using Parquet;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Publishing.Export;

/// <summary>Exported trades: what they hold, revisions, and that the same store gives the same bytes.</summary>
public sealed class TradeExportTests
{
    private readonly MemoryStore store = new();
    private readonly ExportRig rig;

    public TradeExportTests() => rig = new(store);

    [Fact]
    public async Task Trades_of_the_day_are_exported_once_and_in_order_from_two_replicas()
    {
        Record("a", missing: [5]);
        Record("b", missing: [9]);
        var outcome = Assert.Single(await rig.RunAsync());
        var manifest = outcome.Manifest!;
        Assert.Equal((1, 240L, "0", "239"), (manifest.Revision, manifest.Events, manifest.First!.Id, manifest.Last!.Id));
        var rows = await rig.RowsAsync(manifest, "trades");
        Assert.Equal(Enumerable.Range(0, 240).Select(id => $"binance,BTC-USDT,{T0 + id * Second},{T0 + id * Second},{id},buy,1.50,2"), rows.Select(row => string.Join(',', row)));
        Assert.Equal("export/csv/binance/trades/2025/10/25/BTC-USDT.csv.gz", manifest.Files[0].Key);
        Assert.Equal(240, manifest.LocalTimestamps["exchange"]);
        Assert.DoesNotContain("gap", manifest.Marks.Keys);
        Assert.Equal(manifest.InputSha256, Hash(await rig.TextAsync(manifest.InputsKey)));
        Assert.Equal(manifest.Files[0].RowsSha256, Hash(await rig.TextAsync(manifest.Files[0].Key)));
    }

    [Fact]
    public async Task Parquet_file_has_the_exact_numbers()
    {
        Record("a");
        var manifest = Assert.Single(await rig.RunAsync(change: static request => request with { Csv = false })).Manifest!;
        var file = Assert.Single(manifest.Files);
        Assert.Equal("export/parquet/trades/exchange=binance/pair=BTC-USDT/date=2025-10-25/part-0.parquet", file.Key);
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(await rig.BytesAsync(file.Key)), new ParquetOptions { UseBigDecimal = true });
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(240, group.RowCount);
        Assert.Equal(["id", "timestamp", "local_timestamp", "side", "price", "price_text", "amount", "amount_text", "type"], reader.Schema.DataFields.Select(field => field.Name));
        Assert.Equal(240, file.Rows);
    }

    [Fact]
    public async Task Gap_is_a_mark_and_makes_the_export_incomplete()
    {
        Record("a", missing: [5, 6]);
        var manifest = Assert.Single(await rig.RunAsync()).Manifest!;
        Assert.True(manifest.IsIncomplete);
        Assert.Equal(1, manifest.Marks["gap"]);
        Assert.Equal(238, manifest.Events);
    }

    [Fact]
    public async Task Export_that_exists_is_skipped_until_the_store_changes()
    {
        Record("a", missing: [5]);
        await rig.RunAsync();
        Assert.True(Assert.Single(await rig.RunAsync()).IsSkipped);
        var before = store.Keys.Where(key => key.StartsWith("export/", StringComparison.Ordinal)).ToDictionary(key => key, store.Body);

        Record("b");
        var changed = Assert.Single(await rig.RunAsync());
        Assert.False(changed.IsSkipped);
        Assert.Equal((2, 240L), (changed.Manifest!.Revision, changed.Manifest.Events));
        Assert.Contains(changed.Manifest.Changes, static sentence => sentence.StartsWith("Object added: trades/", StringComparison.Ordinal));
        Assert.Contains("export/csv/binance/trades/2025/10/25/BTC-USDT.csv.gz has 240 rows instead of 239.", changed.Manifest.Changes);
        foreach (var (key, bytes) in before)
            Assert.Equal(bytes, store.Body($"export/superseded/r1/{key["export/".Length..]}"));
        Assert.Equal(changed.Manifest.Files[0].Sha256, Hash(store.Body(changed.Manifest.Files[0].Key)));
        Assert.True(Assert.Single(await rig.RunAsync()).IsSkipped);
    }

    [Theory]
    [InlineData("MANIFEST")]
    [InlineData("SUPERSEDED")]
    [InlineData("FILE")]
    public async Task Export_that_was_killed_is_continued(string where)
    {
        Record("a", missing: [5]);
        var first = Assert.Single(await rig.RunAsync()).Manifest!;
        Record("b");
        store.Refused = where switch
        {
            "MANIFEST" => "export/manifests/2025/10/25/binance/trades/BTC-USDT.json",
            "SUPERSEDED" => "export/superseded/r1/parquet/trades/exchange=binance/pair=BTC-USDT/date=2025-10-25/part-0.parquet",
            _ => first.Files[1].Key,
        };
        await Assert.ThrowsAsync<Ingester.Storage.Stores.StoreException>(() => rig.RunAsync());
        store.Refused = null;
        var second = Assert.Single(await rig.RunAsync()).Manifest!;
        Assert.Equal(2, second.Revision);
        foreach (var file in first.Files)
            Assert.Equal(file.Sha256, Hash(store.Body($"export/superseded/r1/{file.Key["export/".Length..]}")));
        foreach (var file in second.Files)
            Assert.Equal(file.Sha256, Hash(store.Body(file.Key)));
    }

    [Fact]
    public async Task Same_store_gives_the_same_bytes_in_another_culture_and_shard_order()
    {
        Record("a");
        Record("a", new StreamId(Dataset.Trades, "binance", "ETH-USDT"));
        await rig.RunAsync();
        var expected = Exported(store);
        var (culture, other) = (CultureInfo.CurrentCulture, new MemoryStore());
        try
        {
            CultureInfo.CurrentCulture = Foreign();
            foreach (var shard in new[] { 3, 1, 2 })
                await new ExportRig(store, other).RunAsync(change: request => request with { Shard = shard, ShardCount = 3 });
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.Equal(expected.Keys, Exported(other).Keys);
        foreach (var (key, bytes) in Exported(other))
            Assert.Equal(expected[key], bytes);
    }

    [Fact]
    public async Task Day_without_trades_of_a_recorded_market_is_a_file_with_a_header_only()
    {
        using (var replica = new Replica(store, "a"))
        {
            replica.ConnectAt(T0 - 300 * Second);
            replica.Trade(new(1, T0 - 200 * Second));
            for (var second = -200; second < 86_700; second += 20)
                replica.TickAt(T0 + second * Second);
            replica.Trade(new(2, T0 + 86_700 * Second));
            replica.TickAt(T0 + 86_900 * Second);
            replica.Close();
        }

        var manifest = Assert.Single(await rig.RunAsync()).Manifest!;
        Assert.Equal("exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n", await rig.TextAsync(manifest.Files[0].Key));
        Assert.Equal((0L, null), (manifest.Events, manifest.First));
        Assert.False(manifest.IsIncomplete);
    }

    [Fact]
    public async Task Merged_trades_are_the_csv_file_only_where_single_trades_are_not_recorded()
    {
        var merged = new StreamId(Dataset.AggTrades, "binance", "BTC-USDT");
        Record("a", merged);
        var alone = Assert.Single(await rig.RunAsync()).Manifest!;
        Assert.Equal(["trades", "parquet"], alone.Files.Select(file => file.DataType));
        Assert.Contains(alone.Notes, static note => note.Contains("agg-trades", StringComparison.Ordinal));
        Record("a");
        var both = await rig.RunAsync();
        Assert.Equal(["parquet"], ExportRig.Of(both, Dataset.AggTrades).Files.Select(file => file.DataType));
        Assert.Equal(["trades", "parquet"], ExportRig.Of(both, Dataset.Trades).Files.Select(file => file.DataType));
    }

    [Fact]
    public async Task Nothing_is_exported_of_a_day_without_anything()
    {
        Record("a");
        Assert.Empty(await rig.RunAsync(day: ExportRig.Day.AddDays(40)));
        Assert.Empty(await rig.RunAsync("kraken"));
    }

    /// <summary>A culture that writes numbers and dates in its own way. The program itself knows only the invariant one.</summary>
    private static CultureInfo Foreign()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "~", NumberGroupSizes = [2] };
        culture.DateTimeFormat = new() { DateSeparator = ".", TimeSeparator = "h", Calendar = new GregorianCalendar(GregorianCalendarTypes.Localized) };
        return culture;
    }

    private static SortedDictionary<string, byte[]> Exported(MemoryStore store) =>
        new(store.Keys.Where(key => key.StartsWith("export/", StringComparison.Ordinal)).ToDictionary(key => key, store.Body, StringComparer.Ordinal), StringComparer.Ordinal);

    private static string Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    /// <summary>A trade each second from the minute before midnight; that of midnight has the id 0.</summary>
    private void Record(string name, StreamId? stream = null, int[]? missing = null)
    {
        using var replica = new Replica(store, name, stream);
        replica.ConnectAt(T0 - 70 * Second);
        for (var id = -60; id < 240; id++)
        {
            if (missing?.Contains(id) != true)
                replica.Trade(new(id, T0 + id * Second));
            replica.TickAt(T0 + id * Second);
        }

        replica.Close();
    }

    private void Record(string name, int[] missing) => Record(name, stream: null, missing);
}
