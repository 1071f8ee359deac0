namespace Ingester.Simulator.Protocols.Coinbase;

/// <summary>Coinbase Exchange.</summary>
internal static class CoinbaseProfile
{
    /// <summary>The profile.</summary>
    public static SimulatedExchangeProfile Profile { get; } = new()
    {
        Name = "coinbase",
        CreateFrameWriter = static () => new CoinbaseFrameWriter(),
        CreateProtocol = static exchange => new CoinbaseProtocol(exchange),
        CreateRestEndpoints = static exchange => new CoinbaseRestEndpoints(exchange),
        MarketFormat = new(static (asset, quote) => $"{asset}-{quote}"),
        WebSocketPaths = ["/"],
        QuoteAssets = ["USD", "EUR", "BTC", "USDC"],
        MessageLimit = new(100, TimeSpan.FromSeconds(1)),
        ConnectLimit = new(20, TimeSpan.FromSeconds(1)),
        RequestWeightLimit = new(10, TimeSpan.FromSeconds(1)),
        SubscribeTimeout = TimeSpan.FromSeconds(5),
    };
}
