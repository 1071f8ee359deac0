using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Deribit;

/// <summary>
/// Decodes the JSON-RPC frames of Deribit: the notification of a channel, a heartbeat, or the response to a request.
/// https://docs.deribit.com/subscriptions/orderbook/bookinstrument_nameinterval and …/trades/tradesinstrument_nameinterval
/// </summary>
internal sealed class DeribitDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "instrument_name", Field.Symbol }, { "trade_seq", Field.Sequence }, { "timestamp", Field.Milliseconds }, { "price", Field.Price }, { "amount", Field.Size },
        { "direction", Field.TakerSide },
    };

    private static readonly FieldMap Book = new(LevelFormat.ActionArrays)
    {
        { "instrument_name", Field.Symbol }, { "timestamp", Field.Milliseconds }, { "change_id", Field.LastId }, { "prev_change_id", Field.PreviousId, false },
        { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    /// <summary>Channels that are not subscribed, by the beginning of their names; <c>book</c> and <c>trades</c> in another form than ours are among them.</summary>
    private static readonly byte[][] OtherChannels =
    [
        .. new[] { "ticker.", "incremental_ticker.", "quote.", "chart.", "deribit_", "estimated_expiration_price.", "perpetual.", "markprice.", "platform_state", "announcements",
            "instrument.", "block_rfq.", "block_trade_confirmations", "rfq.", "book.", "trades." }
            .Select(Encoding.UTF8.GetBytes),
    ];

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    private enum Content : byte
    {
        Other,
        Trades,
        Snapshot,
        Diff,
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var method = json.Peek("method"u8);
        if (method.IsEmpty)
            ReadResponse(ref json, sink);
        else if (method.SequenceEqual("subscription"u8))
            ReadNotification(ref json, frame, sink);
        else if (method.SequenceEqual("heartbeat"u8))
            ReadHeartbeat(ref json, sink);
        else
            throw json.Fault($"The method '{Encoding.UTF8.GetString(method)}' is unknown");
    }

    /// <summary>Reads <c>{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.BTC-PERPETUAL.100ms","data":…}}</c>.</summary>
    private void ReadNotification(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        ReadOnlySpan<byte> channel = default;
        var content = Content.Other;
        var book = new FieldValues();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("params"u8))
            {
                channel = json.Peek("channel"u8);
                content = ReadParameters(ref json, frame, channel, ref book);
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(!channel.IsEmpty, "channel");
        switch (content)
        {
            case Content.Trades: trades.Emit(frame, sink); break;
            case Content.Snapshot: EmitSnapshot(book, sink); break;
            case Content.Diff: EmitDiff(json, book, sink); break;
            default: EmitIgnored(json, channel, sink); break;
        }
    }

    private Content ReadParameters(ref FrameReader json, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> channel, ref FieldValues book)
    {
        var isOurs = channel.Count((byte)'.') == 2; // trades.NAME.INTERVAL; a grouped book has more parts, and is complete each time
        var (isTrades, isBook) = (isOurs && channel.StartsWith("trades."u8), isOurs && channel.StartsWith("book."u8));
        var (content, hasData) = (Content.Other, false);
        json.Object();
        while (json.Property(out var name))
        {
            var isData = name.SequenceEqual("data"u8);
            hasData |= isData;
            if (isData && isTrades)
                content = ReadTrades(ref json, frame);
            else if (isData && isBook)
                content = ReadBook(ref json, ref book);
            else
                json.Skip();
        }

        json.Require(hasData, "data");
        return content;
    }

    private Content ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues();
            Trade.Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }

        return Content.Trades;
    }

    private Content ReadBook(ref FrameReader json, ref FieldValues book)
    {
        var type = json.Peek("type"u8);
        Book.Read(ref json, levels, ref book);
        if (type.SequenceEqual("snapshot"u8))
            return Content.Snapshot;
        json.Require(book.PreviousId is not null, "prev_change_id");
        return type.SequenceEqual("change"u8) ? Content.Diff : throw json.Fault("The 'type' is neither snapshot nor change");
    }

    private static void EmitSnapshot(in FieldValues book, IEventSink sink)
    {
        var depth = book.ToDepth();
        depth.Range = SequenceRange.One(book.LastId.GetValueOrDefault());
        sink.OnSnapshot(depth);
    }

    private static void EmitDiff(in FrameReader json, in FieldValues book, IEventSink sink)
    {
        if (book.PreviousId > book.LastId)
            throw json.Fault("The diff ends before it starts");
        var depth = book.ToDepth();
        depth.Range = new(book.PreviousId.GetValueOrDefault(), book.LastId.GetValueOrDefault());
        sink.OnDiff(depth);
    }

    private static void EmitIgnored(in FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        foreach (var other in OtherChannels)
            if (channel.StartsWith(other))
            {
                sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
                return;
            }

        throw json.Fault($"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
    }

    /// <summary>Reads <c>{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}</c>: a <c>test_request</c> must be answered, or the exchange disconnects.</summary>
    private static void ReadHeartbeat(ref FrameReader json, IEventSink sink)
    {
        ReadOnlySpan<byte> type = default;
        json.Object();
        while (json.Property(out var name))
        {
            if (name.SequenceEqual("params"u8))
                type = json.Peek("type"u8);
            json.Skip();
        }

        json.ExpectEnd();
        if (type.SequenceEqual("test_request"u8))
            sink.OnNotice(new() { Kind = NoticeKind.ReplyExpected, Text = """{"jsonrpc":"2.0","id":0,"method":"public/test","params":{}}"""u8 });
        else if (type.SequenceEqual("heartbeat"u8))
            sink.OnNotice(new() { Kind = NoticeKind.Heartbeat });
        else
            throw json.Fault("The 'type' is neither heartbeat nor test_request");
    }

    /// <summary>
    /// Reads the response to a request: the list of channels after a subscription, anything else after a heartbeat request or a test, or an <c>error</c>.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        var notice = new Notice();
        bool hasResult = false, hasError = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8) && !json.IsNext('n'))
            {
                notice.RequestId = json.Integer();
            }
            else if (name.SequenceEqual("error"u8))
            {
                notice.Text = json.HumanTextOf("message"u8);
                hasError = true;
            }
            else if (name.SequenceEqual("result"u8))
            {
                notice.Kind = json.IsNext('[') ? NoticeKind.Acknowledged : NoticeKind.Heartbeat;
                hasResult = true;
                json.Skip();
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        if (hasError)
            notice.Kind = NoticeKind.Rejected;
        else if (!hasResult)
            throw json.Fault("The message has neither a method, a result nor an error");
        sink.OnNotice(notice);
    }
}
