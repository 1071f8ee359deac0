using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Testing.Fakes;

/// <summary>
/// A small exchange. Its market list is a JSON array of names (<c>A-X</c> trades, <c>A-X:halt</c> is halted, <c>A-X:end</c> is delisted, <c>?A-X</c> cannot be
/// read). A subscribe message is <c>+1 trades:BTCUSDT depth:BTCUSDT</c> (at most four streams per
/// message). The dataset agg-trades has an endpoint of its own.
/// </summary>
internal class FakeExchange : IExchange
{
    private const int StreamsPerMessage = 4;

    private static readonly MarketListFormat Form = new(
        static root => root.AsArray(),
        static entry => Market(Name(entry).TrimStart('?')).Symbol,
        static (entry, _) => Name(entry) is ['?', ..] ? throw new JsonException("it has no name.") : Name(entry),
        static entry => entry.GetString()!.Split(':') is [_, var status] ? status : "on");

    public ExchangeProfile Profile { get; init; } = new()
    {
        Name = "fake",
        Protocol = "v1",
        Symbols = new(),
        Datasets =
        [
            new(Dataset.Trades, new("wss://ws.fake.example/feed"), SequenceKind.Contiguous, StreamIdentity.Identical),
            new(Dataset.Depth, new("wss://ws.fake.example/feed"), SequenceKind.Contiguous, StreamIdentity.Identical),
            new(Dataset.AggTrades, new("wss://ws.fake.example/market"), SequenceKind.Contiguous, StreamIdentity.Identical),
        ],
        MarketLists = [new(new("https://api.fake.example/v1/markets?all=1"))],
        MarketStatuses = new() { Trading = ["on"], Terminal = ["end"] },
        StreamsPerConnection = 100,
        MessageLimit = new(1000, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(1000, TimeSpan.FromSeconds(1)),
        RequestWeightLimit = new(1000, TimeSpan.FromSeconds(1)),
        SilenceLimit = TimeSpan.FromMinutes(1),
    };

    public static Market Market(string name) => new(name, name.Replace("-", "", StringComparison.Ordinal));

    public static Subscription Stream(Dataset dataset, string market) => new(dataset, Market(market));

    /// <summary>The market list as the exchange returns it.</summary>
    public static MarketListResult List(params string[] entries) =>
        new FakeExchange().ParseMarketList(JsonSerializer.SerializeToUtf8Bytes(entries));

    /// <summary>A market list whose parsing throws, like a bug.</summary>
    public const string BuggyList = "\"bug\"";

    public IFrameDecoder CreateDecoder() => new FakeDecoder();

    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => body.SequenceEqual("\"bug\""u8)
        ? throw new InvalidOperationException("a bug")
        : MarketListParser.Parse(Profile, body, static _ => Form);

    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var part in streams.Chunk(StreamsPerMessage))
        {
            var names = string.Join(' ', part.Select(stream => $"{stream.Dataset.Name()}:{stream.Market.Symbol}"));
            frames.Add(new(requestId, string.Create(CultureInfo.InvariantCulture, $"{(subscribe ? '+' : '-')}{requestId} {names}"), part));
            requestId++;
        }

        return frames;
    }

    private static string Name(JsonElement entry) => entry.ValueKind == JsonValueKind.String
        ? entry.GetString()!.Split(':')[0]
        : throw new JsonException("it is no text.");
}
