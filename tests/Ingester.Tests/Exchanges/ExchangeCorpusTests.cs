using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges;

/// <summary>
/// Compares the decoders with an independent reading of the recordings: <c>corpus-counts.json</c> of each exchange, written by
/// <c>tests/corpus_counts.py</c>.
/// </summary>
public sealed class ExchangeCorpusTests
{
    public static TheoryData<string> Exchanges => Fixtures.Exchanges;

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Recordings_decode_to_the_events_and_digits_of_their_frames(string name)
    {
        if (!Corpus.TryFind(out _))
            Assert.Skip(Corpus.Absent);
        var expected = Expected(name);
        Assert.Equal(expected.Keys.Order(), Corpus.Recordings(name).Select(recording => recording.Name).Order());
        foreach (var recording in Corpus.Recordings(name))
        {
            var exchange = ExchangeCatalog.Find(name)!;
            var decoders = new Dictionary<long, IFrameDecoder>();
            using var inflater = new FrameInflater(exchange.Profile.BinaryFrames, maxBytes: 1 << 24);
            using var sink = new CountingSink();
            var frames = 0;
            foreach (var (connection, isBinary, bytes) in recording.Messages())
            {
                if (!decoders.TryGetValue(connection, out var decoder))
                    decoders.Add(connection, decoder = exchange.CreateDecoder());
                decoder.Decode(isBinary ? inflater.InflateOrKeep(bytes) : bytes, sink);
                frames++;
            }

            var (expectedFrames, expectedNotices, streams) = expected[recording.Name];
            Assert.Equal(expectedFrames, frames);
            Assert.Equal(expectedNotices, sink.Notices);
            Assert.Equal(streams, sink.Streams());
        }
    }

    [Fact]
    public void Recorded_market_lists_are_read()
    {
        if (!Corpus.TryFind(out var root))
            Assert.Skip(Corpus.Absent);
        Check("binance", "api/v3/exchangeInfo", 3);
        Check("binance-us", "api/v3/exchangeInfo", 1);
        Check("binance-futures", "fapi/v1/exchangeInfo", 1);
        Check("binance-coinm", "dapi/v1/exchangeInfo", 1);
        Check("bybit", "category=spot&status=Trading&limit=1000", 1);
        Check("bybit-linear", "category=linear&status=Trading&limit=1000", 1, folder: "bybit");
        Check("coinbase", "/products", 1);
        Check("okx", "instType=SPOT", 2);
        Check("okx", "instType=SWAP", 2);
        Check("okx", "instType=FUTURES", 2);
        Check("deribit", "currency=BTC&expired=false", 1);
        Check("deribit", "currency=ETH&expired=false", 1);
        Check("coinbase-advanced", "/market/products", 1);
        Check("bitstamp", "/trading-pairs-info/", 1);
        Check("kraken-futures", "/derivatives/api/v3/instruments", 1);
        Check("kucoin", "api/v1/symbols", 1);
        Check("gate", "/spot/currency_pairs", 1);
        Check("gate-futures", "/futures/usdt/contracts", 1, folder: "gate");
        Check("htx", "/v1/common/symbols", 1);
        Check("htx-linear", "/linear-swap-api/v1/swap_contract_info", 2, folder: "htx");
        Check("phemex", "/exchange/public/cfg/v2/products", 1);
        Check("poloniex", "/markets", 1);
        var instruments = string.Join('\n', Corpus.Lines(Path.Combine(root, "kraken", "kdr-v2-instrument-snapshot.json.gz")));
        var markets = ExchangeCatalog.Find("kraken")!.ParseMarketList(System.Text.Encoding.UTF8.GetBytes(instruments));
        Assert.Equal((672, 11), (markets.Markets.Count(listed => listed.State == MarketState.Trading), markets.Markets.Count(listed => listed.State == MarketState.Halted)));
        Assert.Contains(new(new("BTC-USD", "BTC/USD"), "online", MarketState.Trading), markets.Markets.Select(listed => listed with { Facts = null }));
        Assert.Empty(markets.Skipped);
    }

    private static void Check(string name, string path, int lists, string? folder = null)
    {
        var exchange = ExchangeCatalog.Find(name)!;
        var read = Corpus.RestAnswers(folder ?? name, path).Select(body => exchange.ParseMarketList(body)).ToList();
        Assert.Equal(lists, read.Count);
        Assert.All(read, listing =>
        {
            var markets = listing.Markets.Select(listed => listed.Market).ToList();
            Assert.Equal(markets.Count, markets.DistinctBy(market => market.Name).Count());
            Assert.All(
                listing.Markets.Where(listed => listed.State == MarketState.Trading),
                listed => Assert.Equal(listed.Market, exchange.Profile.Symbols.ToMarket(listed.Market.Symbol)));
            Assert.All(listing.Skipped, entry => Assert.Equal("BTCSTUSDT", entry.Symbol)); // a contract that is not named while it pauses
        });
    }

    private static Dictionary<string, (int Frames, int Notices, Dictionary<string, (int Events, string Hash)> Streams)> Expected(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File(name, "corpus-counts.json")));
        return document.RootElement.GetProperty("recordings").EnumerateObject().ToDictionary(
            entry => entry.Name,
            entry => (
                entry.Value.GetProperty("frames").GetInt32(),
                entry.Value.GetProperty("notices").GetInt32(),
                entry.Value.GetProperty("streams").EnumerateObject().ToDictionary(
                    stream => stream.Name,
                    stream => (stream.Value.GetProperty("events").GetInt32(), stream.Value.GetProperty("sha256").GetString()!))));
    }
}
