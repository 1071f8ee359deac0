using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// The combined frames of the family as its members write them, field by field in their order:
/// <c>{"stream":"btcusdt@trade","data":{"e":"trade","E":…,"s":"BTCUSDT","t":…,"p":"…","q":"…","T":…,"m":true,"M":true}}</c>. Nearly every frame is one of
/// these, and takes a third of the time of <see cref="BinanceDecoder"/>'s general way. What differs in a single byte is left to that, which alone
/// says what is wrong; a test holds the two to each other.
/// </summary>
/// <param name="futures">True for a futures exchange: what its changes of a book follow on is <c>pu</c>, and their time is <c>T</c>.</param>
internal sealed class BinanceShortcut(bool futures)
{
    /// <summary>Reads a frame and hands its event over; false, and nothing is handed over, when it is not exactly one of those.</summary>
    public bool TryDecode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var json = new FrameReader(frame);
        if (!json.TryTake("{\"stream\":\""u8) || !json.TryName((byte)'@', out _))
            return false;
        if (json.TryTake("depth"u8))
            return (json.TryTake("\""u8) || (json.TryTake("@"u8) && json.TryName((byte)'"', out _))) // its pace
                && json.TryTake(",\"data\":{\"e\":\"depthUpdate\""u8) && TryDepth(ref json, sink);
        if (json.TryTake("trade\",\"data\":{\"e\":\"trade\""u8))
            return TryTrade(ref json, aggregated: false, sink);
        return json.TryTake("aggTrade\",\"data\":{\"e\":\"aggTrade\""u8) && TryTrade(ref json, aggregated: true, sink);
    }

    private bool TryDepth(ref FrameReader json, IEventSink sink)
    {
        var depth = new DepthEvent();
        var (matched, previous) = (0L, 0L);
        if (!json.TryTake(",\"E\":"u8) || !json.TryMillis(out var sent)
            || (futures && !(json.TryTake(",\"T\":"u8) && json.TryMillis(out matched)))
            || !json.TryTake(",\"s\":\""u8) || !json.TryName((byte)'"', out depth.Symbol)
            || !json.TryTake(",\"U\":"u8) || !json.TryInteger(out var first, out _)
            || !json.TryTake(",\"u\":"u8) || !json.TryInteger(out var last, out _)
            || (futures && !(json.TryTake(",\"pu\":"u8) && json.TryInteger(out previous, out _)))
            || !json.TryTake(",\"b\":"u8) || !json.TryLevels(out depth.Bids)
            || !json.TryTake(",\"a\":"u8) || !json.TryLevels(out depth.Asks)
            || !json.TryTake("}}"u8) || !json.IsAtEnd || last < first || last < previous)
            return false;
        depth.Micros = futures ? matched : sent;
        depth.Range = futures ? new(previous, last) : SequenceRange.Between(first, last);
        sink.Depth(depth);
        return true;
    }

    /// <summary>
    /// Where members differ: the id of a merged trade of futures stands before the symbol, the time of a single one too; spot once named the two orders
    /// behind the size, futures name there the kind of the trade.
    /// </summary>
    private static bool TryTrade(ref FrameReader json, bool aggregated, IEventSink sink)
    {
        var trade = new TradeEvent { Aggregated = aggregated };
        var id = 0L;
        if (!json.TryTake(",\"E\":"u8) || !json.TryInteger(out _, out _)
            || (aggregated && json.TryTake(",\"a\":"u8) && !json.TryInteger(out id, out trade.Id))
            || (json.TryTake(",\"T\":"u8) && !json.TryMillis(out trade.Micros))
            || !json.TryTake(",\"s\":\""u8) || !json.TryName((byte)'"', out trade.Symbol)
            || (trade.Id.IsEmpty && !((aggregated ? json.TryTake(",\"a\":"u8) : json.TryTake(",\"t\":"u8)) && json.TryInteger(out id, out trade.Id)))
            || !json.TryTake(",\"p\":\""u8) || !json.TryDigits(out trade.Price)
            || !json.TryTake(",\"q\":\""u8) || !json.TryDigits(out trade.Size)
            || !(aggregated ? TryPair(ref json, ",\"f\":"u8, ",\"l\":"u8) : TryPair(ref json, ",\"b\":"u8, ",\"a\":"u8))
            || (trade.Micros == 0 && !(json.TryTake(",\"T\":"u8) && json.TryMillis(out trade.Micros)))
            || (json.TryTake(",\"X\":\""u8) && !json.TryName((byte)'"', out trade.Type))
            || !json.TryTake(",\"m\":"u8) || !json.TryFlag(out trade.TakerSells) // the buyer made, so the taker sold
            || (json.TryTake(",\"M\":"u8) && !json.TryFlag(out _))
            || !json.TryTake("}}"u8) || !json.IsAtEnd)
            return false;
        trade.Range = SequenceRange.One(id);
        trade.Type = BinanceEvents.TypeOf(trade.Type);
        sink.Trade(trade);
        return true;
    }

    /// <summary>Two numbers that nobody needs, or neither of them.</summary>
    private static bool TryPair(ref FrameReader json, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        !json.TryTake(first) || (json.TryInteger(out _, out _) && json.TryTake(second) && json.TryInteger(out _, out _));
}
