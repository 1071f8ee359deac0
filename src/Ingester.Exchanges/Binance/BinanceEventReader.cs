using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// The events of the Binance family, one letter per field. Spot and .US:
/// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams; USD-M:
/// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams.
/// </summary>
internal static class BinanceEventReader
{
    /// <summary>The kind of an event by its name.</summary>
    public static BinanceEventKind KindOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("depthUpdate"u8) => BinanceEventKind.Depth,
        _ when name.SequenceEqual("trade"u8) => BinanceEventKind.Trade,
        _ when name.SequenceEqual("aggTrade"u8) => BinanceEventKind.AggTrade,
        _ when name.SequenceEqual("serverShutdown"u8) => BinanceEventKind.ServerShutdown,
        _ => IsNotSubscribed(name) ? BinanceEventKind.Unasked : BinanceEventKind.Unknown,
    };

    /// <summary>
    /// The type of a futures trade (<c>X</c>) if it is not <c>MARKET</c>, which most trades are: <c>INSURANCE_FUND</c>, <c>ADL</c>, <c>NA</c> (with
    /// price and size zero). Empty for a market trade.
    /// </summary>
    public static ReadOnlySpan<byte> TradeTypeOf(ReadOnlySpan<byte> word) => word.SequenceEqual("MARKET"u8) ? default : word;

    /// <summary>
    /// Reads a <c>trade</c> (its id is <c>t</c>) or an <c>aggTrade</c> (its id is <c>a</c>). The window is that of <c>T</c>, the time of the match.
    /// </summary>
    public static void ReadTrade(ref FrameReader json, bool aggregated, ref TradeEvent trade)
    {
        var idField = aggregated ? (byte)'a' : (byte)'t';
        bool hasTime = false, hasSide = false;
        trade.IsAggregated = aggregated;
        json.Object();
        while (json.Property(out var name))
            switch (name)
            {
                case [var letter] when letter == idField: trade.Range = SequenceRange.One(json.Integer(out trade.Id)); break;
                case [(byte)'s']: trade.Symbol = json.Text(); break;
                case [(byte)'p']: trade.Price = json.QuotedDecimal(); break;
                case [(byte)'q']: trade.Size = json.QuotedDecimal(); break;
                case [(byte)'T']: (trade.Micros, hasTime) = (json.MillisAsMicros(), true); break;
                case [(byte)'m']: (trade.TakerSells, hasSide) = (json.Flag(), true); break; // the buyer is the maker, so the taker sold
                case [(byte)'X'] when json.IsNext('"'): trade.Type = TradeTypeOf(json.EscapedText()); break;
                default: json.Skip(); break;
            }

        json.Require(!trade.Symbol.IsEmpty, "s");
        json.Require(!trade.Id.IsEmpty, aggregated ? "a" : "t");
        json.Require(!trade.Price.IsEmpty, "p");
        json.Require(!trade.Size.IsEmpty, "q");
        json.Require(hasTime, "T");
        json.Require(hasSide, "m");
    }

    /// <summary>
    /// Reads a spot <c>depthUpdate</c>. "Managing a local order book", steps 5 and 6: an event holds the updates <c>U</c>..<c>u</c>, and the next
    /// event starts at <c>u + 1</c>. <c>E</c> is the only time of the event.
    /// </summary>
    public static void ReadSpotDepth(ref FrameReader json, BinanceLevelBuffers scratch, ref DepthEvent depth)
    {
        var read = ReadDepth(ref json, scratch, ref depth);
        depth.Range = SequenceRange.Between(json.Required(read.First, "U"), json.Required(read.Last, "u"));
        depth.Micros = json.Required(read.EventTime, "E");
    }

    /// <summary>
    /// Reads a futures <c>depthUpdate</c>. "How to manage a local order book correctly", step 6: the <c>pu</c> of each event is the <c>u</c> of the
    /// previous one; <c>U</c> is not <c>u + 1</c>. The window is that of <c>T</c>, the time of the book.
    /// </summary>
    public static void ReadFuturesDepth(ref FrameReader json, BinanceLevelBuffers scratch, ref DepthEvent depth)
    {
        var read = ReadDepth(ref json, scratch, ref depth);
        var (previous, last) = (json.Required(read.Previous, "pu"), json.Required(read.Last, "u"));
        if (last < previous)
            throw json.Fault($"The diff ends at u {last}, before its pu {previous}");
        depth.Range = new(previous, last);
        depth.Micros = json.Required(read.TransactionTime, "T");
    }

    private static DepthFields ReadDepth(ref FrameReader json, BinanceLevelBuffers scratch, ref DepthEvent depth)
    {
        var read = new DepthFields();
        json.Object();
        while (json.Property(out var name))
            switch (name)
            {
                case [(byte)'s']: depth.Symbol = json.Text(); break;
                case [(byte)'U']: read.First = json.Integer(); break;
                case [(byte)'u']: read.Last = json.Integer(); break;
                case [(byte)'p', (byte)'u']: read.Previous = json.Integer(); break;
                case [(byte)'E']: read.EventTime = json.MillisAsMicros(); break;
                case [(byte)'T']: read.TransactionTime = json.MillisAsMicros(); break;
                case [(byte)'b']: depth.Bids = json.Levels(scratch.Bids); break;
                case [(byte)'a']: depth.Asks = json.Levels(scratch.Asks); break;
                default: json.Skip(); break;
            }

        json.Require(!depth.Symbol.IsEmpty, "s");
        json.Require(!depth.Bids.IsEmpty, "b");
        json.Require(!depth.Asks.IsEmpty, "a");
        if (read.Last < read.First)
            throw json.Fault($"The diff ends at u {read.Last}, before it starts at U {read.First}");
        return read;
    }

    private static long Required(this in FrameReader json, long? value, string name)
    {
        json.Require(value is not null, name);
        return value.GetValueOrDefault();
    }

    private static bool IsNotSubscribed(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("bookTicker"u8) || name.SequenceEqual("kline"u8) || name.SequenceEqual("continuous_kline"u8)
        || name.SequenceEqual("24hrTicker"u8) || name.SequenceEqual("24hrMiniTicker"u8) || name.SequenceEqual("1hTicker"u8)
        || name.SequenceEqual("4hTicker"u8) || name.SequenceEqual("1dTicker"u8) || name.SequenceEqual("avgPrice"u8)
        || name.SequenceEqual("markPriceUpdate"u8) || name.SequenceEqual("indexPriceUpdate"u8) || name.SequenceEqual("forceOrder"u8)
        || name.SequenceEqual("compositeIndex"u8) || name.SequenceEqual("contractInfo"u8) || name.SequenceEqual("assetIndexUpdate"u8);

    private struct DepthFields
    {
        public long? First;
        public long? Last;
        public long? Previous;
        public long? EventTime;
        public long? TransactionTime;
    }
}
