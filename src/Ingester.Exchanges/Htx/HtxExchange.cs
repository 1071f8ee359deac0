using Ingester.Core.Archives;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Htx;

/// <summary>
/// HTX (formerly Huobi): spot, and linear contracts. On spot trade ids increase by one and diffs name the id of the previous one; snapshots are fetched. On linear
/// contracts trade ids only grow, and diffs are numbered per connection; snapshots are sent on the WebSocket. All frames are compressed.
/// </summary>
internal sealed class HtxExchange : IExchange
{
    /// <summary>Levels per side of the channels of depth.</summary>
    public const int Depth = 150;

    private static readonly string[] SpotQuotes = ["USDT", "HUSD", "USDC", "USDD", "EUR", "BTC", "ETH", "TRX", "HT"];

    private static readonly PublishedFiles TradeFiles = new()
    {
        Root = "https://www.htx.com/",
        Path = "data/trades/spot/daily/{symbol}/{symbol}-trades-{date}.zip",
        Columns = [PublishedColumn.Id, PublishedColumn.Price, PublishedColumn.Size, PublishedColumn.Time, PublishedColumn.Side],
        HasChecksum = true,
        Source = "github.com/hbdmapi/huobi_public_data",
    };

    private readonly bool isLinear;

    private HtxExchange(string name, bool isLinear)
    {
        this.isLinear = isLinear;
        Profile = new()
        {
            Name = name,
            CsvId = isLinear ? static _ => "huobi-dm-linear-swap" : static _ => "huobi",
            Protocol = "v1",
            Datasets = isLinear ? LinearDatasets() : SpotDatasets(),
            MarketLists = [new(isLinear ? HtxRest.Contracts : HtxRest.Pairs)],
            MarketStatuses = isLinear ? new() { Trading = ["1"], Terminal = ["0", "8"] } : new() { Trading = ["online"], Terminal = ["offline"] },
            StreamsPerConnection = 100,
            MessageLimit = new(20, TimeSpan.FromSeconds(1)),
            ConnectionLimit = new(20, TimeSpan.FromMinutes(1)),
            RequestWeightLimit = new(10, TimeSpan.FromSeconds(1)),
            SilenceLimit = TimeSpan.FromSeconds(20), // the server pings every five seconds
            BinaryFrames = BinaryFrames.Gzip,
            Symbols = isLinear ? new() { Separators = "-", IsDerivatives = true } : new() { QuoteAssets = SpotQuotes },
            Book = new() { MaintainedDepths = [Depth], SnapshotEndpoint = isLinear ? null : HtxRest.Snapshots },
            Candles = isLinear ? HtxRest.LinearCandles : HtxRest.SpotCandles,
        };
    }

    /// <summary>Spot.</summary>
    public static HtxExchange Spot { get; } = new("htx", isLinear: false);

    /// <summary>Linear contracts: perpetual and dated ones that settle in USDT.</summary>
    public static HtxExchange Linear { get; } = new("htx-linear", isLinear: true);

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new HtxDecoder(isLinear);

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) =>
        MarketListParser.Parse(Profile, body, _ => isLinear ? HtxMarkets.Contracts(Profile.Symbols) : HtxMarkets.Pairs);

    /// <summary>One message per stream: <c>{"sub":"market.btcusdt.trade.detail","id":"1"}</c>; each is answered.</summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>(streams.Count);
        var verb = subscribe ? "sub" : "unsub";
        foreach (var (channel, part) in streams.GroupByChannel(Profile, size: 1))
        {
            var topic = SubscribeText.ToJsonList([$"market.{part[0].Market.Symbol}.{channel}"]);
            var type = isLinear && part[0].Dataset == Dataset.Depth ? ""","data_type":"incremental" """.TrimEnd() : "";
            frames.Add(new(requestId, $$"""{"{{verb}}":{{topic}}{{type}},"id":"{{requestId}}"}""", part));
            requestId++;
        }

        return frames;
    }

    private static DatasetProfile[] SpotDatasets() =>
    [
        new(Dataset.Trades, new("wss://api.huobi.pro/ws"), SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "trade.detail", History = HtxRest.Trades, Published = TradeFiles },
        new(Dataset.Depth, new("wss://api.huobi.pro/feed"), SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = $"mbp.{Depth}" },
    ];

    private static DatasetProfile[] LinearDatasets()
    {
        var endpoint = new Uri("wss://api.hbdm.com/linear-swap-ws");
        return
        [
            new(Dataset.Trades, endpoint, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "trade.detail" },
            new(Dataset.Depth, endpoint, SequenceKind.None, StreamIdentity.PerConnection) { Channel = $"depth.size_{Depth}.high_freq" },
        ];
    }
}
