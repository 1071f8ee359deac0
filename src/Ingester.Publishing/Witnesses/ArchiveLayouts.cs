using Ingester.Core.Markets;
using static Ingester.Publishing.Witnesses.ArchiveColumn;

namespace Ingester.Publishing.Witnesses;

/// <summary>The files that exchanges publish.</summary>
internal static class ArchiveLayouts
{
    private const string BinanceSource = "github.com/binance/binance-public-data";

    private static readonly ArchiveColumn[] BinanceTrades = [Id, Price, Size, Other, Time, BuyerIsMaker];
    private static readonly ArchiveColumn[] BinanceAggregates = [Id, Price, Size, Other, Other, Time, BuyerIsMaker];

    /// <summary>All layouts.</summary>
    public static IReadOnlyList<ArchiveLayout> All { get; } =
    [
        Binance("binance", "spot", Dataset.Trades),
        Binance("binance", "spot", Dataset.AggTrades),
        Binance("binance-futures", "futures/um", Dataset.Trades),
        Binance("binance-futures", "futures/um", Dataset.AggTrades),
        Binance("binance-coinm", "futures/cm", Dataset.Trades),
        Binance("binance-coinm", "futures/cm", Dataset.AggTrades),
        new()
        {
            Exchange = "bybit-linear",
            Root = "https://public.bybit.com/",
            Path = "trading/{symbol}/{symbol}{date}.csv.gz",
            Columns = [Time, Other, Side, Size, Price, Other, Id],
            Source = "public.bybit.com",
        },
        new()
        {
            Exchange = "bybit",
            Root = "https://public.bybit.com/",
            Path = "spot/{symbol}/{symbol}_{date}.csv.gz",
            Columns = [Other, Time, Price, Size, Side], // its first column is the number of the row
            HasIds = false,
            Source = "public.bybit.com",
        },
        new()
        {
            Exchange = "okx",
            Root = "https://static.okx.com/cdn/okex/",
            Path = "traderecords/trades/daily/{compact}/{symbol}-trades-{date}.zip",
            Columns = [Other, Id, Side, Price, Size, Time],
            DayOffset = TimeSpan.FromHours(-8),
            SymbolSeparator = "-",
            Source = "www.okx.com/data-download",
        },
        new()
        {
            Exchange = "gate",
            Root = "https://download.gatedata.org/",
            Path = "spot/deals/{month}/{symbol}-{month}.csv.gz",
            Columns = [Time, Id, Price, Size, Side],
            SellDigit = '1',
            SymbolSeparator = "_",
            IsMonthly = true,
            Source = "www.gate.com/developer/historical_quotes",
        },
        new()
        {
            Exchange = "gate-futures",
            Root = "https://download.gatedata.org/",
            Path = "futures_usdt/trades/{month}/{symbol}-{month}.csv.gz",
            Columns = [Time, Id, Price, Size],
            HasSignedSizes = true,
            SymbolSeparator = "_",
            IsMonthly = true,
            Source = "www.gate.com/developer/historical_quotes",
        },
        new()
        {
            Exchange = "htx",
            Root = "https://www.htx.com/",
            Path = "data/trades/spot/daily/{symbol}/{symbol}-trades-{date}.zip",
            Columns = [Id, Price, Size, Time, Side],
            HasChecksum = true,
            Source = "github.com/hbdmapi/huobi_public_data",
        },
    ];

    /// <summary>The layouts of an exchange or of a family of exchanges: <c>binance</c> is spot and both kinds of futures.</summary>
    public static IReadOnlyList<ArchiveLayout> Of(string family) =>
        [.. All.Where(layout => layout.Exchange == family || layout.Exchange.StartsWith($"{family}-", StringComparison.Ordinal))];

    private static ArchiveLayout Binance(string exchange, string kind, Dataset dataset)
    {
        var folder = dataset == Dataset.Trades ? "trades" : "aggTrades";
        return new()
        {
            Exchange = exchange,
            Dataset = dataset,
            Root = "https://data.binance.vision/",
            Path = $"data/{kind}/daily/{folder}/{{symbol}}/{{symbol}}-{folder}-{{date}}.zip",
            Columns = dataset == Dataset.Trades ? BinanceTrades : BinanceAggregates,
            HasChecksum = true,
            Source = BinanceSource,
        };
    }
}
