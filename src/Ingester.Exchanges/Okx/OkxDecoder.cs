using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Okx;

/// <summary>
/// Decodes the frames of OKX v5: <c>{"arg":{"channel":…,"instId":…},"action":…,"data":[…]}</c>, a response with an <c>event</c>, or the text <c>pong</c>.
/// https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel and …-ws-trades-channel
/// </summary>
internal sealed class OkxDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "instId", Field.Symbol }, { "tradeId", Field.Sequence }, { "px", Field.Price }, { "sz", Field.Size }, { "side", Field.TakerSide },
        { "ts", Field.Milliseconds }, { "count", Field.Count, false },
    };

    private static readonly FieldMap Book = new()
    {
        { "bids", Field.Bids }, { "asks", Field.Asks }, { "ts", Field.Milliseconds }, { "seqId", Field.LastId, false }, { "prevSeqId", Field.PreviousId, false },
    };

    /// <summary>Channels of the public endpoint that are not subscribed, by the beginning of their names.</summary>
    private static readonly byte[][] OtherChannels =
    [
        .. new[] { "tickers", "candle", "mark-price", "index-", "funding-rate", "open-interest", "price-limit", "bbo-tbt", "books5", "books-rpi", "books-elp", "trades-all",
            "option-trades", "opt-summary", "estimated-price", "instruments", "liquidation-orders", "adl-warning", "status", "call-auction-details", "public-" }
            .Select(Encoding.UTF8.GetBytes),
    ];

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        if (frame.SequenceEqual("pong"u8))
        {
            sink.OnNotice(new() { Kind = NoticeKind.Heartbeat });
            return;
        }

        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var envelope = ReadEnvelope(json);
        if (!envelope.Event.IsEmpty)
            ReadResponse(ref json, envelope, sink);
        else if (envelope.Channel.SequenceEqual("trades"u8))
            ReadTrades(ref json, frame, sink);
        else if (envelope.Channel.SequenceEqual("books"u8))
            ReadBook(ref json, envelope, needsIds: true, sink);
        else if (envelope.Channel.SequenceEqual("books-l2-tbt"u8)) // the same format; its frames of 2021 and 2022 have no ids
            ReadBook(ref json, envelope, needsIds: false, sink);
        else
            Ignore(ref json, envelope.Channel, sink);
    }

    /// <summary>Looks ahead for the fields that say what the frame is. They usually precede the data, which is then not read twice.</summary>
    private static Envelope ReadEnvelope(FrameReader json)
    {
        var envelope = new Envelope();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("arg"u8))
                ReadArgument(ref json, ref envelope);
            else if (name.SequenceEqual("event"u8))
                envelope.Event = json.Text();
            else if (name.SequenceEqual("action"u8))
                envelope.Action = json.Text();
            else if (name.SequenceEqual("data"u8) && (!envelope.Action.IsEmpty || envelope.Channel.SequenceEqual("trades"u8)) && !envelope.Channel.IsEmpty)
                break;
            else
                json.Skip();
        return envelope;
    }

    private static void ReadArgument(ref FrameReader json, ref Envelope envelope)
    {
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("channel"u8))
                envelope.Channel = json.Text();
            else if (name.SequenceEqual("instId"u8))
                envelope.Symbol = json.Text();
            else
                json.Skip();
    }

    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        json.MoveTo("data"u8);
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues();
            Trade.Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }

        json.MoveToEnd();
        trades.Emit(frame, sink);
    }

    /// <summary>Reads a snapshot or a diff: <c>data</c> has one element.</summary>
    private void ReadBook(ref FrameReader json, in Envelope envelope, bool needsIds, IEventSink sink)
    {
        var book = new FieldValues { Symbol = envelope.Symbol };
        json.MoveTo("data"u8);
        json.Array();
        if (!json.Element())
            throw json.Fault("The book has no data");
        Book.Read(ref json, levels, ref book);
        if (json.Element())
            throw json.Fault("The book has more than one element");
        json.MoveToEnd();
        json.Require(!book.Symbol.IsEmpty, "instId");
        json.Require(book.LastId is not null || (!needsIds && book.PreviousId is null), "seqId");
        json.Require(book.PreviousId is not null || book.LastId is null, "prevSeqId");
        var depth = book.ToDepth();
        if (envelope.Action.SequenceEqual("snapshot"u8))
        {
            depth.Range = book.LastId is { } id ? SequenceRange.One(id) : null;
            depth.SnapshotLevels = OkxExchange.Depth;
            sink.OnSnapshot(depth);
        }
        else if (!envelope.Action.SequenceEqual("update"u8))
        {
            throw json.Fault("The 'action' is neither snapshot nor update");
        }
        else
        {
            EmitDiff(json, book, depth, sink);
        }
    }

    /// <summary>
    /// Emits a diff by the exchange's rules for <c>seqId</c>: it follows the diff with the id <c>prevSeqId</c>; a message without levels that repeats the id shows that
    /// the connection lives; a smaller id restarts the numbering.
    /// </summary>
    private static void EmitDiff(in FrameReader json, in FieldValues book, DepthEvent diff, IEventSink sink)
    {
        if (book.LastId == book.PreviousId)
        {
            if (diff.Bids.Length + diff.Asks.Length == "[][]".Length)
            {
                sink.OnNotice(new() { Kind = NoticeKind.Heartbeat, Micros = diff.Micros });
                return;
            }

            if (book.LastId is not null)
                throw json.Fault("A diff with levels repeats the id of the previous one");
        }

        if (book is { LastId: { } last, PreviousId: { } previous })
            diff.Range = last > previous ? new(previous, last) : SequenceRange.One(last);
        sink.OnDiff(diff);
    }

    /// <summary>
    /// Reads <c>{"id":"7","event":"subscribe","arg":{…},"connId":"…"}</c>, of which there is one for each stream of a request, an <c>error</c> with its <c>msg</c>, or
    /// the <c>notice</c> of an upgrade.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, in Envelope envelope, IEventSink sink)
    {
        ReadOnlySpan<byte> message = default, code = default;
        long? requestId = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8))
                requestId = System.Buffers.Text.Utf8Parser.TryParse(json.HumanText(), out long id, out _) ? id : null;
            else if (name.SequenceEqual("msg"u8))
                message = json.HumanText();
            else if (name.SequenceEqual("code"u8))
                code = json.HumanText();
            else
                json.Skip();
        json.ExpectEnd();
        var kind = KindOf(json, envelope.Event, hasId: requestId is not null, isUpgrade: code.SequenceEqual("64008"u8));
        sink.OnNotice(new() { Kind = kind, RequestId = requestId, Channel = envelope.Channel, Symbol = envelope.Symbol, Text = message });
    }

    private static NoticeKind KindOf(in FrameReader json, ReadOnlySpan<byte> name, bool hasId, bool isUpgrade)
    {
        if (name.SequenceEqual("subscribe"u8) || (hasId && name.SequenceEqual("unsubscribe"u8)))
            return NoticeKind.Acknowledged;
        if (name.SequenceEqual("error"u8))
            return NoticeKind.Rejected;
        if (name.SequenceEqual("notice"u8))
            return isUpgrade ? NoticeKind.ClosingSoon : NoticeKind.Ignored;
        return name.SequenceEqual("unsubscribe"u8) ? NoticeKind.Ignored : throw json.Fault($"The event '{Encoding.UTF8.GetString(name)}' is unknown");
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        foreach (var other in OtherChannels)
            if (channel.StartsWith(other))
            {
                sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
                return;
            }

        throw json.Fault(channel.IsEmpty ? "The message has neither a channel nor an event" : $"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
    }

    /// <summary>What a frame is.</summary>
    private ref struct Envelope
    {
        public ReadOnlySpan<byte> Event;
        public ReadOnlySpan<byte> Channel;
        public ReadOnlySpan<byte> Symbol;
        public ReadOnlySpan<byte> Action;
    }
}
