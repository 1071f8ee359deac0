using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator.Frames;

namespace Ingester.Simulator.Protocols.Coinbase;

/// <summary>The REST endpoints of Coinbase Exchange: market list and historical trades.</summary>
internal sealed class CoinbaseRestEndpoints(ProtocolContext exchange) : IRestEndpoints
{
    private const string Products = "/products/";
    private const string Trades = "/trades";
    private const int MaxTrades = 1000;

    /// <inheritdoc/>
    public int Weight(SimulatedRestRequest request) => 1;

    /// <inheritdoc/>
    public int Respond(SimulatedRestRequest request, Utf8Builder body)
    {
        if (request.Path.StartsWith(Products, StringComparison.Ordinal) && request.Path.EndsWith(Trades, StringComparison.Ordinal))
            return WriteTrades(body, request);
        if (request.Path != "/products")
            return 404;
        body.Add("["u8);
        foreach (var market in exchange.Markets.All)
        {
            var spec = market.Spec;
            body.Add("{\"id\":\""u8).Add(spec.Symbol).Add("\",\"base_currency\":\""u8).Add(spec.Base)
                .Add("\",\"quote_currency\":\""u8).Add(spec.Quote)
                .Add("\",\"quote_increment\":\""u8).Decimal(spec.Tick, spec.PriceDecimals)
                .Add("\",\"base_increment\":\""u8).Decimal(spec.Lot, spec.SizeDecimals)
                .Add("\",\"display_name\":\""u8).Add(spec.Base).Add("/"u8).Add(spec.Quote)
                .Add("\",\"post_only\":false,\"limit_only\":false,\"cancel_only\":false,\"trading_disabled\":"u8)
                .Add(market.IsTrading ? "false" : "true").Add(",\"status\":\""u8).Add(market.State == MarketState.Delisted ? "delisted" : "online")
                .Add("\",\"status_message\":\"\"},"u8);
        }

        body.TrimComma().Add("]"u8);
        return 200;
    }

    private int WriteTrades(Utf8Builder body, SimulatedRestRequest request)
    {
        if (exchange.Markets.FindSymbol(request.Path[Products.Length..^Trades.Length]) is not { } market)
            return 404;
        body.Add("["u8);
        var before = request.Number("after") ?? long.MaxValue;
        foreach (var trade in market.HistoricalTrades.Reverse().Where(trade => trade.Id < before).Take(Math.Min(request.Limit ?? 100, MaxTrades)))
        {
            body.Add("{\"time\":\""u8).Add(Micros.ToDateTime(trade.Micros).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture))
                .Add("\",\"trade_id\":"u8).Number(trade.Id)
                .Add(",\"price\":\""u8).Decimal(trade.Price, market.Spec.PriceDecimals).Add("\",\"size\":\""u8).Decimal(trade.Size, market.Spec.SizeDecimals)
                .Add(trade.TakerSells ? "\",\"side\":\"buy\"},"u8 : "\",\"side\":\"sell\"},"u8); // side of the maker
        }

        body.TrimComma().Add("]"u8);
        return 200;
    }
}
