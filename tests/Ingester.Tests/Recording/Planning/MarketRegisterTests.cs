using Ingester.Core.Markets;
using Ingester.Recording.Planning;
using Ingester.Testing.Fakes;

namespace Ingester.Tests.Recording.Planning;

public sealed class MarketRegisterTests
{
    private readonly MarketRegister register = new();

    [Fact]
    public void A_market_is_delisted_by_three_answers_in_a_row_that_lack_it()
    {
        Assert.Equal(["A-X", "B-X"], Take("A-X", "B-X"));
        Assert.Equal(["A-X", "B-X"], Take("A-X"));
        Assert.Equal(["A-X", "B-X"], Take("A-X"));
        Assert.Equal(["A-X", "B-X"], Take("A-X", "B-X"));
        Assert.Equal(["A-X", "B-X"], Take("A-X"));
        Assert.Equal(["A-X", "B-X"], Take("A-X"));
        Assert.Empty(register.Delisted);
        Assert.Equal(["A-X"], Take("A-X"));
        Assert.Equal([new(FakeExchange.Market("B-X"), Status: null, MarketState.Delisted)], register.Delisted);
        Take("A-X");
        Assert.Empty(register.Delisted);
    }

    [Fact]
    public void A_halt_ends_nothing_however_long_it_lasts_and_halted_markets_are_recorded_from_the_start()
    {
        Assert.Equal(["A-X", "B-X"], Take("A-X", "B-X:halt"));
        for (var list = 0; list < 10; list++)
            Assert.Equal(["A-X", "B-X"], Take("A-X:halt", "B-X:halt"));
        Assert.Equal(MarketState.Halted, register.Recorded[0].State);
        Assert.Equal("halt", register.Recorded[0].Status);
        Take("A-X", "B-X");
        Assert.All(register.Recorded, listed => Assert.Equal(MarketState.Trading, listed.State));
    }

    [Fact]
    public void A_terminal_status_ends_a_market_at_once_and_is_not_recorded_from_the_start()
    {
        Assert.Equal(["A-X"], Take("A-X", "B-X:end"));
        Assert.Empty(Take("A-X:end"));
        Assert.Equal([new(FakeExchange.Market("A-X"), "end", MarketState.Delisted)], register.Delisted);
        Assert.Equal(["A-X"], Take("A-X"));
    }

    [Fact]
    public void Unreadable_entry_leaves_its_market_unchanged()
    {
        Take("A-X", "B-X");
        for (var list = 0; list < 10; list++)
            Assert.Equal(["A-X", "B-X"], Take("A-X", "?B-X"));
        Assert.Equal(["A-X"], Take("A-X", "?B-X:end"));
    }

    [Fact]
    public void A_listing_is_recorded_at_once()
    {
        Take("A-X");
        Assert.Equal(["A-X", "B-X"], Take("A-X", "B-X"));
    }

    [Fact]
    public void Names_stay_unique_when_one_passes_to_another_symbol()
    {
        register.Update(List(new Market("A-X", "AX1")));
        register.Update(List(new Market("A-X", "AX0"), new Market("AX1", "AX1")));
        Assert.Equal([new Market("A-X", "AX0"), new Market("AX1", "AX1")], register.Recorded.Select(listed => listed.Market));
        Assert.Equal([new Market("A-X", "AX1")], register.Delisted.Select(listed => listed.Market));
    }

    private static MarketListResult List(params Market[] markets) =>
        new([.. markets.Select(market => new ListedMarket(market, "on", MarketState.Trading))], []);

    private IEnumerable<string> Take(params string[] entries)
    {
        register.Update(FakeExchange.List(entries));
        return register.Recorded.Select(listed => listed.Market.Name);
    }
}
