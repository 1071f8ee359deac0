using Ingester.Checking;
using Ingester.Core.Markets;

namespace Ingester.Tests.Program.Checking;

/// <summary>Which markets a check records, and what it says of the list.</summary>
public sealed class MarketSampleTests
{
    private static readonly string[] Assets = ["AAA", "BBB", "BTC", "CCC", "DDD", "ETH", "ZZZ"];

    private static List<ListedMarket> Listed =>
    [
        .. from asset in Assets
           from type in new[] { InstrumentType.Spot, InstrumentType.Perpetual }
           let name = type == InstrumentType.Spot ? $"{asset}-USDT" : $"{asset}-USDT-PERP"
           select new ListedMarket(new(name, name), "open", asset == "ZZZ" ? MarketState.Halted : MarketState.Trading)
           {
               Facts = new(type, asset, "USDT") { Tick = "0.1", Lot = asset == "AAA" ? null : "1", MinSize = "1", Settle = type == InstrumentType.Spot ? null : "USDT" },
           },
    ];

    [Fact]
    public void Sample_has_busy_and_quiet_markets_of_each_type() => Assert.Equal(
        ["BTC-USDT", "BTC-USDT-PERP", "CCC-USDT", "CCC-USDT-PERP", "DDD-USDT", "DDD-USDT-PERP", "ETH-USDT", "ETH-USDT-PERP"],
        MarketSample.Select(Listed, []).Select(market => market.Name));

    [Fact]
    public void Patterns_replace_the_sample_and_select_trading_markets_only() => Assert.Equal(
        ["AAA-USDT", "AAA-USDT-PERP"], MarketSample.Select(Listed, ["AAA-*", "ZZZ-*"]).Select(market => market.Name));

    [Fact]
    public void Facts_of_a_list_are_counts_with_examples()
    {
        var facts = MarketListFacts.Of(new(Listed, [new("X", null, null, "'tick' is missing.")]), new() { IsQuoteFirst = true });
        Assert.Equal((14, 12, 6), (facts.Markets, facts.Trading, facts.NamedByRule));
        Assert.Equal("AAA-USDT is AAA-USDT, by the rule USDT-AAA", facts.OtherNames[0]);
        Assert.Equal(["lot 2"], facts.MissingFacts.Select(fact => $"{fact.Key} {fact.Value}"));
        Assert.Equal(["X: 'tick' is missing."], facts.UnreadableExamples);
        Assert.Equal(["perpetual 7", "spot 7"], facts.Types.Select(type => $"{type.Key} {type.Value}"));
    }
}
