using System.Globalization;
using System.Text;
using Ingester.Core.Markets;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>
/// Frames of exchanges that have no simulator, in their form of today. <c>SYMBOL</c> is the symbol, <c>ID</c> counts the events of a stream and <c>LAST</c> is the one
/// before, <c>FRAME</c> counts all frames, <c>CHANNEL</c> the streams; <c>MS</c>, <c>US</c>, <c>NS</c> and <c>UTC</c> are the time.
/// </summary>
internal sealed class TemplateFrames(string exchange)
{
    private static readonly Dictionary<string, (string Symbol, string Trade, string Diff)> Templates = new(StringComparer.Ordinal)
    {
        ["bybit"] = ("BTCUSDT",
            """{"topic":"publicTrade.SYMBOL","type":"snapshot","ts":MS,"data":[{"i":"ID","T":MS,"p":"101.50","v":"0.5","S":"Buy","s":"SYMBOL","BT":false}]}""",
            """{"topic":"orderbook.200.SYMBOL","type":"delta","ts":MS,"data":{"s":"SYMBOL","b":[["101.40","1.5"]],"a":[],"u":ID,"seq":ID},"cts":MS}"""),
        ["bybit-linear"] = ("BTCUSDT",
            """{"topic":"publicTrade.SYMBOL","type":"snapshot","ts":MS,"data":[{"T":MS,"s":"SYMBOL","S":"Buy","v":"0.5","p":"101.50","L":"PlusTick","i":"c4b2ff2e-ID","BT":false}]}""",
            """{"topic":"orderbook.200.SYMBOL","type":"delta","ts":MS,"data":{"s":"SYMBOL","b":[["101.40","1.5"]],"a":[],"u":ID,"seq":ID},"cts":MS}"""),
        ["okx"] = ("BTC-USDT",
            """{"arg":{"channel":"trades","instId":"SYMBOL"},"data":[{"instId":"SYMBOL","tradeId":"ID","px":"101.5","sz":"1","side":"buy","ts":"MS","count":"1"}]}""",
            """{"arg":{"channel":"books","instId":"SYMBOL"},"action":"update","data":[{"asks":[],"bids":[["101.4","2","0","1"]],"ts":"MS","checksum":0,"seqId":ID,"prevSeqId":LAST}]}"""),
        ["deribit"] = ("BTC-PERPETUAL",
            """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.SYMBOL.100ms","data":[{"trade_seq":ID,"trade_id":"ID","timestamp":MS,"price":101.5,"instrument_name":"SYMBOL","direction":"buy","amount":10.0}]}}""",
            """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.SYMBOL.100ms","data":{"type":"change","timestamp":MS,"prev_change_id":LAST,"instrument_name":"SYMBOL","change_id":ID,"bids":[["change",101.4,10.0]],"asks":[]}}}"""),
        ["coinbase-advanced"] = ("BTC-USD",
            """{"channel":"market_trades","client_id":"","timestamp":"UTC","sequence_num":FRAME,"events":[{"type":"update","trades":[{"trade_id":"ID","product_id":"SYMBOL","price":"101.5","size":"0.5","time":"UTC","side":"BUY"}]}]}""",
            """{"channel":"l2_data","client_id":"","timestamp":"UTC","sequence_num":FRAME,"events":[{"type":"update","product_id":"SYMBOL","updates":[{"side":"bid","event_time":"UTC","price_level":"101.4","new_quantity":"1.5"}]}]}"""),
        ["bitstamp"] = ("btcusd",
            """{"event":"trade","channel":"live_trades_SYMBOL","data":{"id":ID,"amount":0.5,"amount_str":"0.50","price":101.5,"price_str":"101.50","type":0,"microtimestamp":"US"}}""",
            """{"event":"data","channel":"diff_order_book_SYMBOL","data":{"microtimestamp":"US","bids":[["101.40","1.50"]],"asks":[]}}"""),
        ["kraken-futures"] = ("PI_XBTUSD",
            """{"feed":"trade","product_id":"SYMBOL","uid":"c4b2ff2e","side":"buy","type":"fill","seq":ID,"time":MS,"qty":10.0,"price":101.5}""",
            """{"feed":"book","product_id":"SYMBOL","side":"buy","seq":ID,"price":101.4,"qty":10.0,"timestamp":MS}"""),
        ["bitfinex"] = ("tBTCUSD",
            """[CHANNEL,"te",[ID,MS,0.5,101.5],FRAME]""",
            """[CHANNEL,[101.4,1,1.5],FRAME]"""),
        ["kucoin"] = ("BTC-USDT",
            """{"type":"message","topic":"/market/match:SYMBOL","subject":"trade.l3match","data":{"symbol":"SYMBOL","sequence":"ID","side":"buy","size":"0.5","price":"101.5","time":"NS"}}""",
            """{"type":"message","topic":"/market/level2:SYMBOL","subject":"trade.l2update","data":{"symbol":"SYMBOL","sequenceStart":ID,"sequenceEnd":ID,"time":MS,"changes":{"asks":[],"bids":[["101.4","1.5","ID"]]}}}"""),
        ["binance-coinm"] = ("BTCUSD_PERP",
            """{"stream":"SYMBOL@trade","data":{"e":"trade","E":MS,"T":MS,"s":"SYMBOL","t":ID,"p":"101.5","q":"1","X":"MARKET","m":false}}""",
            """{"stream":"SYMBOL@depth@100ms","data":{"e":"depthUpdate","E":MS,"T":MS,"s":"SYMBOL","ps":"BTCUSD","U":ID,"u":ID,"pu":LAST,"b":[["101.4","5"]],"a":[]}}"""),
    };

    private readonly (string Symbol, string Trade, string Diff) template = Templates[exchange];
    private readonly long[] ids = new long[2 * 2];
    private long frames;

    /// <summary>The two markets.</summary>
    public IReadOnlyList<Market> Markets => [new("M0-USD", template.Symbol), new("M1-USD", template.Symbol + "1")];

    /// <summary>The frames that come first: the answers to subscriptions, where data refers to them.</summary>
    public IEnumerable<byte[]> Opening() => exchange != "bitfinex" ? [] :
        from channel in Enumerable.Range(0, ids.Length)
        let symbol = Markets[channel / 2].Symbol
        select Encoding.UTF8.GetBytes(channel % 2 == 0
            ? $$"""{"event":"subscribed","channel":"trades","chanId":{{channel}},"symbol":"{{symbol}}"}"""
            : $$"""{"event":"subscribed","channel":"book","chanId":{{channel}},"symbol":"{{symbol}}","prec":"P0","len":"250"}""");

    /// <summary>The next frame of a market.</summary>
    /// <param name="market">The index of the market.</param>
    /// <param name="isTrade">True for a trade, false for a diff.</param>
    /// <param name="micros">Its time, microseconds UTC.</param>
    public byte[] Next(int market, bool isTrade, long micros)
    {
        var channel = 2 * market + (isTrade ? 0 : 1);
        var id = ++ids[channel];
        var utc = DateTime.UnixEpoch.AddTicks(micros * 10).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        var text = new StringBuilder(isTrade ? template.Trade : template.Diff).Replace("UTC", utc);
        foreach (var (name, value) in new[] { ("CHANNEL", channel), ("FRAME", ++frames), ("LAST", id - 1), ("ID", id), ("MS", micros / 1_000), ("US", micros), ("NS", micros * 1_000) })
            text.Replace(name, value.ToString(CultureInfo.InvariantCulture));
        return Encoding.UTF8.GetBytes(text.Replace("SYMBOL", Markets[market].Symbol).ToString()); // last: a symbol may contain the name of a value
    }
}
