using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Bitstamp;

/// <summary>
/// Decodes the frames of Bitstamp: <c>{"event","channel","data"}</c>. The channel ends with the symbol: <c>diff_order_book_btcusd</c>.
/// https://www.bitstamp.net/websocket/v2/
/// </summary>
internal sealed class BitstampDecoder : IFrameDecoder
{
    private static readonly FieldMap Diff = new() { { "microtimestamp", Field.Microseconds }, { "bids", Field.Bids }, { "asks", Field.Asks } };

    private readonly LevelWriter levels = new();

    private static ReadOnlySpan<byte> DiffPrefix => "diff_order_book_"u8;

    private static ReadOnlySpan<byte> TradePrefix => "live_trades_"u8;

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        var json = new FrameReader(frame);
        var word = json.Peek("event"u8);
        if (word.SequenceEqual("trade"u8))
            ReadTrade(ref json, sink);
        else if (word.SequenceEqual("data"u8) && json.Peek("channel"u8) is var channel && channel.StartsWith(DiffPrefix))
            ReadDiff(ref json, SymbolOf(channel), sink);
        else
            ReadNotice(ref json, word, sink);
    }

    private static void ReadTrade(ref FrameReader json, IEventSink sink)
    {
        var channel = json.Peek("channel"u8);
        if (!channel.StartsWith(TradePrefix))
            throw json.Fault("The channel of the trade is not live_trades");
        var trade = new TradeEvent { Symbol = SymbolOf(channel) };
        var hasData = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("data"u8))
            {
                ReadTradeData(ref json, ref trade);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasData, "data");
        json.Require(!trade.Symbol.IsEmpty, "channel");
        sink.OnTrade(trade);
    }

    /// <summary>Reads the digits of <c>price_str</c> and <c>amount_str</c>: the JSON numbers <c>price</c> and <c>amount</c> lack trailing zeros. Type 0 is a buy, 1 a sell, of the taker.</summary>
    private static void ReadTradeData(ref FrameReader json, ref TradeEvent trade)
    {
        long? micros = null, type = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8))
                trade.Range = SequenceRange.One(json.AnyInteger(out trade.Id));
            else if (name.SequenceEqual("price_str"u8))
                trade.Price = json.QuotedDecimal();
            else if (name.SequenceEqual("amount_str"u8))
                trade.Size = json.QuotedDecimal();
            else if (name.SequenceEqual("microtimestamp"u8))
                micros = json.TimeAsMicros(digitsToMicros: 0);
            else if (name.SequenceEqual("type"u8))
                type = json.Integer() is var side and (0 or 1) ? side : throw json.Fault("The type is neither 0 nor 1");
            else
                json.Skip();
        json.Require(!trade.Id.IsEmpty, "id");
        json.Require(!trade.Price.IsEmpty, "price_str");
        json.Require(!trade.Size.IsEmpty, "amount_str");
        json.Require(micros is not null, "microtimestamp");
        json.Require(type is not null, "type");
        (trade.Micros, trade.TakerSells) = (micros.GetValueOrDefault(), type == 1);
    }

    /// <summary>
    /// Reads a diff. Its <c>microtimestamp</c> rises strictly per market [F], and a REST snapshot names the last one that it contains: it is the time and the id.
    /// </summary>
    private void ReadDiff(ref FrameReader json, ReadOnlySpan<byte> symbol, IEventSink sink)
    {
        var values = new FieldValues { Symbol = symbol };
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("data"u8))
                Diff.Read(ref json, levels, ref values);
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(values.Micros is not null, "data");
        json.Require(!symbol.IsEmpty, "channel");
        var depth = values.ToDepth();
        depth.Range = SequenceRange.One(values.Micros.GetValueOrDefault());
        sink.OnDiff(depth);
    }

    /// <summary>Reads an answer, an error, a heartbeat, the request to reconnect, or an event of a channel that is not subscribed.</summary>
    private static void ReadNotice(ref FrameReader json, ReadOnlySpan<byte> word, IEventSink sink)
    {
        if (KindOf(word) is not { } kind)
            throw json.Fault(word.IsEmpty ? "The message has no 'event'" : $"The event '{Encoding.UTF8.GetString(word)}' is unknown");
        var notice = new Notice { Kind = kind };
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("channel"u8))
                notice.Channel = json.EscapedText();
            else if (name.SequenceEqual("data"u8) && kind == NoticeKind.Rejected && json.IsNext('{'))
                notice.Text = json.HumanTextOf("message"u8);
            else
                json.Skip();
        json.ExpectEnd();
        notice.Symbol = SymbolOf(notice.Channel);
        if (word.SequenceEqual("data"u8) && !IsKnownBook(notice.Channel))
            throw json.Fault($"The channel '{Encoding.UTF8.GetString(notice.Channel)}' is unknown");
        if (kind == NoticeKind.Acknowledged)
            json.Require(!notice.Symbol.IsEmpty, "channel");
        sink.OnNotice(notice);
    }

    /// <summary>The symbol of a recorded channel; empty for another.</summary>
    private static ReadOnlySpan<byte> SymbolOf(ReadOnlySpan<byte> channel) =>
        channel.StartsWith(DiffPrefix) ? channel[DiffPrefix.Length..] : channel.StartsWith(TradePrefix) ? channel[TradePrefix.Length..] : default;

    /// <summary>True for the channels of complete books, which are not recorded.</summary>
    private static bool IsKnownBook(ReadOnlySpan<byte> channel) => channel.StartsWith("order_book_"u8) || channel.StartsWith("detail_order_book_"u8);

    private static NoticeKind? KindOf(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("bts:subscription_succeeded"u8) ? NoticeKind.Acknowledged
        : word.SequenceEqual("bts:error"u8) ? NoticeKind.Rejected
        : word.SequenceEqual("bts:heartbeat"u8) ? NoticeKind.Heartbeat
        : word.SequenceEqual("bts:request_reconnect"u8) ? NoticeKind.ClosingSoon
        : word.SequenceEqual("bts:unsubscription_succeeded"u8) || word.SequenceEqual("data"u8) || word.SequenceEqual("order_created"u8)
            || word.SequenceEqual("order_changed"u8) || word.SequenceEqual("order_deleted"u8) || word.SequenceEqual("funding_rate_saved"u8) ? NoticeKind.Ignored
        : null;
}
