using System.Globalization;
using System.Text;
using Ingester.Core.Markets;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>
/// Frames of exchanges that have no simulator, in their form of today. <c>SYMBOL</c> is the symbol, <c>ID</c> counts the events of a stream and <c>LAST</c> is the one
/// before, <c>FRAME</c> counts all frames, <c>CHANNEL</c> the streams; <c>MS</c>, <c>US</c>, <c>NS</c> and <c>UTC</c> are the time, <c>BEFORE</c> that of the stream's event before
/// in milliseconds.
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
        ["gate"] = ("BTC_USDT",
            """{"time":1790950000,"time_ms":MS,"channel":"spot.trades","event":"update","result":{"id":ID,"create_time":1790950000,"create_time_ms":"MS.1234","side":"buy","currency_pair":"SYMBOL","amount":"0.5","price":"101.5"}}""",
            """{"time":1790950000,"time_ms":MS,"channel":"spot.order_book_update","event":"update","result":{"t":MS,"e":"depthUpdate","E":1790950000,"s":"SYMBOL","U":ID,"u":ID,"b":[["101.4","1.5"]],"a":[]}}"""),
        ["gate-futures"] = ("BTC_USDT",
            """{"time":1790950000,"time_ms":MS,"channel":"futures.trades","event":"update","result":[{"size":"12.5","id":ID,"create_time":1790950000,"create_time_ms":MS,"price":"101.5","contract":"SYMBOL","is_internal":true}]}""",
            """{"time":1790950000,"time_ms":MS,"channel":"futures.order_book_update","event":"update","result":{"t":MS,"s":"SYMBOL","U":ID,"u":ID,"b":[{"p":"101.4","s":"12.5"}],"a":[],"l":"100"}}"""),
        ["htx"] = ("btcusdt",
            """{"ch":"market.SYMBOL.trade.detail","ts":MS,"tick":{"id":ID,"ts":MS,"data":[{"id":ID,"ts":MS,"tradeId":ID,"amount":5.0E-4,"price":101.5,"direction":"buy"}]}}""",
            """{"ch":"market.SYMBOL.mbp.150","ts":MS,"tick":{"seqNum":ID,"prevSeqNum":LAST,"bids":[[101.4,1.5E-4]]}}"""),
        ["htx-linear"] = ("BTC-USDT",
            """{"ch":"market.SYMBOL.trade.detail","ts":MS,"tick":{"id":ID,"ts":MS,"data":[{"amount":308,"quantity":0.308,"ts":MS,"id":ID,"price":101.5,"direction":"buy"}]}}""",
            """{"ch":"market.SYMBOL.depth.size_150.high_freq","tick":{"asks":[],"bids":[[101.4,12]],"event":"update","id":ID,"ts":MS,"version":ID},"ts":MS}"""),
        ["gemini"] = ("btcusd",
            """{"E":NS,"s":"SYMBOL","t":ID,"p":"101.5","q":"0.5","m":false}""",
            """{"e":"depthUpdate","E":NS,"s":"SYMBOL","U":LAST,"u":ID,"b":[["101.4","1.5"]],"a":[]}"""),
        ["cryptocom"] = ("BTC_USD",
            """{"id":-1,"method":"subscribe","code":0,"result":{"instrument_name":"SYMBOL","subscription":"trade.SYMBOL","channel":"trade","data":[{"d":"ID","t":MS,"p":"101.5","q":"0.5","s":"BUY","i":"SYMBOL"}]}}""",
            """{"id":-1,"method":"subscribe","code":0,"result":{"instrument_name":"SYMBOL","subscription":"book.SYMBOL.50","channel":"book.update","depth":50,"data":[{"update":{"asks":[],"bids":[["101.4","1.5","1"]]},"t":MS,"tt":MS,"u":ID,"pu":LAST,"cs":0}]}}"""),
        ["bitget"] = ("BTCUSDT",
            """{"action":"update","arg":{"instType":"spot","topic":"publicTrade","symbol":"SYMBOL"},"data":[{"i":"ID","p":"101.5","v":"0.5","S":"buy","T":"MS"}],"ts":MS}""",
            """{"action":"update","arg":{"instType":"spot","topic":"books","symbol":"SYMBOL"},"data":[{"a":[],"b":[["101.4","1.5"]],"seq":ID,"pseq":LAST,"ts":"MS"}],"ts":MS}"""),
        ["bitget-futures"] = ("BTCUSDT",
            """{"action":"update","arg":{"instType":"usdt-futures","topic":"publicTrade","symbol":"SYMBOL"},"data":[{"i":"ID","p":"101.5","v":"0.5","S":"buy","T":"MS"}],"ts":MS}""",
            """{"action":"update","arg":{"instType":"usdt-futures","topic":"books","symbol":"SYMBOL"},"data":[{"a":[],"b":[["101.4","1.5"]],"seq":ID,"pseq":LAST,"ts":"MS"}],"ts":MS}"""),
        ["bitflyer"] = ("XRP_JPY",
            """{"jsonrpc":"2.0","method":"channelMessage","params":{"channel":"lightning_executions_SYMBOL","message":[{"id":ID,"side":"BUY","price":101.5,"size":0.5,"exec_date":"UTC"}]}}""",
            """{"jsonrpc":"2.0","method":"channelMessage","params":{"channel":"lightning_board_SYMBOL","message":{"mid_price":101.0,"bids":[{"price":101.4,"size":1.5}],"asks":[]}}}"""),
        ["hitbtc"] = ("BTCUSDT",
            """{"ch":"trades","update":{"SYMBOL":[{"t":MS,"i":ID,"p":"101.5","q":"0.5","s":"buy"}]}}""",
            """{"ch":"orderbook/full","update":{"SYMBOL":{"t":MS,"s":ID,"a":[],"b":[["101.4","1.5"]]}}}"""),
        ["bequant"] = ("BTCUSDT",
            """{"ch":"trades","update":{"SYMBOL":[{"t":MS,"i":ID,"p":"101.5","q":"0.5","s":"buy"}]}}""",
            """{"ch":"orderbook/full","update":{"SYMBOL":{"t":MS,"s":ID,"a":[],"b":[["101.4","1.5"]]}}}"""),
        ["upbit"] = ("KRW-BTC",
            """{"ty":"trade","cd":"SYMBOL","tms":MS,"ttms":MS,"tp":101.5,"tv":0.5,"ab":"ASK","sid":ID,"st":"REALTIME"}""",
            """{"ty":"orderbook","cd":"SYMBOL","tms":MS,"tas":1.5,"tbs":2.5,"obu":[{"ap":101.6,"bp":101.4,"as":1.5,"bs":2.5}],"st":"REALTIME"}"""), // unchanged: a stored book is an object, which is allocated
        ["bithumb"] = ("KRW-BTC",
            """{"ty":"trade","cd":"SYMBOL","tms":MS,"ttms":MS,"tp":101.5,"tv":0.5,"ab":"ASK","sid":ID,"st":"REALTIME"}""",
            """{"ty":"orderbook","cd":"SYMBOL","tms":MS,"tas":1.5,"tbs":2.5,"obu":[{"ap":101.6,"bp":101.4,"as":1.5,"bs":2.5}],"lv":1}"""),
        ["binance-tr"] = ("BTCTRY",
            """{"stream":"SYMBOL@trade","data":{"e":"trade","E":MS,"s":"SYMBOL","t":ID,"p":"101.5","q":"1","T":MS,"m":false,"M":true}}""",
            """{"stream":"SYMBOL@depth@100ms","data":{"e":"depthUpdate","E":MS,"s":"SYMBOL","U":ID,"u":ID,"b":[["101.4","5"]],"a":[]}}"""),
        ["hyperliquid"] = ("BTC",
            """{"channel":"trades","data":[{"coin":"SYMBOL","side":"B","px":"101.5","sz":"0.5","time":MS,"hash":"0x7a","tid":ID,"users":["0x1","0x2"]}]}""",
            """{"channel":"l2Book","data":{"coin":"SYMBOL","time":MS,"levels":[[{"px":"101.4","sz":"1.5","n":3}],[{"px":"101.6","sz":"2.5","n":1}]]}}"""),
        ["woox"] = ("SPOT_BTC_USDT",
            """{"topic":"trade@SYMBOL","ts":MS,"data":{"ts":MS,"px":"101.5","sx":"0.5","sd":"BUY","src":0,"s":"SYMBOL"}}""",
            """{"topic":"orderbookupdate@SYMBOL@50","ts":MS,"data":{"s":"SYMBOL","prevTs":BEFORE,"ts":MS,"asks":[],"bids":[["101.4","1.5"]]}}"""),
        ["phemex"] = ("sBTCUSDT",
            """{"sequence":ID,"symbol":"SYMBOL","trades":[[NS,"Buy",10150000000,50000000]],"type":"incremental"}""",
            """{"book":{"asks":[],"bids":[[10140000000,150000000]]},"depth":30,"sequence":ID,"symbol":"SYMBOL","timestamp":NS,"type":"incremental"}"""),
        ["poloniex"] = ("BTC_USDT",
            """{"channel":"trades","data":[{"symbol":"SYMBOL","amount":"50.75","quantity":"0.5","takerSide":"buy","createTime":MS,"price":"101.5","id":"ID","ts":MS}]}""",
            """{"channel":"book_lv2","data":[{"symbol":"SYMBOL","createTime":MS,"asks":[],"bids":[["101.4","1.5"]],"lastId":LAST,"id":ID,"ts":MS}],"action":"update"}"""),
    };

    private readonly (string Symbol, string Trade, string Diff) template = Templates[exchange];
    private readonly long[] ids = new long[2 * 2];
    private readonly long[] times = new long[2 * 2];
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
        var values = new[] { ("CHANNEL", channel), ("FRAME", ++frames), ("LAST", id - 1), ("ID", id), ("BEFORE", times[channel]), ("MS", micros / 1_000), ("US", micros), ("NS", micros * 1_000) };
        foreach (var (name, value) in values)
            text.Replace(name, value.ToString(CultureInfo.InvariantCulture));
        times[channel] = micros / 1_000;
        return Encoding.UTF8.GetBytes(text.Replace("SYMBOL", Markets[market].Symbol).ToString()); // last: a symbol may contain the name of a value
    }
}
