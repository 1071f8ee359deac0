using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Fast path for the combined frames of the family, with the fields in the order in which the exchanges write them:
/// <c>{"stream":"btcusdt@trade","data":{"e":"trade","E":…,"s":"BTCUSDT","t":…,"p":"…","q":"…","T":…,"m":true,"M":true}}</c>. Nearly every frame
/// matches, and decoding takes a third of the time of the general path of <see cref="BinanceDecoder"/>. A frame that differs in a single byte falls
/// back to the general path, which alone reports errors. A test compares both paths.
/// </summary>
/// <param name="futures">True for a futures exchange: its diffs chain by <c>pu</c>, and their time is <c>T</c>.</param>
internal sealed class BinanceShortcut(bool futures)
{
    /// <summary>Decodes a frame and passes its event to the sink. Returns false and emits nothing when the frame does not match exactly.</summary>
    public bool TryDecode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var json = new FrameReader(frame);
        if (!json.TryTake("{\"stream\":\""u8) || !json.TryName((byte)'@', out _))
            return false;
        if (json.TryTake("depth"u8))
            return (json.TryTake("\""u8) || (json.TryTake("@"u8) && json.TryName((byte)'"', out _))) // the update interval
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
    /// The exchanges differ: futures write the id of an aggregate trade before the symbol, and the time of a single trade too. Spot formerly wrote
    /// the two order ids after the size; futures write the type of the trade there.
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
            || !json.TryTake(",\"m\":"u8) || !json.TryFlag(out trade.TakerSells) // the buyer is the maker, so the taker sold
            || (json.TryTake(",\"M\":"u8) && !json.TryFlag(out _))
            || !json.TryTake("}}"u8) || !json.IsAtEnd)
            return false;
        trade.Range = SequenceRange.One(id);
        trade.Type = BinanceEvents.TypeOf(trade.Type);
        sink.Trade(trade);
        return true;
    }

    /// <summary>Skips two numbers that are not used, or nothing if they are absent.</summary>
    private static bool TryPair(ref FrameReader json, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        !json.TryTake(first) || (json.TryInteger(out _, out _) && json.TryTake(second) && json.TryInteger(out _, out _));
}
