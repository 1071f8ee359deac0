using Ingester.Exchanges;

namespace Ingester.Publishing.Names;

/// <summary>The ids of exchanges in the CSV layout (https://docs.tardis.dev/historical-data-details), as their profiles state them.</summary>
public static class ExchangeIds
{
    /// <summary>The id of an exchange for one of its markets; its own name if its profile states no other id.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The canonical name of the market.</param>
    public static string Of(string exchange, string market) => ExchangeCatalog.Find(exchange)?.Profile.CsvId?.Invoke(market) ?? exchange;
}
