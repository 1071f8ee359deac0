using Ingester.Core.Markets;
using Ingester.Publishing.Witnesses;
using Ingester.Tests.Publishing.Export;
using Ingester.Tests.Reading;
using static Ingester.Tests.Publishing.Witnesses.WitnessRig;

namespace Ingester.Tests.Publishing.Witnesses;

/// <summary>The published files that the profiles of exchanges state.</summary>
public sealed class ArchiveLayoutTests
{
    [Fact]
    public void Families_are_the_exchanges_that_publish_files()
    {
        Assert.Equal(["binance", "bybit", "gate", "htx", "okx"], ArchiveLayouts.Families);
        Assert.Equal(["binance agg-trades", "binance trades", "binance-coinm agg-trades", "binance-coinm trades", "binance-futures agg-trades", "binance-futures trades"], Names("binance"));
        Assert.Equal(["bybit depth", "bybit trades", "bybit-linear depth", "bybit-linear trades"], Names("bybit"));
        Assert.Equal("binance", ArchiveLayouts.Of("binance")[0].Exchange); // given files are those of spot, if nothing else is said

        static IEnumerable<string> Names(string family) => ArchiveLayouts.Of(family).Select(layout => $"{layout.Exchange} {layout.Dataset.Name()}").Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("binance", Dataset.AggTrades, "https://data.binance.vision/data/spot/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2025-10-25.zip")]
    [InlineData("binance-coinm", Dataset.Trades, "https://data.binance.vision/data/futures/cm/daily/trades/BTCUSDT/BTCUSDT-trades-2025-10-25.zip")]
    [InlineData("bybit", Dataset.Trades, "https://public.bybit.com/spot/BTCUSDT/BTCUSDT_2025-10-25.csv.gz")]
    [InlineData("bybit-linear", Dataset.Depth, "https://quote-saver.bycsi.com/orderbook/linear/BTCUSDT/2025-10-25_BTCUSDT_ob200.data.zip")]
    [InlineData("okx", Dataset.Trades, "https://static.okx.com/cdn/okex/traderecords/trades/daily/20251025/BTCUSDT-trades-2025-10-25.zip")]
    [InlineData("gate-futures", Dataset.Trades, "https://download.gatedata.org/futures_usdt/trades/202510/BTCUSDT-202510.csv.gz")]
    [InlineData("htx", Dataset.Trades, "https://www.htx.com/data/trades/spot/daily/BTCUSDT/BTCUSDT-trades-2025-10-25.zip")]
    public void Address_has_symbol_and_day(string exchange, Dataset dataset, string address)
    {
        var layout = Layout(exchange, dataset);
        Assert.Equal(address, layout.Address(null, "BTCUSDT", ExportRig.Day).ToString());
        Assert.Equal("BTCUSDT", layout.ParseName(layout.FileName("BTCUSDT", ExportRig.Day))?.Symbol);
    }

    [Theory]
    [InlineData("binance", 0, 25)]
    [InlineData("binance", -1, 24)]
    [InlineData("okx", 0, 25)]
    [InlineData("okx", -8 * 3600, 25)]
    [InlineData("okx", -8 * 3600 - 1, 24)]
    [InlineData("okx", 16 * 3600, 26)]
    public void Day_of_a_time_is_that_of_the_file(string exchange, int seconds, int day) =>
        Assert.Equal(new DateOnly(2025, 10, day), Layout(exchange).DayOf(Replica.T0 + seconds * Replica.Second));
}
