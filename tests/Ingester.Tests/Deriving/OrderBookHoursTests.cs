using Avro.File;
using Avro.Generic;
using Ingester.Deriving.Books;
using Ingester.Deriving.Objects;
using Ingester.Deriving.OrderBooks;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Deriving;

/// <summary>Books in the layout of order-book collectors are those of the book metrics, and are replaced only by later revisions.</summary>
public sealed class OrderBookHoursTests
{
    private static readonly MetricOptions Metrics = new() { GridSeconds = [5, 60] };

    [Fact]
    public async Task Records_are_the_known_rows_of_the_shortest_grid()
    {
        var world = new BookWorld(1, isNumbered: true);
        await DeriveAsync(world, Metrics);
        var known = DerivedRow.ReadAll(world.Store, DerivedDataset.BookMetrics).Where(row => row.Integer("seconds") == 5 && row.Number("mid") is not null).ToDictionary(row => row.Micros / 1_000);
        var records = Files(world.Store).SelectMany(key => Read(world.Store, key)).ToList();
        Assert.NotEmpty(records);
        Assert.All(records, record =>
        {
            var row = known[(long)record["timestamp_ms"]];
            Assert.Equal(((double)row.Number("mid")!, (double)row.Number("spread")!, row.Condition), ((double)record["mid_price"], (double)record["spread"], (string)record["condition"]));
            var (bids, asks) = (Levels(record, "bids"), Levels(record, "asks"));
            Assert.Equal(OrderBookRecords.BandBasisPoints.Select(band => row.Number($"bidDepth{band}")).OfType<decimal>().Select(size => (double)size), bids.Select(level => level.Size));
            Assert.Equal(OrderBookRecords.BandBasisPoints.Select(band => row.Number($"askDepth{band}")).OfType<decimal>().Select(size => (double)size), asks.Select(level => level.Size));
            Assert.All(bids.Zip(OrderBookRecords.BandBasisPoints), level => Assert.Equal((double)(row.Number("mid")!.Value * (10_000 - level.Second) / 10_000), level.First.Price));
            var (bid, ask) = (row.Number("bidDepth100"), row.Number("askDepth100"));
            Assert.Equal(bid is { } bids100 && ask is { } asks100 && bids100 + asks100 > 0 ? (double)bids100 / ((double)bids100 + (double)asks100) : null, (double?)record["imbalance_ratio"]);
        });
        Assert.Equal(known.Keys.Count(millis => Files(world.Store).Any(key => key.EndsWith($"/{(millis * 1_000 - 1) / (60 * Minute) * 60 * Minute / 1_000}.avro", StringComparison.Ordinal))), records.Count);
    }

    [Fact]
    public async Task An_hour_is_written_once_and_replaced_by_a_later_revision_only()
    {
        var world = new BookWorld(1, isNumbered: true);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => DeriveAsync(world, Metrics))));
        var files = Files(world.Store);
        var written = files.ConvertAll(world.Store.Body);
        Assert.NotEmpty(files);
        await DeriveAsync(world, Metrics);
        Assert.Equal(written, files.ConvertAll(world.Store.Body));
        var revisions = files.ConvertAll(key => Revision(world.Store, key));
        await DeriveAsync(world, Metrics with { Notionals = [7] });
        Assert.All(files.Zip(revisions), one => Assert.Equal(2 * one.Second, Revision(world.Store, one.First)));
    }

    [Theory]
    [InlineData("binance=BTC-USDT", "binance", "BTC-USDT", "orderbook")]
    [InlineData("kraken=BTC-USD@orderbook-2", "kraken", "BTC-USD", "orderbook-2")]
    public void Markets_are_parsed(string text, string exchange, string market, string folder) => Assert.Equal(new(exchange, market, folder), OrderBookTarget.Parse(text));

    [Theory]
    [InlineData("binance")]
    [InlineData("=BTC-USDT")]
    [InlineData("binance=")]
    [InlineData("binance=BTC-*")]
    [InlineData("binance=BTC-USDT@")]
    [InlineData("binance=BTC-USDT@../x")]
    public void Other_texts_are_not_markets(string text) => Assert.Null(OrderBookTarget.Parse(text));

    private static Task DeriveAsync(BookWorld world, MetricOptions metrics) => DeriveRig.DeriveAsync(
        world.Store, world.Begin, world.Begin + 120 * Minute,
        DeriveRig.Options with { Exchanges = [world.Stream.Exchange], Metrics = metrics, OrderBooks = [new(world.Stream.Exchange, world.Stream.Market)] }, DerivedDataset.BookMetrics);

    private static List<string> Files(MemoryStore store) => [.. store.Keys.Where(key => key.StartsWith("orderbook/", StringComparison.Ordinal))];

    private static List<GenericRecord> Read(MemoryStore store, string key)
    {
        using var reader = DataFileReader<GenericRecord>.OpenReader(new MemoryStream(store.Body(key)));
        return [.. reader.NextEntries];
    }

    private static int Revision(MemoryStore store, string key)
    {
        using var reader = DataFileReader<GenericRecord>.OpenReader(new MemoryStream(store.Body(key)));
        return int.Parse(reader.GetMetaString("ingester.revision"), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static List<(double Price, double Size)> Levels(GenericRecord record, string side) =>
        [.. ((object[])record[side]).Cast<object[]>().Select(level => ((double)level[0], (double)level[1]))];
}
