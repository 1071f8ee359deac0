using Ingester.Core.Markets;
using Ingester.Simulator.Events;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols.Binance;

/// <summary>The REST endpoints of the Binance family: market list, snapshots, historical trades and candles.</summary>
internal sealed class BinanceRestEndpoints(ProtocolContext exchange, bool futures) : IRestEndpoints
{
    private const string ApiKeyHeader = "X-MBX-APIKEY";

    private const int MaxTrades = 1000;

    private readonly string root = futures ? "/fapi/v1/" : "/api/v3/";
    private readonly BinanceKlines klines = new(futures);

    /// <inheritdoc/>
    public int Weight(SimulatedRestRequest request) => request.Path == root + "klines" ? klines.Weight(request) : (request.Path == root + "depth", futures, request.Limit ?? 100) switch
    {
        (false, false, _) when request.Path == root + "historicalTrades" => 25,
        (false, false, _) when request.Path == root + "aggTrades" => 4,
        (false, true, _) when request.Path != root + "exchangeInfo" => 20,
        (false, false, _) => 20,
        (false, true, _) => 1,
        (true, true, <= 50) => 2,
        (true, true, <= 100) => 5,
        (true, true, <= 500) => 10,
        (true, true, _) => 20,
        (true, false, <= 100) => 5,
        (true, false, <= 500) => 25,
        (true, false, <= 1_000) => 50,
        (true, false, _) => 250,
    };

    /// <inheritdoc/>
    public int Respond(SimulatedRestRequest request, Utf8Builder body)
    {
        if (request.Path == root + "exchangeInfo")
            return WriteMarkets(body);
        if (request.Path != root + "depth" && request.Path != root + "historicalTrades" && request.Path != root + "aggTrades" && request.Path != root + "klines")
            return 404;
        if (exchange.Markets.FindSymbol(request.Symbol) is not { } market)
        {
            body.Add("{\"code\":-1121,\"msg\":\"Invalid symbol.\"}"u8);
            return 400;
        }

        return request.Path[root.Length..] switch
        {
            "depth" => WriteSnapshot(body, market, request.Limit ?? (futures ? 500 : 100)),
            "klines" => klines.Write(body, market, request, exchange.NowMicros),
            "aggTrades" => WriteTrades(body, market, market.HistoricalAggTrades, request, merged: true),
            _ when futures && !request.HasHeader(ApiKeyHeader) => WriteInvalidKey(body),
            _ => WriteTrades(body, market, market.HistoricalTrades, request, merged: false),
        };
    }

    private string Status(SimulatedMarket market) => market.State switch
    {
        MarketState.Trading => "TRADING",
        MarketState.Halted => futures ? "TRADING_HALT" : "BREAK",
        _ => "SETTLING",
    };

    private static int WriteInvalidKey(Utf8Builder body)
    {
        body.Add("{\"code\":-2014,\"msg\":\"API-key format invalid.\"}"u8);
        return 401;
    }

    private static int WriteTrades(Utf8Builder body, SimulatedMarket market, IReadOnlyCollection<SimulatedTrade> past, SimulatedRestRequest request, bool merged)
    {
        body.Add("["u8);
        foreach (var trade in past.Where(trade => trade.Id >= (request.Number("fromId") ?? 0)).Take(Math.Min(request.Limit ?? 500, MaxTrades)))
        {
            body.Add(merged ? "{\"a\":"u8 : "{\"id\":"u8).Number(trade.Id)
                .Add(merged ? ",\"p\":\""u8 : ",\"price\":\""u8).Decimal(trade.Price, market.Spec.PriceDecimals)
                .Add(merged ? "\",\"q\":\""u8 : "\",\"qty\":\""u8).Decimal(trade.Size, market.Spec.SizeDecimals)
                .Add(merged ? "\",\"T\":"u8 : "\",\"time\":"u8).Number(trade.Micros / 1_000)
                .Add(merged ? ",\"m\":"u8 : ",\"isBuyerMaker\":"u8).Add(trade.TakerSells ? "true},"u8 : "false},"u8);
        }

        body.TrimComma().Add("]"u8);
        return 200;
    }

    private int WriteSnapshot(Utf8Builder body, SimulatedMarket market, int limit)
    {
        body.Add("{\"lastUpdateId\":"u8).Number(market.LastUpdateId);
        if (futures)
            body.Add(",\"E\":"u8).Number(exchange.NowMicros / 1_000).Add(",\"T\":"u8).Number(market.LastMicros / 1_000);
        body.Add(",\"bids\":"u8);
        WriteSide(body, market, market.Book.Bids, limit);
        body.Add(",\"asks\":"u8);
        WriteSide(body, market, market.Book.Asks, limit);
        body.Add("}"u8);
        return 200;
    }

    private static void WriteSide(Utf8Builder body, SimulatedMarket market, List<SimulatedLevel> side, int limit)
    {
        body.Add("["u8);
        foreach (var level in side.Take(limit))
            LevelJson.WriteLevel(body, market.Spec, level.Price, level.Size).Add(","u8);
        body.TrimComma().Add("]"u8);
    }

    private int WriteMarkets(Utf8Builder body)
    {
        body.Add("{\"timezone\":\"UTC\",\"serverTime\":"u8).Number(exchange.NowMicros / 1_000)
            .Add(",\"rateLimits\":[{\"rateLimitType\":\"REQUEST_WEIGHT\",\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":"u8)
            .Number(exchange.Profile.RequestWeightLimit.Count).Add("}],\"exchangeFilters\":[],\"symbols\":["u8);
        foreach (var market in exchange.Markets.All.Where(market => futures || market.State != MarketState.Delisted)) // spot has no status for delisted markets
            WriteMarket(body, market);
        body.TrimComma().Add("]}"u8);
        return 200;
    }

    private void WriteMarket(Utf8Builder body, SimulatedMarket market)
    {
        var spec = market.Spec;
        body.Add("{\"symbol\":\""u8).Add(spec.Symbol);
        if (futures)
            body.Add("\",\"pair\":\""u8).Add(spec.Symbol).Add("\",\"contractType\":\"PERPETUAL"u8);
        body.Add("\",\"status\":\""u8).Add(Status(market))
            .Add("\",\"baseAsset\":\""u8).Add(spec.Base).Add("\",\"quoteAsset\":\""u8).Add(spec.Quote).Add("\""u8);
        if (futures)
            body.Add(",\"marginAsset\":\""u8).Add(spec.Quote).Add("\""u8);
        body.Add(",\"filters\":[{\"filterType\":\"PRICE_FILTER\",\"tickSize\":\""u8).Decimal(spec.Tick, spec.PriceDecimals)
            .Add("\"},{\"filterType\":\"LOT_SIZE\",\"stepSize\":\""u8).Decimal(spec.Lot, spec.SizeDecimals).Add("\"}]},"u8);
    }
}
