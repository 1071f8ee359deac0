using Ingester.Core.Connections;
using Ingester.Core.Markets;
using Ingester.Core.Tests.Connections.Fakes;

namespace Ingester.Core.Tests.Connections;

public sealed class MarketRegisterTests
{
    private readonly MarketRegister register = new();

    [Fact]
    public void A_market_is_delisted_by_two_answers_in_a_row()
    {
        Assert.Equal(["A-X", "B-X"], Take("A-X", "B-X"));
        Assert.Equal(["A-X", "B-X"], Take("A-X"));
        Assert.Equal(["A-X", "B-X"], Take("A-X", "B-X"));
        Assert.Equal(["A-X", "B-X"], Take("A-X"));
        Assert.Equal(["A-X"], Take("A-X"));
    }

    [Fact]
    public void A_listing_stands_at_once()
    {
        Take("A-X");
        Assert.Equal(["A-X", "B-X"], Take("A-X", "B-X"));
    }

    [Fact]
    public void Names_stay_unique_when_one_passes_to_another_symbol()
    {
        register.Take([new("A-X", "AX1")]);
        register.Take([new("A-X", "AX0"), new("AX1", "AX1")]);
        Assert.Equal([new Market("A-X", "AX0"), new Market("AX1", "AX1")], register.Standing);
    }

    private IEnumerable<string> Take(params string[] names)
    {
        register.Take([.. names.Select(FakeExchange.Market)]);
        return register.Standing.Select(market => market.Name);
    }
}
