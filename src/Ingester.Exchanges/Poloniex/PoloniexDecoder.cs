using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Poloniex;

/// <summary>
/// Decodes the frames of Poloniex spot: <c>{"channel":"trades","data":[…]}</c>, <c>{"channel":"book_lv2","data":[…],"action":"update"}</c>, or the response to a request.
/// https://api-docs.poloniex.com/spot/websocket
/// </summary>
internal sealed class PoloniexDecoder : IFrameDecoder
{
    /// <summary><c>createTime</c> is the time of the match; <c>ts</c>, a few milliseconds later, that of the message.</summary>
    private static readonly FieldMap Trade = new()
    {
        { "symbol", Field.Symbol }, { "id", Field.Sequence }, { "createTime", Field.Milliseconds }, { "price", Field.Price }, { "quantity", Field.Size },
        { "takerSide", Field.TakerSide },
    };

    private static readonly FieldMap Book = new()
    {
        { "symbol", Field.Symbol }, { "createTime", Field.Milliseconds }, { "lastId", Field.PreviousId }, { "id", Field.LastId }, { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    /// <summary>Channels that are not subscribed, by the beginning of their names.</summary>
    private static readonly byte[][] OtherChannels = [.. new[] { "ticker", "candles_", "symbols", "currencies", "exchange" }.Select(Encoding.UTF8.GetBytes)];

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var channel = ReadEnvelope(json, out var word);
        if (!word.IsEmpty)
            ReadResponse(ref json, word, channel, sink);
        else if (channel.SequenceEqual("trades"u8))
            ReadTrades(ref json, frame, sink);
        else if (channel.SequenceEqual("book_lv2"u8))
            ReadBook(ref json, sink);
        else
            Ignore(ref json, channel, sink);
    }

    /// <summary>Looks ahead for the channel, and for the event of a response. They usually come first, and the data is then not read twice.</summary>
    private static ReadOnlySpan<byte> ReadEnvelope(FrameReader json, out ReadOnlySpan<byte> word)
    {
        ReadOnlySpan<byte> channel = default;
        word = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("event"u8))
                word = json.Text();
            else if (name.SequenceEqual("channel"u8) && json.IsNext('"'))
                channel = json.Text();
            else if (name.SequenceEqual("data"u8) && !channel.IsEmpty)
                break;
            else
                json.Skip();
        return channel;
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

    /// <summary>
    /// Reads a snapshot or a diff, whose <c>lastId</c> is the <c>id</c> of the message before it. The <c>createTime</c> of a snapshot is that of the last change of the
    /// book, which may be hours old, so a snapshot has no time.
    /// </summary>
    private void ReadBook(ref FrameReader json, IEventSink sink)
    {
        var book = new FieldValues();
        ReadOnlySpan<byte> action = default;
        json.Object();
        while (json.Property(out var name))
            if (book.LastId is null && name.SequenceEqual("data"u8))
                ReadOnlyElement(ref json, ref book);
            else if (name.SequenceEqual("action"u8))
                action = json.Text();
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(book.LastId is not null, "data");
        var isSnapshot = action.SequenceEqual("snapshot"u8);
        if (!isSnapshot && !action.SequenceEqual("update"u8))
            throw json.Fault("The 'action' is neither snapshot nor update");
        var (previous, last) = (book.PreviousId.GetValueOrDefault(), book.LastId.GetValueOrDefault());
        if (last <= previous)
            throw json.Fault($"The book ends at {last}, although it follows {previous}");
        var depth = book.ToDepth();
        if (isSnapshot)
        {
            (depth.Range, depth.Micros, depth.SnapshotLevels) = (SequenceRange.One(last), null, PoloniexExchange.Depth);
            sink.OnSnapshot(depth);
        }
        else
        {
            depth.Range = new(previous, last);
            sink.OnDiff(depth);
        }
    }

    /// <summary>Reads the data of a book: a list of one element.</summary>
    private void ReadOnlyElement(scoped ref FrameReader json, ref FieldValues book)
    {
        json.Array();
        if (!json.Element())
            throw json.Fault("The book has no data");
        Book.Read(ref json, levels, ref book);
        if (json.Element())
            throw json.Fault("The book has more than one element");
    }

    /// <summary>
    /// Reads <c>{"event":"subscribe","channel":"trades","symbols":["BTC_USDT"]}</c>, <c>{"event":"error","message":"…"}</c>, or <c>{"event":"pong"}</c>. Requests are
    /// answered in order.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, ReadOnlySpan<byte> word, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        ReadOnlySpan<byte> message = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("message"u8))
                message = json.HumanText();
            else
                json.Skip();
        json.ExpectEnd();
        var kind = word.SequenceEqual("subscribe"u8) || word.SequenceEqual("unsubscribe"u8) ? NoticeKind.Acknowledged
            : word.SequenceEqual("error"u8) ? NoticeKind.Rejected
            : word.SequenceEqual("pong"u8) ? NoticeKind.Heartbeat
            : throw json.Fault($"The event '{Encoding.UTF8.GetString(word)}' is unknown");
        json.Require(kind != NoticeKind.Acknowledged || !channel.IsEmpty, "channel");
        sink.OnNotice(new() { Kind = kind, Channel = channel, Text = message });
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        var isOther = channel.SequenceEqual("book"u8);
        foreach (var other in OtherChannels)
            isOther |= channel.StartsWith(other);
        if (!isOther)
            throw json.Fault(channel.IsEmpty ? "The message has neither a channel nor an event" : $"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
        sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
    }
}
