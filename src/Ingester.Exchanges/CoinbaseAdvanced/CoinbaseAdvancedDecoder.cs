using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.CoinbaseAdvanced;

/// <summary>
/// Decodes the frames of Coinbase Advanced Trade: <c>{"channel","timestamp","sequence_num","events":[…]}</c>, or an error. <c>sequence_num</c> counts the frames of
/// the connection over all channels, so a jump means that messages of any stream are lost.
/// https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels
/// </summary>
internal sealed class CoinbaseAdvancedDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "product_id", Field.Symbol }, { "trade_id", Field.Sequence }, { "price", Field.Price }, { "size", Field.Size }, { "time", Field.UtcTime }, { "side", Field.MakerSide },
    };

    private readonly LevelWriter bids = new();
    private readonly LevelWriter asks = new();
    private readonly StagedTrades replayed = new();
    private readonly StagedTrades trades = new();
    private readonly List<StagedBook> books = [];
    private long? lastSequence;
    private bool hasOpeningAnswer;

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        bids.Clear();
        asks.Clear();
        replayed.Clear();
        trades.Clear();
        books.Clear();
        var json = new FrameReader(frame);
        var channel = json.Peek("channel"u8);
        if (channel.IsEmpty)
            ReadError(ref json, sink);
        else
            ReadChannel(ref json, frame, channel, sink);
    }

    private void ReadChannel(ref FrameReader json, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        long? sequence = null, micros = null;
        var (hasEvents, isOpeningAnswer) = (false, !hasOpeningAnswer);
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("sequence_num"u8))
                sequence = json.Integer();
            else if (name.SequenceEqual("timestamp"u8))
                micros = json.UtcTimeAsMicros();
            else if (name.SequenceEqual("events"u8))
            {
                json.Array();
                while (json.Element())
                    ReadEvent(ref json, frame, channel, ref isOpeningAnswer);
                hasEvents = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(sequence is not null, "sequence_num");
        json.Require(micros is not null, "timestamp");
        json.Require(hasEvents, "events");
        if (NoticeOf(channel, isOpeningAnswer) is not { } kind)
            throw json.Fault($"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
        if (lastSequence is { } last && sequence != last + 1)
            sink.OnNotice(new() { Kind = NoticeKind.MessagesLost });
        lastSequence = sequence;
        hasOpeningAnswer |= channel.SequenceEqual("subscriptions"u8);
        replayed.Emit(frame, sink, isReplayed: true, TradeOrder.NewestFirst);
        trades.Emit(frame, sink, isReplayed: false, TradeOrder.NewestFirst);
        foreach (var book in books)
            Emit(frame, book, micros.GetValueOrDefault(), sink);
        if (!IsRecorded(channel))
            sink.OnNotice(new() { Kind = kind, Channel = kind == NoticeKind.Ignored ? channel : default, Micros = kind == NoticeKind.Heartbeat ? micros : null });
    }

    private void ReadEvent(ref FrameReader json, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> channel, ref bool isOpeningAnswer)
    {
        if (channel.SequenceEqual("l2_data"u8))
            ReadBook(ref json, frame);
        else if (channel.SequenceEqual("market_trades"u8))
            ReadTrades(ref json, frame);
        else if (channel.SequenceEqual("subscriptions"u8))
            ReadSubscriptions(ref json, ref isOpeningAnswer);
        else
            json.Skip();
    }

    /// <summary>Reads trades, newest first. A snapshot repeats the last trades before the subscription.</summary>
    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        var staged = ReadIsSnapshot(ref json) ? replayed : trades;
        var hasTrades = false;
        json.Object();
        while (json.Property(out var name))
        {
            if (!name.SequenceEqual("trades"u8))
            {
                json.Skip();
                continue;
            }

            hasTrades = true;
            json.Array();
            while (json.Element())
            {
                var trade = new FieldValues();
                Trade.Read(ref json, bids, ref trade);
                staged.Add(frame, trade);
            }
        }

        json.Require(hasTrades, "trades");
    }

    /// <summary>Reads a snapshot of all levels, or a diff. All updates of an event have the same time [F]; the latest is used.</summary>
    private void ReadBook(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        var book = new StagedBook { IsSnapshot = ReadIsSnapshot(ref json) };
        var hasUpdates = false;
        bids.BeginArray();
        asks.BeginArray();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("product_id"u8))
                book.Symbol = Slice.Of(frame, json.Text());
            else if (name.SequenceEqual("updates"u8))
            {
                json.Array();
                while (json.Element())
                    book.Micros = Math.Max(book.Micros ?? 0, ReadUpdate(ref json));
                hasUpdates = true;
            }
            else
            {
                json.Skip();
            }

        json.Require(book.Symbol.Length > 0, "product_id");
        json.Require(hasUpdates, "updates");
        (book.Bids, book.Asks) = (bids.EndArray(), asks.EndArray());
        books.Add(book);
    }

    private long ReadUpdate(ref FrameReader json)
    {
        LevelWriter? side = null;
        ReadOnlySpan<byte> price = default, size = default;
        long? micros = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("side"u8))
                side = ReadIsBid(ref json) ? bids : asks;
            else if (name.SequenceEqual("event_time"u8))
                micros = json.UtcTimeAsMicros();
            else if (name.SequenceEqual("price_level"u8))
                price = json.QuotedDecimal();
            else if (name.SequenceEqual("new_quantity"u8))
                size = json.QuotedDecimal();
            else
                json.Skip();
        json.Require(side is not null, "side");
        json.Require(micros is not null, "event_time");
        json.Require(!price.IsEmpty, "price_level");
        json.Require(!size.IsEmpty, "new_quantity");
        side!.Add(price, size);
        return micros.GetValueOrDefault();
    }

    /// <summary>
    /// Reads the list of all subscriptions. The first one that lists nothing but heartbeats answers the opening message, not the oldest request.
    /// </summary>
    private static void ReadSubscriptions(ref FrameReader json, ref bool isOpeningAnswer)
    {
        json.Object();
        while (json.Property(out var name))
        {
            if (!name.SequenceEqual("subscriptions"u8))
            {
                json.Skip();
                continue;
            }

            json.Object();
            while (json.Property(out var channel))
            {
                isOpeningAnswer &= channel.SequenceEqual("heartbeats"u8);
                json.Skip();
            }
        }
    }

    /// <summary>Emits a book. An update without levels carries nothing, and is counted as ignored; a snapshot without levels is an empty book.</summary>
    private void Emit(ReadOnlySpan<byte> frame, in StagedBook book, long frameMicros, IEventSink sink)
    {
        var depth = new DepthEvent { Symbol = book.Symbol.Of(frame), Micros = book.Micros ?? frameMicros, Bids = bids[book.Bids], Asks = asks[book.Asks] };
        if (book.IsSnapshot)
            sink.OnSnapshot(depth);
        else if (book.Micros is not null)
            sink.OnDiff(depth);
        else
            sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = "l2_data"u8, Symbol = depth.Symbol });
    }

    /// <summary>Reads <c>{"type":"error","message":"…"}</c>, which names neither a request nor a stream.</summary>
    private static void ReadError(ref FrameReader json, IEventSink sink)
    {
        if (!json.Peek("type"u8).SequenceEqual("error"u8))
            throw json.Fault("The message has neither a channel nor the type error");
        ReadOnlySpan<byte> message = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("message"u8))
                message = json.HumanText();
            else
                json.Skip();
        json.ExpectEnd();
        sink.OnNotice(new() { Kind = NoticeKind.Rejected, Text = message });
    }

    private static bool ReadIsSnapshot(ref FrameReader json)
    {
        var type = json.Peek("type"u8);
        if (type.SequenceEqual("snapshot"u8))
            return true;
        return type.SequenceEqual("update"u8) ? false : throw json.Fault("The 'type' of the event is neither snapshot nor update");
    }

    private static bool ReadIsBid(ref FrameReader json)
    {
        var side = json.Text();
        if (side.SequenceEqual("bid"u8))
            return true;
        return side.SequenceEqual("offer"u8) ? false : throw json.Fault("The side is neither bid nor offer");
    }

    private static bool IsRecorded(ReadOnlySpan<byte> channel) => channel.SequenceEqual("l2_data"u8) || channel.SequenceEqual("market_trades"u8);

    /// <summary>The notice for a frame of a channel; null for an unknown channel.</summary>
    private static NoticeKind? NoticeOf(ReadOnlySpan<byte> channel, bool isOpeningAnswer) =>
        channel.SequenceEqual("heartbeats"u8) ? NoticeKind.Heartbeat
        : channel.SequenceEqual("subscriptions"u8) ? isOpeningAnswer ? NoticeKind.Ignored : NoticeKind.Acknowledged
        : IsRecorded(channel) || channel.SequenceEqual("ticker"u8) || channel.SequenceEqual("ticker_batch"u8) || channel.SequenceEqual("candles"u8)
            || channel.SequenceEqual("status"u8) || channel.SequenceEqual("user"u8) || channel.SequenceEqual("futures_balance_summary"u8) ? NoticeKind.Ignored
        : null;

    /// <summary>A book of the frame, held until the whole frame is read.</summary>
    private struct StagedBook
    {
        public Slice Symbol;
        public Slice Bids;
        public Slice Asks;
        public long? Micros;
        public bool IsSnapshot;
    }
}
