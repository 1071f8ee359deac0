using Ingester.Core.Archives;
using static Ingester.Core.Archives.PublishedColumn;

namespace Ingester.Exchanges.Binance;

/// <summary>The daily files of trades that Binance publishes. https://github.com/binance/binance-public-data</summary>
internal static class BinanceFiles
{
    private static readonly PublishedColumn[] Trades = [Id, Price, Size, Other, Time, BuyerIsMaker];
    private static readonly PublishedColumn[] AggTrades = [Id, Price, Size, Other, Other, Time, BuyerIsMaker];

    /// <summary>The files of trades.</summary>
    /// <param name="kind">The folder of a kind of market: <c>spot</c>, <c>futures/um</c> or <c>futures/cm</c>.</param>
    public static PublishedFiles OfTrades(string kind) => Create(kind, "trades", Trades);

    /// <summary>The files of aggregate trades.</summary>
    /// <inheritdoc cref="OfTrades"/>
    public static PublishedFiles OfAggTrades(string kind) => Create(kind, "aggTrades", AggTrades);

    private static PublishedFiles Create(string kind, string folder, IReadOnlyList<PublishedColumn> columns) => new()
    {
        Root = "https://data.binance.vision/",
        Path = $"data/{kind}/daily/{folder}/{{symbol}}/{{symbol}}-{folder}-{{date}}.zip",
        Columns = columns,
        HasChecksum = true,
        Source = "github.com/binance/binance-public-data",
    };
}
