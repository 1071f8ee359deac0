namespace Ingester.Simulator.Protocols.Kraken;

/// <summary>Kraken spot with WebSocket API version 2.</summary>
internal static class KrakenProfile
{
    /// <summary>The profile.</summary>
    public static SimulatedExchangeProfile Profile { get; } = new()
    {
        Name = "kraken",
        CreateFrameWriter = static () => new KrakenFrameWriter(),
        CreateProtocol = static exchange => new KrakenProtocol(exchange),
        CreateRestEndpoints = static exchange => new KrakenRestEndpoints(exchange),
        MarketFormat = new(static (asset, quote) => $"{asset}/{quote}"),
        WebSocketPaths = ["/v2"],
        QuoteAssets = ["USD", "EUR", "BTC", "USDT"],
        MessageLimit = new(200, TimeSpan.FromSeconds(1)),
        ConnectLimit = new(150, TimeSpan.FromMinutes(10)),
        RequestWeightLimit = new(15, TimeSpan.FromSeconds(10)),
    };
}
