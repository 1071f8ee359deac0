using Ingester.Simulator.Venues;

namespace Ingester.Simulator.Wire;

/// <summary>The market list of Coinbase Exchange.</summary>
internal sealed class CoinbaseRest(Venue venue) : IVenueRest
{
    /// <inheritdoc/>
    public int Weight(RestRequest request) => 1;

    /// <inheritdoc/>
    public int Answer(RestRequest request, TextBuilder body)
    {
        if (request.Path != "/products")
            return 404;
        body.Add("["u8);
        foreach (var market in venue.Markets)
        {
            var spec = market.Spec;
            body.Add("{\"id\":\""u8).Add(spec.Symbol).Add("\",\"base_currency\":\""u8).Add(spec.Base)
                .Add("\",\"quote_currency\":\""u8).Add(spec.Quote)
                .Add("\",\"quote_increment\":\""u8).Decimal(spec.Tick, spec.PriceDecimals)
                .Add("\",\"base_increment\":\""u8).Decimal(spec.Lot, spec.SizeDecimals)
                .Add("\",\"display_name\":\""u8).Add(spec.Base).Add("/"u8).Add(spec.Quote)
                .Add("\",\"post_only\":false,\"limit_only\":false,\"cancel_only\":false,\"trading_disabled\":"u8)
                .Add(market.Trading ? "false" : "true").Add(",\"status\":\""u8).Add(market.Trading ? "online" : "delisted")
                .Add("\",\"status_message\":\"\"},"u8);
        }

        body.Uncomma().Add("]"u8);
        return 200;
    }
}
