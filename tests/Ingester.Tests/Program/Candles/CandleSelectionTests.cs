using Ingester.Candles;
using Ingester.Core.Markets;

namespace Ingester.Tests.Program.Candles;

/// <summary>Which markets are fetched, and when the next run begins.</summary>
public sealed class CandleSelectionTests
{
    private static readonly MarketListResult List = new(
        [
            Listed("BTC-USDT-PERP", InstrumentType.Perpetual, "USDT"),
            Listed("BTC-USDC-PERP", InstrumentType.Perpetual, "USDC"),
            Listed("ETH-USDT-261225", InstrumentType.Future, "USDT"),
            Listed("ETH-USDT-PERP", InstrumentType.Perpetual, "USDT", MarketState.Halted),
            Listed("OLD-USDT-PERP", InstrumentType.Perpetual, "USDT", MarketState.Delisted),
            new(new("X-USDT", "XUSDT"), "TRADING", MarketState.Trading), // the list does not tell what it is
        ],
        []);

    [Fact]
    public void All_markets_that_trade_are_selected_when_nothing_is_asked() =>
        Assert.Equal(["BTC-USDT-PERP", "BTC-USDC-PERP", "ETH-USDT-261225", "X-USDT"], Names(new()));

    [Fact]
    public void Quote_and_type_and_status_and_pattern_must_all_match()
    {
        Assert.Equal(["BTC-USDT-PERP"], Names(new() { Quotes = ["usdt"], Types = [InstrumentType.Perpetual] }));
        Assert.Equal(["BTC-USDT-PERP", "ETH-USDT-PERP"], Names(new() { Quotes = ["USDT"], Types = [InstrumentType.Perpetual], States = [MarketState.Trading, MarketState.Halted] }));
        Assert.Equal(["BTC-USDT-PERP", "BTC-USDC-PERP"], Names(new() { Patterns = ["BTC-*"] }));
        Assert.Empty(Names(new() { Patterns = ["ETH-*"], Types = [InstrumentType.Perpetual] }));
    }

    [Theory]
    [InlineData("2026-11-29T03:59:59Z", 1)]
    [InlineData("2026-11-29T04:00:00Z", 4 * 3600)]
    [InlineData("2026-11-29T04:00:01Z", 4 * 3600 - 1)]
    public void Next_run_is_at_the_next_multiple_since_midnight(string now, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        CandlesCommand.TimeUntilNext(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(4)));

    private static IEnumerable<string> Names(CandleSelection selection) => selection.Select(List).Select(market => market.Name);

    private static ListedMarket Listed(string name, InstrumentType type, string quote, MarketState state = MarketState.Trading) =>
        new(new(name, name.Replace("-", "", StringComparison.Ordinal)), "", state) { Facts = new(type, name.Split('-')[0], quote) };
}
