using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Tests.Exchanges.Example;

/// <summary>Acme v1: trade ids count by one, diffs name the previous id, snapshots are in band.</summary>
internal sealed class AcmeExchange : IExchange
{
    private const int StreamsPerMessage = 20;

    private static readonly Uri Feed = new("wss://stream.acme.example/v1");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "acme",
        Protocol = "v1",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "trades" },
            new(Dataset.Depth, Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "book" },
        ],
        MarketLists = [new(new("https://api.acme.example/v1/markets"))],
        MarketStatuses = new() { Trading = ["open"], Terminal = ["closed"] },
        StreamsPerConnection = 200,
        MessageLimit = new(10, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(30, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(100, TimeSpan.FromMinutes(1)),
        SilenceLimit = TimeSpan.FromSeconds(45),
        PingMessage = """{"op":"ping"}""",
        PingInterval = TimeSpan.FromSeconds(20),
        Symbols = new() { Separators = "-" },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new AcmeDecoder();

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.GetArray("markets"),
        static entry => entry.GetText("sym"),
        static (entry, _) => $"{entry.GetText("base")}-{entry.GetText("quote")}",
        static entry => entry.GetText("status"))
    {
        Facts = static (entry, _) => new(InstrumentType.Spot, entry.GetText("base"), entry.GetText("quote")) { Tick = entry.GetDigits("tick"), Lot = entry.GetDigits("lot") },
    });

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, StreamsPerMessage))
        {
            var symbols = SubscribeText.ToJsonList(part.Select(stream => stream.Market.Symbol));
            frames.Add(new(requestId, $$"""{"op":"{{(subscribe ? "subscribe" : "unsubscribe")}}","id":{{requestId}},"ch":"{{channel}}","syms":[{{symbols}}]}""", part));
            requestId++;
        }

        return frames;
    }
}
