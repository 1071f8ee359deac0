using Ingester.Core.Markets;
using Ingester.Dashboard.Completeness;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>Every view is an address, and any address is a view.</summary>
public sealed class CompletenessQueryTests
{
    [Fact]
    public void View_is_its_address()
    {
        var query = new CompletenessQuery { To = new(2025, 10, 25), Days = 28, Exchange = "binance", Dataset = "depth", Market = "BTC/&é", OnlyMissing = true, Page = 3 };
        var address = query.ToAddress("/completeness");
        var parameters = new Uri("http://x" + address).Query[1..].Split('&').Select(one => one.Split('=')).ToDictionary(one => one[0], one => Uri.UnescapeDataString(one[1]), StringComparer.Ordinal);
        Assert.Equal(query, CompletenessQuery.Parse(parameters["to"], parameters["days"], parameters["exchange"], parameters["dataset"], parameters["market"], parameters["only"], parameters["page"]));
        Assert.Equal("/completeness", new CompletenessQuery().ToAddress("/completeness"));
    }

    [Theory]
    [InlineData("2025-13-01", "9", "gaps", "-1")]
    [InlineData("now", "many", "", "0")]
    [InlineData(null, null, null, null)]
    public void Invalid_values_are_the_defaults(string? to, string? days, string? dataset, string? page) =>
        Assert.Equal(new(), CompletenessQuery.Parse(to, days, null, dataset, null, "everything", page));

    [Fact]
    public void Market_is_found_by_a_part_of_its_name()
    {
        var query = new CompletenessQuery { Market = "btc" };
        Assert.True(query.Selects(new(Dataset.Trades, "binance", "BTC-USDT")));
        Assert.False(query.Selects(new(Dataset.Trades, "binance", "ETH-USDT")));
    }
}
