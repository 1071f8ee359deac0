using System.Globalization;
using System.Text.Json;
using Ingester.Core.Archives;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Okx;

/// <summary>
/// OKX v5: spot, perpetual contracts and futures, on one endpoint. Trade ids increase by one, and a message may represent several trades; diffs name the id of
/// the previous one.
/// </summary>
internal sealed class OkxExchange : IExchange
{
    /// <summary>The depth of the channel <c>books</c> in levels.</summary>
    public const int Depth = 400;

    /// <summary>Half a connection: all its books or all its trades.</summary>
    private const int StreamsPerMessage = 30;

    private const string Rest = "https://www.okx.com/api/v5";

    private static readonly Uri Endpoint = new("wss://ws.okx.com/ws/v5/public");

    private static readonly Dictionary<TimeSpan, string> CandleWords = new()
    {
        [TimeSpan.FromMinutes(1)] = "1m",
        [TimeSpan.FromMinutes(5)] = "5m",
        [TimeSpan.FromMinutes(15)] = "15m",
        [TimeSpan.FromHours(1)] = "1H",
        [TimeSpan.FromHours(4)] = "4H",
        [TimeSpan.FromDays(1)] = "1Dutc", // 1D begins at 16:00 UTC
    };

    private static readonly PublishedFiles TradeFiles = new()
    {
        Root = "https://static.okx.com/cdn/okex/",
        Path = "traderecords/trades/daily/{compact}/{symbol}-trades-{date}.zip",
        Columns = [PublishedColumn.Other, PublishedColumn.Id, PublishedColumn.Side, PublishedColumn.Price, PublishedColumn.Size, PublishedColumn.Time],
        DayOffset = TimeSpan.FromHours(-8),
        SymbolSeparator = "-",
        Source = "www.okx.com/data-download",
    };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "okx",
        CsvId = static market => market.Split('-') switch
        {
            [.., "PERP"] => "okex-swap",
            [.., "C" or "P"] => "okex-options",
            [_, _, .., [>= '0' and <= '9', ..]] => "okex-futures",
            _ => "okex",
        },
        Protocol = "v5",
        Datasets =
        [
            new(Dataset.Trades, Endpoint, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "trades", History = OkxTradeHistory.Endpoint, Published = TradeFiles },
            new(Dataset.Depth, Endpoint, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "books" },
        ],
        MarketLists = [.. new[] { "SPOT", "SWAP", "FUTURES" }.Select(type => new RestCall(new($"{Rest}/public/instruments?instType={type}")))],
        MarketStatuses = new() { Trading = ["live"] },
        StreamsPerConnection = 2 * StreamsPerMessage,
        MessageLimit = new(3, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(3, TimeSpan.FromSeconds(1)),
        RequestWeightLimit = new(20, TimeSpan.FromSeconds(2)),
        SilenceLimit = TimeSpan.FromSeconds(45),
        PingMessage = "ping",
        PingInterval = TimeSpan.FromSeconds(20),
        Symbols = new() { Separators = "-", IsDerivatives = true, HasSpot = true },
        Book = new() { MaintainedDepths = [Depth] },
        Candles = new()
        {
            CallFor = static query => new(new($"{Rest}/market/history-candles?instId={Uri.EscapeDataString(query.Market.Symbol)}&bar={CandleWords[query.Interval]}"
                + $"&after={query.FromMicros / 1_000 + (long)query.Interval.TotalMilliseconds * query.Count}&before={query.FromMicros / 1_000 - 1}&limit={query.Count}")),
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys],
            MaxCount = 300,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new OkxDecoder();

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => GetData(root),
        static entry => entry.GetText("state") == "preopen" ? entry.GetDigits("instId") : entry.GetText("instId"), // an announced contract has no name yet
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static entry => entry.GetText("state"))
    { Facts = Facts });

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, StreamsPerMessage))
        {
            var arguments = string.Join(',', part.Select(stream => $$"""{"channel":"{{channel}}","instId":{{SubscribeText.ToJsonList([stream.Market.Symbol])}}}"""));
            frames.Add(new(requestId, $$"""{"id":"{{requestId}}","op":"{{(subscribe ? "subscribe" : "unsubscribe")}}","args":[{{arguments}}]}""", part));
            requestId++;
        }

        return frames;
    }

    /// <summary>The <c>data</c> of a REST response, whose <c>code</c> is 0 on success.</summary>
    internal static JsonElement.ArrayEnumerator GetData(JsonElement root) => root.GetText("code") == "0"
        ? root.GetArray("data")
        : throw new JsonException($"the exchange answered {root.GetText("code")}: {root.GetDigits("msg")}.");

    /// <summary>Contracts name their assets by their underlying index, which has the form of a spot symbol. Sizes of contracts are numbers of contracts.</summary>
    private static InstrumentFacts Facts(JsonElement entry, string symbol)
    {
        var type = entry.GetText("instType") switch
        {
            "SPOT" => InstrumentType.Spot,
            "SWAP" => InstrumentType.Perpetual,
            "FUTURES" => InstrumentType.Future,
            var other => throw new JsonException($"the 'instType' {other} is unknown."),
        };
        if ((entry.GetDigits("uly") ?? symbol).Split('-') is not [var traded, var quote, ..])
            throw new JsonException($"'{symbol}' names no pair.");
        return new(type, traded, quote)
        {
            Settle = entry.GetDigits("settleCcy"),
            Tick = entry.GetDigits("tickSz"),
            Lot = entry.GetDigits("lotSz"),
            MinSize = entry.GetDigits("minSz"),
            ContractSize = entry.GetDigits("ctVal"),
            Expiry = type == InstrumentType.Future ? ToTime(entry.GetDigits("expTime")) : null,
        };
    }

    private static DateTimeOffset? ToTime(string? millis) =>
        long.TryParse(millis, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(value)
            : null;

    /// <summary>Parses <c>["1597026360000","3.721","3.743","3.677","3.708","8422410",…]</c>: time, open, high, low, close, volume in the unit of sizes.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        return [.. GetData(document.RootElement).Select(static row => row.ValueKind == JsonValueKind.Array && row.EnumerateArray().Take(6).Select(cell => cell.ToString()).ToList()
            is [var time, var open, var high, var low, var close, var volume] && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var millis)
                ? new Candle(millis * 1_000, open, high, low, close, volume)
                : throw new JsonException($"{row.GetRawText()} is not a candle."))];
    }
}
