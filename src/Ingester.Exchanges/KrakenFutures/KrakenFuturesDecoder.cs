using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.KrakenFutures;

/// <summary>
/// Decodes the frames of Kraken Futures v1: an <c>event</c>, or a <c>feed</c> whose fields are on the top level. Numbers are JSON numbers whose digits are kept.
/// https://docs.kraken.com/api/docs/futures-api/websocket/trade and …/book
/// </summary>
internal sealed class KrakenFuturesDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "product_id", Field.Symbol }, { "seq", Field.Sequence }, { "time", Field.Milliseconds }, { "price", Field.Price }, { "qty", Field.Size },
        { "side", Field.TakerSide }, { "type", Field.TradeType },
    };

    /// <summary>A diff of one level; its <c>side</c> is the side of the book.</summary>
    private static readonly FieldMap Diff = new()
    {
        { "product_id", Field.Symbol }, { "seq", Field.LastId }, { "timestamp", Field.Milliseconds }, { "price", Field.Price }, { "qty", Field.Size },
        { "side", Field.TakerSide },
    };

    private static readonly FieldMap Snapshot = new(LevelFormat.Objects("price", "qty"))
    {
        { "product_id", Field.Symbol }, { "seq", Field.LastId }, { "timestamp", Field.Milliseconds }, { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var name = json.Peek("event"u8);
        var feed = name.IsEmpty ? json.Peek("feed"u8) : default;
        if (!name.IsEmpty)
            KrakenFuturesEvent.Read(ref json, name, sink);
        else if (feed.SequenceEqual("book"u8))
            ReadDiff(ref json, sink);
        else if (feed.SequenceEqual("trade"u8))
            ReadTrade(ref json, frame, sink);
        else if (feed.SequenceEqual("book_snapshot"u8))
            ReadSnapshot(ref json, sink);
        else if (feed.SequenceEqual("trade_snapshot"u8))
            ReadTradeSnapshot(ref json, frame, sink);
        else
            ReadOther(ref json, feed, sink);
    }

    /// <summary>Reads a diff: one level; a <c>qty</c> of zero removes it. <c>seq</c> increases by one per product.</summary>
    private void ReadDiff(ref FrameReader json, IEventSink sink)
    {
        var diff = new FieldValues();
        Diff.Read(ref json, levels, ref diff);
        json.ExpectEnd();
        levels.BeginArray();
        levels.Add(diff.Price, diff.Size);
        var level = levels[levels.EndArray()];
        var isAsk = diff.TakerSells.GetValueOrDefault();
        diff.Bids = isAsk ? "[]"u8 : level;
        diff.Asks = isAsk ? level : "[]"u8;
        sink.OnDiff(ToDepth(diff));
    }

    private void ReadSnapshot(ref FrameReader json, IEventSink sink)
    {
        var book = new FieldValues();
        Snapshot.Read(ref json, levels, ref book);
        json.ExpectEnd();
        sink.OnSnapshot(ToDepth(book));
    }

    private void ReadTrade(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        StageTrade(ref json, frame);
        json.ExpectEnd();
        trades.Emit(frame, sink);
    }

    /// <summary>Reads the last trades of a product, newest first, that follow a subscription. Each repeats the product and <c>"feed":"trade"</c>.</summary>
    private void ReadTradeSnapshot(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var hasTrades = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("trades"u8))
            {
                hasTrades = true;
                json.Array();
                while (json.Element())
                    StageTrade(ref json, frame);
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasTrades, "trades");
        trades.Emit(frame, sink, isReplayed: true);
    }

    /// <summary>Reads one trade. Its type is <c>fill</c> for an ordinary one, else <c>liquidation</c>, <c>termination</c> or <c>block</c>.</summary>
    private void StageTrade(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        var trade = new FieldValues();
        Trade.Read(ref json, levels, ref trade);
        if (trade.Type.SequenceEqual("fill"u8))
            trade.Type = default;
        trades.Add(frame, trade);
    }

    private static DepthEvent ToDepth(in FieldValues values)
    {
        var depth = values.ToDepth();
        depth.Range = SequenceRange.One(values.LastId.GetValueOrDefault());
        return depth;
    }

    private static void ReadOther(ref FrameReader json, ReadOnlySpan<byte> feed, IEventSink sink)
    {
        if (!feed.SequenceEqual("heartbeat"u8) && !feed.StartsWith("ticker"u8))
            throw json.Fault(feed.IsEmpty ? "The message has neither an event nor a feed" : $"The feed '{Encoding.UTF8.GetString(feed)}' is unknown");
        var notice = new Notice { Kind = NoticeKind.Ignored, Channel = feed };
        if (feed.SequenceEqual("heartbeat"u8))
        {
            notice.Kind = NoticeKind.Heartbeat;
            json.Object();
            while (json.Property(out var name))
                if (name.SequenceEqual("time"u8))
                    notice.Micros = json.MillisAsMicros();
                else
                    json.Skip();
        }
        else
        {
            json.Skip();
        }

        json.ExpectEnd();
        sink.OnNotice(notice);
    }
}
