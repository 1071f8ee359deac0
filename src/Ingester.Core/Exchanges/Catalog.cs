namespace Ingester.Core.Exchanges;

/// <summary>Every exchange, one line each.</summary>
internal static class Catalog
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IExchange> All { get; } =
    [
        new Binance(),
        new BinanceUs(),
        new BinanceFutures(),
        new Coinbase(),
        new Kraken(),
    ];

    /// <summary>The exchange of that name, or null.</summary>
    public static IExchange? Find(string name) => All.FirstOrDefault(exchange => exchange.Profile.Name == name);
}
