using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Coinbase;

/// <summary>
/// Decodes the frames of Coinbase Exchange. Every message has a <c>type</c>: https://docs.cdp.coinbase.com/exchange/websocket-feed/channels.
/// </summary>
internal sealed class CoinbaseDecoder : IFrameDecoder
{
    private static readonly FieldMap Match = new(numbers: JsonNumberForm.QuotedDecimals)
    {
        { "trade_id", Field.Sequence }, { "product_id", Field.Symbol }, { "price", Field.Price }, { "size", Field.Size }, { "time", Field.UtcTime },
        { "side", Field.MakerSide },
    };

    private static readonly FieldMap Snapshot = new(LevelFormat.Arrays, JsonNumberForm.QuotedDecimals)
    {
        { "product_id", Field.Symbol }, { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    private readonly LevelWriter bids = new();
    private readonly LevelWriter asks = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        bids.Clear();
        asks.Clear();
        var json = new FrameReader(frame);
        var type = json.Peek("type"u8);
        if (type.SequenceEqual("l2update"u8))
            ReadDiff(ref json, sink);
        else if (type.SequenceEqual("match"u8))
            ReadMatch(ref json, replayed: false, sink);
        else if (type.SequenceEqual("last_match"u8))
            ReadMatch(ref json, replayed: true, sink);
        else if (type.SequenceEqual("snapshot"u8))
            ReadSnapshot(ref json, sink);
        else
            ReadNotice(ref json, type, sink);
    }

    private void ReadMatch(ref FrameReader json, bool replayed, IEventSink sink)
    {
        var match = new FieldValues();
        Match.Read(ref json, bids, ref match);
        json.ExpectEnd();
        var trade = match.ToTrade();
        trade.IsReplayed = replayed;
        sink.OnTrade(trade);
    }

    /// <summary>
    /// Reads <c>l2update</c>, a diff: the elements of <c>changes</c> are <c>[side, price, size]</c>, and a size of zero removes the level.
    /// </summary>
    private void ReadDiff(ref FrameReader json, IEventSink sink)
    {
        var depth = new DepthEvent();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("product_id"u8))
                depth.Symbol = json.Text();
            else if (name.SequenceEqual("time"u8))
                depth.Micros = json.UtcTimeAsMicros();
            else if (name.SequenceEqual("changes"u8))
                ReadDiffLevels(ref json, ref depth);
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(!depth.Symbol.IsEmpty, "product_id");
        json.Require(depth.Micros is not null, "time");
        json.Require(!depth.Bids.IsEmpty, "changes");
        sink.OnDiff(depth);
    }

    private void ReadDiffLevels(ref FrameReader json, ref DepthEvent depth)
    {
        bids.BeginArray();
        asks.BeginArray();
        json.Array();
        while (json.Element())
        {
            json.Array();
            RequireElement(ref json, "side");
            var side = ReadIsBuy(ref json) ? bids : asks;
            RequireElement(ref json, "price");
            var price = json.QuotedDecimal();
            RequireElement(ref json, "size");
            side.Add(price, json.QuotedDecimal());
            while (json.Element())
                json.Skip();
        }

        depth.Bids = bids[bids.EndArray()];
        depth.Asks = asks[asks.EndArray()];
    }

    /// <summary>Reads <c>snapshot</c>, which has no exchange time.</summary>
    private void ReadSnapshot(ref FrameReader json, IEventSink sink)
    {
        var book = new FieldValues();
        Snapshot.Read(ref json, bids, ref book);
        json.ExpectEnd();
        sink.OnSnapshot(book.ToDepth());
    }

    private static void ReadNotice(ref FrameReader json, ReadOnlySpan<byte> type, IEventSink sink)
    {
        var notice = new Notice();
        if (type.SequenceEqual("heartbeat"u8))
            notice.Kind = NoticeKind.Heartbeat;
        else if (type.SequenceEqual("subscriptions"u8))
            notice.Kind = NoticeKind.Acknowledged; // it lists all subscriptions, so it names neither a request nor a stream
        else if (type.SequenceEqual("error"u8))
            notice.Kind = NoticeKind.Rejected;
        else if (IsNotSubscribed(type))
            notice = new() { Kind = NoticeKind.Ignored, Channel = type };
        else
            throw json.Fault(type.IsEmpty ? "The message has no 'type'" : $"The message is of an unknown type: '{Encoding.UTF8.GetString(type)}'");
        ReadNoticeFields(ref json, ref notice);
        json.ExpectEnd();
        sink.OnNotice(notice);
    }

    /// <summary>Reads a heartbeat's product, time and last trade (id 0 means none), or an error's reason, or else its message.</summary>
    private static void ReadNoticeFields(ref FrameReader json, ref Notice notice)
    {
        ReadOnlySpan<byte> reason = default;
        json.Object();
        while (json.Property(out var name))
            if (notice.Kind == NoticeKind.Heartbeat && name.SequenceEqual("product_id"u8))
                notice.Symbol = json.Text();
            else if (notice.Kind == NoticeKind.Heartbeat && name.SequenceEqual("time"u8))
                notice.Micros = json.UtcTimeAsMicros();
            else if (notice.Kind == NoticeKind.Heartbeat && name.SequenceEqual("last_trade_id"u8) && !json.IsNext('n'))
                notice.LastTradeId = json.Integer() is > 0 and var id ? id : null;
            else if (notice.Kind == NoticeKind.Rejected && name.SequenceEqual("message"u8))
                notice.Text = json.HumanText();
            else if (notice.Kind == NoticeKind.Rejected && name.SequenceEqual("reason"u8))
                reason = json.HumanText();
            else
                json.Skip();
        if (!reason.IsEmpty)
            notice.Text = reason;
    }

    private static bool ReadIsBuy(ref FrameReader json)
    {
        var side = json.Text();
        if (side.SequenceEqual("buy"u8))
            return true;
        return side.SequenceEqual("sell"u8) ? false : throw json.Fault("The side is neither buy nor sell");
    }

    private static void RequireElement(ref FrameReader json, string what)
    {
        if (!json.Element())
            throw json.Fault($"The change has no {what}");
    }

    /// <summary>True for the types of channels that are not recorded: tickers, products, single orders, auctions.</summary>
    private static bool IsNotSubscribed(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("ticker"u8) || type.SequenceEqual("status"u8) || type.SequenceEqual("received"u8) || type.SequenceEqual("open"u8)
        || type.SequenceEqual("done"u8) || type.SequenceEqual("change"u8) || type.SequenceEqual("activate"u8) || type.SequenceEqual("auction"u8)
        || type.SequenceEqual("rfq_match"u8) || type.SequenceEqual("balance"u8);
}
