using System.Globalization;
using System.Text.Json;
using Ingester.Core.Archives;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Bybit;

/// <summary>
/// Bybit v5: spot, and the linear (USDT and USDC) contracts. Update ids of books increase by one; trade ids are numbers on spot and UUIDs on contracts.
/// </summary>
internal sealed class BybitExchange : IExchange, IPagedMarketList
{
    /// <summary>Spot accepts ten arguments per request; contracts are given the same.</summary>
    private const int StreamsPerMessage = 10;

    private const int Depth = 200;

    private const string FileRoot = "https://public.bybit.com/";

    private static readonly Dictionary<string, int> CandleWords = new(StringComparer.Ordinal) { ["1"] = 1, ["5"] = 5, ["15"] = 15, ["60"] = 60, ["240"] = 240, ["D"] = 1440 };

    private static readonly string[] SpotQuotes =
        ["RLUSD", "USDT", "USDC", "USDE", "USD1", "XUSD", "EUR", "BRL", "GBP", "AED", "PLN", "TRY", "BTC", "ETH", "SOL", "DAI", "USD"];

    private static readonly PublishedFiles SpotTradeFiles = new()
    {
        Root = FileRoot,
        Path = "spot/{symbol}/{symbol}_{date}.csv.gz",
        Columns = [PublishedColumn.Other, PublishedColumn.Time, PublishedColumn.Price, PublishedColumn.Size, PublishedColumn.Side], // its first column is the number of the row
        HasIds = false,
        Source = "public.bybit.com",
    };

    private static readonly PublishedFiles LinearTradeFiles = new()
    {
        Root = FileRoot,
        Path = "trading/{symbol}/{symbol}{date}.csv.gz",
        Columns = [PublishedColumn.Time, PublishedColumn.Other, PublishedColumn.Side, PublishedColumn.Size, PublishedColumn.Price, PublishedColumn.Other, PublishedColumn.Id],
        Source = "public.bybit.com",
    };

    private readonly bool isSpot;

    private BybitExchange(string name, string category)
    {
        isSpot = category == "spot";
        var endpoint = new Uri($"wss://stream.bybit.com/v5/public/{category}");
        Profile = new()
        {
            Name = name,
            CsvId = isSpot ? static _ => "bybit-spot" : static _ => "bybit",
            Protocol = "v5",
            Datasets =
            [
                new(Dataset.Trades, endpoint, isSpot ? SequenceKind.Monotonic : SequenceKind.None, StreamIdentity.Identical) { Channel = "publicTrade", Published = isSpot ? SpotTradeFiles : LinearTradeFiles },
                new(Dataset.Depth, endpoint, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = $"orderbook.{Depth}", Published = BookFiles(category) },
            ],
            MarketLists = [new(new($"https://api.bybit.com/v5/market/instruments-info?category={category}&limit=1000"))],
            MarketStatuses = new() { Trading = ["Trading"], Terminal = ["Closed"] },
            StreamsPerConnection = 500,
            MessageLimit = new(20, TimeSpan.FromSeconds(1)),
            ConnectionLimit = new(500, TimeSpan.FromMinutes(5)),
            RequestWeightLimit = new(600, TimeSpan.FromSeconds(5)),
            SilenceLimit = TimeSpan.FromSeconds(45),
            PingMessage = """{"op":"ping"}""",
            PingInterval = TimeSpan.FromSeconds(20),
            Symbols = isSpot ? new() { QuoteAssets = SpotQuotes } : new() { QuoteAssets = ["USDT", "USDC"], IsDerivatives = true, ContractQuote = "USDC" },
            Book = new() { MaintainedDepths = [Depth] },
            Candles = new()
            {
                CallFor = query => new(new($"https://api.bybit.com/v5/market/kline?category={category}&symbol={Uri.EscapeDataString(query.Market.Symbol)}"
                    + $"&interval={CandleWords.First(word => word.Value == (int)query.Interval.TotalMinutes).Key}&start={query.FromMicros / 1_000}&limit={query.Count}")),
                Parse = ParseCandles,
                Intervals = [.. CandleWords.Values.Select(minutes => TimeSpan.FromMinutes(minutes))],
                MaxCount = 1000,
            },
        };
    }

