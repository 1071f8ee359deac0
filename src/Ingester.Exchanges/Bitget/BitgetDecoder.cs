using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Bitget;

/// <summary>
/// Decodes the frames of Bitget v3: <c>{"action":…,"arg":{"instType":…,"topic":…,"symbol":…},"data":[…],"ts":…}</c>, a response with an <c>event</c>, or the text
/// <c>pong</c>. https://www.bitget.com/docs/uta/websocket/public/Order-Book-Channel
/// </summary>
internal sealed class BitgetDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "i", Field.Sequence }, { "T", Field.Milliseconds }, { "p", Field.Price }, { "v", Field.Size }, { "S", Field.TakerSide },
    };

    private static readonly FieldMap Book = new()
    {
        { "ts", Field.Milliseconds }, { "seq", Field.LastId }, { "pseq", Field.PreviousId }, { "b", Field.Bids }, { "a", Field.Asks },
    };

    /// <summary>Topics that are not subscribed, by the beginning of their names.</summary>
    private static readonly byte[][] OtherTopics =
        [.. new[] { "ticker", "kline", "books1", "books5", "liquidation", "rpi" }.Select(Encoding.UTF8.GetBytes)];

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
        else if (envelope.Topic.SequenceEqual("publicTrade"u8))
            ReadTrades(ref json, envelope, frame, sink);
        else if (envelope.Topic.SequenceEqual("books"u8))
            ReadBook(ref json, envelope, sink);
        else
            Ignore(ref json, envelope.Topic, sink);
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
            else if (name.SequenceEqual("data"u8) && !envelope.Action.IsEmpty && !envelope.Topic.IsEmpty)
                break;
            else
                json.Skip();
        return envelope;
    }

    private static void ReadArgument(ref FrameReader json, ref Envelope envelope)
    {
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("topic"u8))
                envelope.Topic = json.Text();
            else if (name.SequenceEqual("symbol"u8))
                envelope.Symbol = json.Text();
            else
                json.Skip();
    }

    /// <summary>Reads a list of trades. After a subscription the last ones are replayed as a <c>snapshot</c>.</summary>
    private void ReadTrades(ref FrameReader json, in Envelope envelope, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var isReplayed = IsSnapshot(json, envelope);
        json.MoveTo("data"u8);
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues { Symbol = envelope.Symbol };
            Trade.Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }

        json.MoveToEnd();
        trades.Emit(frame, sink, isReplayed, TradeOrder.NewestFirst);
    }

    /// <summary>
    /// Reads a snapshot or a diff: <c>data</c> has one element. The <c>pseq</c> of a diff is the <c>seq</c> of the message before; it is 0 in a snapshot, and after a restart
    /// of the exchange's numbering.
    /// </summary>
    private void ReadBook(ref FrameReader json, in Envelope envelope, IEventSink sink)
    {
        var isSnapshot = IsSnapshot(json, envelope);
        var book = new FieldValues { Symbol = envelope.Symbol };
        json.MoveTo("data"u8);
        json.Array();
        if (!json.Element())
            throw json.Fault("The book has no data");
        Book.Read(ref json, levels, ref book);
        if (json.Element())
            throw json.Fault("The book has more than one element");
        json.MoveToEnd();
        var depth = book.ToDepth();
        var (previous, last) = (book.PreviousId.GetValueOrDefault(), book.LastId.GetValueOrDefault());
        if (isSnapshot)
        {
            depth.Range = SequenceRange.One(last);
            depth.SnapshotLevels = BitgetExchange.Depth;
            sink.OnSnapshot(depth);
        }
        else if (previous >= last)
        {
            throw json.Fault($"The diff ends at {last}, not after the previous one at {previous}");
        }
        else
        {
            depth.Range = previous > 0 ? new(previous, last) : SequenceRange.One(last);
            sink.OnDiff(depth);
        }
    }

    private static bool IsSnapshot(in FrameReader json, in Envelope envelope)
    {
        json.Require(!envelope.Symbol.IsEmpty, "symbol");
        if (envelope.Action.SequenceEqual("snapshot"u8))
            return true;
        return envelope.Action.SequenceEqual("update"u8) ? false : throw json.Fault("The 'action' is neither snapshot nor update");
    }

    /// <summary>
    /// Reads <c>{"event":"subscribe","arg":{…},"connId":"…"}</c>, of which there is one for each stream of a request, or an <c>error</c>, whose <c>msg</c> holds the argument
    /// as a text.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, in Envelope envelope, IEventSink sink)
    {
        ReadOnlySpan<byte> message = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("msg"u8))
                message = json.HumanText();
            else
                json.Skip();
        json.ExpectEnd();
        var kind = envelope.Event.SequenceEqual("subscribe"u8) ? NoticeKind.Acknowledged
            : envelope.Event.SequenceEqual("error"u8) ? NoticeKind.Rejected
            : envelope.Event.SequenceEqual("unsubscribe"u8) ? NoticeKind.Ignored
            : throw json.Fault($"The event '{Encoding.UTF8.GetString(envelope.Event)}' is unknown");
        sink.OnNotice(new()
        {
            Kind = kind,
            Channel = envelope.Topic.IsEmpty ? Quoted(message, "\\\"topic\\\":\\\""u8) : envelope.Topic,
            Symbol = envelope.Symbol.IsEmpty ? Quoted(message, "\\\"symbol\\\":\\\""u8) : envelope.Symbol,
            Text = message,
        });
    }

    /// <summary>The text in a message after a name, up to the next escape; empty when the message does not hold the name.</summary>
    private static ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var start = message.IndexOf(name);
        if (start < 0)
            return default;
        var rest = message[(start + name.Length)..];
        return rest[..Math.Max(0, rest.IndexOf((byte)'\\'))];
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> topic, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        foreach (var other in OtherTopics)
            if (topic.StartsWith(other))
            {
                sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = topic });
                return;
            }

        throw json.Fault(topic.IsEmpty ? "The message has neither a topic nor an event" : $"The topic '{Encoding.UTF8.GetString(topic)}' is unknown");
    }

    /// <summary>What a frame is.</summary>
    private ref struct Envelope
    {
        public ReadOnlySpan<byte> Event;
        public ReadOnlySpan<byte> Topic;
        public ReadOnlySpan<byte> Symbol;
        public ReadOnlySpan<byte> Action;
    }
}
