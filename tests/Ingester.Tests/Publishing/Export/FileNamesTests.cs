using Ingester.Publishing.Names;

namespace Ingester.Tests.Publishing.Export;

/// <summary>The names of exported files, also of symbols that no exchange should have.</summary>
public sealed class FileNamesTests
{
    [Theory]
    [InlineData("btcusdt", "BTCUSDT")]
    [InlineData("XBT/USD", "XBT-USD")]
    [InlineData("tBTCF0:USTF0", "TBTCF0-USTF0")]
    [InlineData("A B", "A%20B")]
    [InlineData("币安", "%E5%B8%81%E5%AE%89")]
    [InlineData("..%2f", "..%252F")]
    public void Symbol_is_in_upper_case_with_dashes(string symbol, string expected) => Assert.Equal(expected, FileNames.Of(symbol));

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public void Symbol_that_is_no_file_name_has_a_hash(string symbol) => Assert.Matches("^_[0-9a-f]{8}$", FileNames.Of(symbol));

    [Fact]
    public void Long_symbol_is_cut_and_has_a_hash() => Assert.InRange(FileNames.Of(new string('币', 90)).Length, 100, 220);

    [Fact]
    public void Markets_whose_symbols_have_the_same_name_have_a_hash()
    {
        var names = FileNames.OfAll(new Dictionary<string, string>(StringComparer.Ordinal) { ["A-B"] = "A/B", ["AB"] = "a-b", ["C"] = "C" }, "kraken");
        Assert.Equal("C", names["C"]);
        Assert.NotEqual(names["A-B"].ToUpperInvariant(), names["AB"].ToUpperInvariant());
        Assert.StartsWith("A-B_", names["AB"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binance", "BTC-USDT", "binance")]
    [InlineData("okx", "BTC-USDT", "okex")]
    [InlineData("okx", "BTC-USDT-PERP", "okex-swap")]
    [InlineData("okx", "BTC-USDT-241227", "okex-futures")]
    [InlineData("okx", "BTC-241227-60000-C", "okex-options")]
    [InlineData("bybit-linear", "BTC-USDT-PERP", "bybit")]
    [InlineData("bithumb", "BTC-KRW", "bithumb")]
    public void Exchange_has_the_id_of_the_layout(string exchange, string market, string expected) => Assert.Equal(expected, ExchangeIds.Of(exchange, market));
}