    /// <summary>Spot.</summary>
    public static BybitExchange Spot { get; } = new("bybit", "spot");

    /// <summary>Linear contracts.</summary>
    public static BybitExchange Linear { get; } = new("bybit-linear", "linear");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BybitDecoder(tradeIds: isSpot);

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.GetRequired("result").GetArray("list"),
        static entry => entry.GetText("symbol"),
        Name,
        static entry => entry.GetText("status"))
    { Facts = Facts });

    /// <inheritdoc/>
    public RestCall? NextPage(RestCall call, ReadOnlySpan<byte> body)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        var cursor = document.RootElement.GetRequired("result").GetDigits("nextPageCursor");
        return cursor is null ? null : new(new($"{call.Uri.ToString().Split("&cursor=")[0]}&cursor={Uri.EscapeDataString(cursor)}"));
    }

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, StreamsPerMessage))
        {
            var topics = SubscribeText.ToJsonList(part.Select(stream => $"{channel}.{stream.Market.Symbol}"));
            frames.Add(new(requestId, $$"""{"req_id":"{{requestId}}","op":"{{(subscribe ? "subscribe" : "unsubscribe")}}","args":[{{topics}}]}""", part));
            requestId++;
        }

        return frames;
    }

    /// <summary>The files of books: one message of the stream per line. Update ids count per symbol and depth, so only files of the recorded depth have the same ids.</summary>
    private static PublishedFiles BookFiles(string category) => new()
    {
        Root = "https://quote-saver.bycsi.com/",
        Path = $"orderbook/{category}/{{symbol}}/{{date}}_{{symbol}}_ob{Depth}.data.zip",
        Source = "www.bybit.com/derivatives/en/history-data",
    };

    /// <summary>The canonical name by the assets of the list, which may be newer than those of <see cref="ExchangeProfile.Symbols"/>.</summary>
    private string Name(JsonElement entry, string symbol)
    {
        var pair = $"{entry.GetText("baseCoin")}-{entry.GetText("quoteCoin")}";
        return isSpot ? pair : $"{pair}-{ExpiryOf(entry)?.ToString("yyMMdd", CultureInfo.InvariantCulture) ?? "PERP"}";
    }

    /// <summary>The expiry of a dated contract; null for a perpetual one, where it is 0.</summary>
    private static DateTimeOffset? ExpiryOf(JsonElement contract) => contract.GetMillisTime("deliveryTime");

    private InstrumentFacts Facts(JsonElement entry, string symbol)
    {
        var (sizes, prices) = (entry.GetRequired("lotSizeFilter"), entry.GetRequired("priceFilter"));
        var expiry = isSpot ? null : ExpiryOf(entry);
        return new(isSpot ? InstrumentType.Spot : expiry is null ? InstrumentType.Perpetual : InstrumentType.Future, entry.GetText("baseCoin"), entry.GetText("quoteCoin"))
        {
            Settle = entry.GetDigits("settleCoin"),
            Tick = prices.GetDigits("tickSize"),
            Lot = sizes.GetDigits(isSpot ? "basePrecision" : "qtyStep"),
            MinSize = sizes.GetDigits("minOrderQty"),
            MinNotional = sizes.GetDigits(isSpot ? "minOrderAmt" : "minNotionalValue"),
            Expiry = expiry,
        };
    }

    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.GetRequired("result").GetArray("list").Select(static row => new Candle(
            long.Parse(row[0].GetString()!, NumberStyles.None, CultureInfo.InvariantCulture) * 1_000,
            TradeHistoryParser.GetDecimalText(row[1]),
            TradeHistoryParser.GetDecimalText(row[2]),
            TradeHistoryParser.GetDecimalText(row[3]),
            TradeHistoryParser.GetDecimalText(row[4]),
            TradeHistoryParser.GetDecimalText(row[5]))));
}
