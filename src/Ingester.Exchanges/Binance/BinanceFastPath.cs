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
internal sealed class BinanceFastPath(bool futures)
{
    /// <summary>Decodes a frame and passes its event to the sink. Returns false and emits nothing when the frame does not match exactly.</summary>
    public bool TryDecode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var json = new FrameReader(frame);
        if (!json.TryConsume("{\"stream\":\""u8) || !json.TryAlphanumeric((byte)'@', out _))
            return false;
        if (json.TryConsume("depth"u8))
            return (json.TryConsume("\""u8) || (json.TryConsume("@"u8) && json.TryAlphanumeric((byte)'"', out _))) // the update interval
                && json.TryConsume(",\"data\":{\"e\":\"depthUpdate\""u8) && TryReadDiff(ref json, sink);
        if (json.TryConsume("trade\",\"data\":{\"e\":\"trade\""u8))
            return TryReadTrade(ref json, aggregated: false, sink);
        return json.TryConsume("aggTrade\",\"data\":{\"e\":\"aggTrade\""u8) && TryReadTrade(ref json, aggregated: true, sink);
    }

    private bool TryReadDiff(ref FrameReader json, IEventSink sink)
    {
        var depth = new DepthEvent();
        var (matched, previous) = (0L, 0L);
        if (!json.TryConsume(",\"E\":"u8) || !json.TryMillisAsMicros(out var sent)
            || (futures && !(json.TryConsume(",\"T\":"u8) && json.TryMillisAsMicros(out matched)))
            || !json.TryConsume(",\"s\":\""u8) || !json.TryAlphanumeric((byte)'"', out depth.Symbol)
            || !json.TryConsume(",\"U\":"u8) || !json.TryInteger(out var first, out _)
            || !json.TryConsume(",\"u\":"u8) || !json.TryInteger(out var last, out _)
            || (futures && !(json.TryConsume(",\"pu\":"u8) && json.TryInteger(out previous, out _)))
            || !json.TryConsume(",\"b\":"u8) || !json.TryLevels(out depth.Bids)
            || !json.TryConsume(",\"a\":"u8) || !json.TryLevels(out depth.Asks)
            || !json.TryConsume("}}"u8) || !json.IsAtEnd || last < first || last < previous)
            return false;
        depth.Micros = futures ? matched : sent;
        depth.Range = futures ? new(previous, last) : SequenceRange.Between(first, last);
        sink.OnDiff(depth);
        return true;
    }

    /// <summary>
    /// The exchanges differ: futures write the id of an aggregate trade before the symbol, and the time of a single trade too. Spot formerly wrote
    /// the two order ids after the size; futures write the type of the trade there.
    /// </summary>
    private static bool TryReadTrade(ref FrameReader json, bool aggregated, IEventSink sink)
    {
        var trade = new TradeEvent { IsAggregated = aggregated };
        var id = 0L;
        if (!json.TryConsume(",\"E\":"u8) || !json.TryInteger(out _, out _)
            || (aggregated && json.TryConsume(",\"a\":"u8) && !json.TryInteger(out id, out trade.Id))
            || (json.TryConsume(",\"T\":"u8) && !json.TryMillisAsMicros(out trade.Micros))
            || !json.TryConsume(",\"s\":\""u8) || !json.TryAlphanumeric((byte)'"', out trade.Symbol)
            || (trade.Id.IsEmpty && !((aggregated ? json.TryConsume(",\"a\":"u8) : json.TryConsume(",\"t\":"u8)) && json.TryInteger(out id, out trade.Id)))
            || !json.TryConsume(",\"p\":\""u8) || !json.TryDecimal(out trade.Price)
            || !json.TryConsume(",\"q\":\""u8) || !json.TryDecimal(out trade.Size)
            || !(aggregated ? TrySkipOptionalPair(ref json, ",\"f\":"u8, ",\"l\":"u8) : TrySkipOptionalPair(ref json, ",\"b\":"u8, ",\"a\":"u8))
            || (trade.Micros == 0 && !(json.TryConsume(",\"T\":"u8) && json.TryMillisAsMicros(out trade.Micros)))
            || (json.TryConsume(",\"X\":\""u8) && !json.TryAlphanumeric((byte)'"', out trade.Type))
            || !json.TryConsume(",\"m\":"u8) || !json.TryFlag(out trade.TakerSells) // the buyer is the maker, so the taker sold
            || (json.TryConsume(",\"M\":"u8) && !json.TryFlag(out _))
            || !json.TryConsume("}}"u8) || !json.IsAtEnd)
            return false;
        trade.Range = SequenceRange.One(id);
        trade.Type = BinanceEventReader.TradeTypeOf(trade.Type);
        sink.OnTrade(trade);
        return true;
    }

    /// <summary>Skips two numbers that are not used, or nothing if they are absent.</summary>
    private static bool TrySkipOptionalPair(ref FrameReader json, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        !json.TryConsume(first) || (json.TryInteger(out _, out _) && json.TryConsume(second) && json.TryInteger(out _, out _));
}
