using Ingester.Core.Markets;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols.Kraken;

/// <summary>
/// The REST endpoints of Kraken: market list and historical trades, with the names that only REST uses (<c>XXBTZUSD</c>, <c>XBT/USD</c>).
/// </summary>
internal sealed class KrakenRestEndpoints(ProtocolContext exchange) : IRestEndpoints
{
    private const int MaxTrades = 1000;

    /// <inheritdoc/>
    public int Weight(SimulatedRestRequest request) => 1;

    /// <inheritdoc/>
    public int Respond(SimulatedRestRequest request, Utf8Builder body)
    {
        if (request.Path == "/0/public/Trades")
            return WriteTrades(body, request);
        if (request.Path != "/0/public/AssetPairs")
            return 404;
        body.Add("{\"error\":[],\"result\":{"u8);
        foreach (var market in exchange.Markets.All)
        {
            var spec = market.Spec;
            var (asset, quote) = (AltName(spec.Base), AltName(spec.Quote));
            body.Add("\""u8).Add(AssetCode(asset)).Add(AssetCode(quote)).Add("\":{\"altname\":\""u8).Add(asset).Add(quote)
                .Add("\",\"wsname\":\""u8).Add(asset).Add("/"u8).Add(quote)
                .Add("\",\"aclass_base\":\"currency\",\"base\":\""u8).Add(AssetCode(asset))
                .Add("\",\"aclass_quote\":\"currency\",\"quote\":\""u8).Add(AssetCode(quote))
                .Add("\",\"lot\":\"unit\",\"pair_decimals\":"u8).Number(spec.PriceDecimals).Add(",\"lot_decimals\":"u8).Number(spec.SizeDecimals)
                .Add(",\"lot_multiplier\":1,\"tick_size\":\""u8).Decimal(spec.Tick, spec.PriceDecimals)
                .Add("\",\"status\":\""u8).Add(Status(market)).Add("\"},"u8);
        }

        body.TrimComma().Add("}}"u8);
        return 200;
    }

    private int WriteTrades(Utf8Builder body, SimulatedRestRequest request)
    {
        var market = exchange.Markets.All.FirstOrDefault(market => AltName(market.Spec.Base) + AltName(market.Spec.Quote) == request.Query("pair"));
        if (market is null)
        {
            body.Add("{\"error\":[\"EQuery:Unknown asset pair\"]}"u8);
            return 200;
        }

        var since = request.Number("since") ?? 0;
        var last = since;
        body.Add("{\"error\":[],\"result\":{\""u8).Add(AssetCode(AltName(market.Spec.Base))).Add(AssetCode(AltName(market.Spec.Quote))).Add("\":["u8);
        foreach (var trade in market.HistoricalTrades.Where(trade => trade.Micros * 1_000 > since).Take(Math.Min((int)(request.Number("count") ?? MaxTrades), MaxTrades)))
        {
            last = trade.Micros * 1_000;
            body.Add("[\""u8).Decimal(trade.Price, market.Spec.PriceDecimals).Add("\",\""u8).Decimal(trade.Size, market.Spec.SizeDecimals)
                .Add("\","u8).Decimal(trade.Micros, 6).Add(trade.TakerSells ? ",\"s\",\"m\",\"\","u8 : ",\"b\",\"m\",\"\","u8).Number(trade.Id).Add("],"u8);
        }

        body.TrimComma().Add("],\"last\":\""u8).Number(last).Add("\"}}"u8);
        return 200;
    }

    private static string Status(SimulatedMarket market) => market.State switch
    {
        MarketState.Trading => "online",
        MarketState.Halted => "cancel_only",
        _ => "delisted",
    };

    private static string AltName(string asset) => asset switch { "BTC" => "XBT", "DOGE" => "XDG", _ => asset };

    private static string AssetCode(string asset) => asset switch
    {
        "XBT" or "ETH" or "XRP" or "LTC" or "XLM" or "ETC" or "XDG" => "X" + asset,
        "USD" or "EUR" => "Z" + asset,
        _ => asset,
    };
}
