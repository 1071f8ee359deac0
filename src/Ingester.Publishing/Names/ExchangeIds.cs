namespace Ingester.Publishing.Names;

/// <summary>
/// The ids of exchanges in the CSV layout (https://docs.tardis.dev/historical-data-details). An exchange that is not in the table keeps its own name.
/// </summary>
public static class ExchangeIds
{
    private static readonly Dictionary<string, string> Ids = new(StringComparer.Ordinal)
    {
        ["binance-coinm"] = "binance-delivery",
        ["bybit"] = "bybit-spot",
        ["bybit-linear"] = "bybit",
        ["cryptocom"] = "crypto-com",
        ["gate"] = "gate-io",
        ["gate-futures"] = "gate-io-futures",
        ["htx"] = "huobi",
        ["htx-linear"] = "huobi-dm-linear-swap",
        ["kraken-futures"] = "cryptofacilities",
        ["woox"] = "woo-x",
    };

    /// <summary>The id of an exchange for one of its markets.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The canonical name of the market: where an exchange has spot and contracts, the layout has an id for each.</param>
    public static string Of(string exchange, string market) => exchange switch
    {
        "okx" => market.Split('-') switch
        {
            [.., "PERP"] => "okex-swap",
            [.., "C" or "P"] => "okex-options",
            [_, _, .., [>= '0' and <= '9', ..]] => "okex-futures",
            _ => "okex",
        },
        _ => Ids.GetValueOrDefault(exchange, exchange),
    };

    /// <summary>The rows of the table: our name, and the id.</summary>
    public static IReadOnlyDictionary<string, string> All => Ids;
}
