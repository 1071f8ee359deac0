using Ingester.Core.Archives;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Gate;

/// <summary>Gate v4: spot, and the perpetual contracts that settle in USDT. Diffs are contiguous by <c>U</c>..<c>u</c>; snapshots are fetched.</summary>
internal sealed class GateExchange : IExchange
{
    /// <summary>Levels per side that the channel keeps at an interval of 100 ms.</summary>
    public const int Depth = 100;

    /// <summary>An unknown market rejects the complete request, so requests are small.</summary>
    private const int TradesPerMessage = 20;

    /// <summary>The time of a request, as in the examples of the vendor: only the signature of a private request depends on it.</summary>
    private const long RequestTime = 123456;

    private const string FileRoot = "https://download.gatedata.org/";
    private const string FileSource = "www.gate.com/developer/historical_quotes";

    private static readonly PublishedFiles SpotTradeFiles = new()
    {
        Root = FileRoot,
        Path = "spot/deals/{month}/{symbol}-{month}.csv.gz",
        Columns = [PublishedColumn.Time, PublishedColumn.Id, PublishedColumn.Price, PublishedColumn.Size, PublishedColumn.Side],
        SellDigit = '1',
        SymbolSeparator = "_",
        IsMonthly = true,
        Source = FileSource,
    };

    private static readonly PublishedFiles FuturesTradeFiles = new()
    {
        Root = FileRoot,
        Path = "futures_usdt/trades/{month}/{symbol}-{month}.csv.gz",
        Columns = [PublishedColumn.Time, PublishedColumn.Id, PublishedColumn.Price, PublishedColumn.Size],
        HasSignedSizes = true,
        SymbolSeparator = "_",
        IsMonthly = true,
        Source = FileSource,
    };

    private readonly bool isFutures;

    private GateExchange(string name, bool isFutures)
    {
        this.isFutures = isFutures;
        var prefix = isFutures ? "futures" : "spot";
        var endpoint = new Uri(isFutures ? "wss://fx-ws.gateio.ws/v4/ws/usdt" : "wss://api.gateio.ws/ws/v4/");
        var rest = new GateRest(isFutures);
        Profile = new()
        {
            Name = name,
            CsvId = isFutures ? static _ => "gate-io-futures" : static _ => "gate-io",
            Protocol = "v4",
            Datasets =
            [
                new(Dataset.Trades, endpoint, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = $"{prefix}.trades", Published = isFutures ? FuturesTradeFiles : SpotTradeFiles },
                new(Dataset.Depth, endpoint, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = $"{prefix}.order_book_update" },
            ],
            MarketLists = [new(rest.MarketList)],
            MarketStatuses = isFutures ? new() { Trading = ["trading"], Terminal = ["delisted"] } : new() { Trading = ["tradable"] },
            StreamsPerConnection = 200,
            MessageLimit = new(20, TimeSpan.FromSeconds(1)),
            ConnectionLimit = new(20, TimeSpan.FromMinutes(1)),
            RequestWeightLimit = new(200, TimeSpan.FromSeconds(10)),
            RequestHeaders = new Dictionary<string, string>(isFutures ? [new("X-Gate-Size-Decimal", "1")] : [], StringComparer.Ordinal), // else sizes are cut to whole numbers
            SilenceLimit = TimeSpan.FromSeconds(45), // each ping is answered
            PingMessage = $$"""{"time":{{RequestTime}},"channel":"{{prefix}}.ping"}""",
            PingInterval = TimeSpan.FromSeconds(15),
            Symbols = new() { Separators = "_", IsDerivatives = isFutures },
            Book = new() { MaintainedDepths = [Depth], SnapshotEndpoint = rest.Snapshots },
            Candles = rest.Candles,
        };
    }

    /// <summary>Spot.</summary>
    public static GateExchange Spot { get; } = new("gate", isFutures: false);

    /// <summary>Perpetual contracts that settle in USDT.</summary>
    public static GateExchange Futures { get; } = new("gate-futures", isFutures: true);

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new GateDecoder(isFutures);

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) =>
        MarketListParser.Parse(Profile, body, _ => isFutures ? GateMarkets.Contracts(Profile.Symbols) : GateMarkets.Pairs(Profile.Symbols));

    /// <summary>
    /// The messages that subscribe or unsubscribe: many markets of trades in one, <c>"payload":["BTC_USDT","ETH_USDT"]</c>, but one market of depth,
    /// <c>"payload":["BTC_USDT","100ms"]</c>.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        var verb = subscribe ? "subscribe" : "unsubscribe";
        foreach (var (channel, part) in streams.GroupByChannel(Profile, TradesPerMessage))
            foreach (var group in part.Chunk(part[0].Dataset == Dataset.Depth ? 1 : TradesPerMessage))
            {
                var payload = SubscribeText.ToJsonList([.. group.Select(stream => stream.Market.Symbol), .. OptionsOf(group[0].Dataset, subscribe)]);
                frames.Add(new(requestId, $$"""{"time":{{RequestTime}},"id":{{requestId}},"channel":"{{channel}}","event":"{{verb}}","payload":[{{payload}}]}""", group));
                requestId++;
            }

        return frames;
    }

    /// <summary>The interval of diffs, and on futures their depth.</summary>
    private IEnumerable<string> OptionsOf(Dataset dataset, bool subscribe) =>
        dataset != Dataset.Depth ? [] : isFutures && subscribe ? ["100ms", $"{Depth}"] : ["100ms"];
}
