using Ingester.Paper.Orders;
using Ingester.Reading.Journals;

namespace Ingester.Tests.Paper.Execution;

public sealed class InstrumentRulesTests
{
    private static readonly InstrumentRecord Spot = new() { Exchange = "binance", Market = "BTC-USDT", Symbol = "BTCUSDT", Micros = 1, Replica = "a", State = "trading", Type = "spot", Base = "BTC", Quote = "USDT" };

    [Fact]
    public void Rules_are_those_of_the_market_list_and_zero_is_no_limit()
    {
        Assert.True(InstrumentRules.TryCreate(Spot with { Tick = "0.01", Lot = "1E-5", MinSize = "0", MinNotional = "5", State = "halted" }, out var rules, out var refusal));
        Assert.Equal("", refusal);
        Assert.Equal(new InstrumentRules { Tick = 0.01m, Lot = 0.00001m, MinNotional = 5, State = "halted" }, rules);
        Assert.True(InstrumentRules.TryCreate(Spot with { Type = "perpetual", Settle = "USDT", ContractSize = "0.001" }, out rules, out _));
        Assert.Equal(0.001m, rules.ContractSize);
    }

    [Fact]
    public void Market_whose_fills_have_another_value_is_refused_with_a_sentence()
    {
        Assert.False(InstrumentRules.TryCreate(Spot with { Type = "perpetual", Settle = "BTC" }, out _, out var inverse));
        Assert.Contains("binance BTC-USDT is an inverse contract (it settles in BTC)", inverse, StringComparison.Ordinal);
        Assert.False(InstrumentRules.TryCreate(Spot with { Type = "option" }, out _, out var option));
        Assert.Contains("is an option", option, StringComparison.Ordinal);
        Assert.False(InstrumentRules.TryCreate(Spot with { Tick = "-0.01" }, out _, out var tick));
        Assert.Contains("tick of binance BTC-USDT is '-0.01'", tick, StringComparison.Ordinal);
        Assert.False(InstrumentRules.TryCreate(Spot with { Lot = "one" }, out _, out var lot));
        Assert.Contains("lot of binance BTC-USDT is 'one'", lot, StringComparison.Ordinal);
    }

    [Fact]
    public void Fees_are_shares_of_the_notional()
    {
        var fees = new FeeSchedule(-0.0001m, 0.001m);
        Assert.Equal((-0.05m, 0.5m), (fees.Compute(500, Liquidity.Maker), fees.Compute(500, Liquidity.Taker)));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new FeeSchedule(0, 1.1m));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new FeeSchedule(-2, 0));
    }
}
