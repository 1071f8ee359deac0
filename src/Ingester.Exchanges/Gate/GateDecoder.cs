using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Gate;

/// <summary>
/// Decodes the frames of Gate v4: <c>{"channel":…,"event":"update","result":…}</c>, the response to a request, a pong, or the notice of an upgrade. Spot and futures
/// differ in the prefix of channels, and in the form of trades and levels.
/// https://www.gate.com/docs/developers/apiv4/ws/en and https://www.gate.com/docs/developers/futures/ws/en
/// </summary>
/// <param name="isFutures">True for futures.</param>
internal sealed class GateDecoder(bool isFutures) : IFrameDecoder
{
    private static readonly FieldMap SpotTrade = new()
    {
        { "currency_pair", Field.Symbol }, { "id", Field.Sequence }, { "create_time_ms", Field.Milliseconds }, { "price", Field.Price }, { "amount", Field.Size },
        { "side", Field.TakerSide },
    };

    /// <summary>A negative size is a sale by the taker. An internal trade is a liquidation that the insurance fund or another position took over.</summary>
    private static readonly FieldMap FuturesTrade = new()
    {
        { "contract", Field.Symbol }, { "id", Field.Sequence }, { "create_time_ms", Field.Milliseconds }, { "price", Field.Price }, { "size", Field.SignedSize },
        { "is_internal", Field.TypeFlag, false },
    };

    private readonly LevelFormat levelFormat = isFutures ? LevelFormat.Objects("p", "s") : LevelFormat.Arrays;
    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    private ReadOnlySpan<byte> Prefix => isFutures ? "futures."u8 : "spot."u8;

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var envelope = ReadEnvelope(json);
        if (envelope.IsUpgrade)
            Notify(ref json, new() { Kind = NoticeKind.ClosingSoon }, sink);
        else if (!envelope.Channel.StartsWith(Prefix))
            throw json.Fault(envelope.Channel.IsEmpty ? "The message has no channel" : $"The channel '{Encoding.UTF8.GetString(envelope.Channel)}' is unknown");
        else if (envelope.Event.SequenceEqual("subscribe"u8) || envelope.Event.SequenceEqual("unsubscribe"u8))
            ReadResponse(ref json, sink);
        else
            ReadUpdate(ref json, envelope, frame, sink);
    }

    /// <summary>Looks ahead for the fields that say what the frame is. They usually precede the result, which is then not read twice.</summary>
    private static Envelope ReadEnvelope(FrameReader json)
    {
        var envelope = new Envelope();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("channel"u8))
                envelope.Channel = json.Text();
            else if (name.SequenceEqual("event"u8))
                envelope.Event = json.HumanText();
            else if (name.SequenceEqual("type"u8))
                envelope.IsUpgrade = json.HumanText().SequenceEqual("upgrade"u8);
            else if (name.SequenceEqual("result"u8) && !envelope.Channel.IsEmpty && !envelope.Event.IsEmpty)
                break;
            else
                json.Skip();
        return envelope;
    }

    private void ReadUpdate(ref FrameReader json, in Envelope envelope, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var channel = envelope.Channel[Prefix.Length..];
        var isUpdate = envelope.Event.SequenceEqual("update"u8);
        if (isUpdate && channel.SequenceEqual("trades"u8))
            ReadTrades(ref json, frame, sink);
        else if (isUpdate && channel.SequenceEqual("order_book_update"u8))
            ReadBook(ref json, sink);
        else if (channel.SequenceEqual("pong"u8))
            Notify(ref json, new() { Kind = NoticeKind.Heartbeat }, sink);
        else if (!IsNotSubscribed(channel))
            throw json.Fault($"The channel '{Encoding.UTF8.GetString(envelope.Channel)}' or its event '{Encoding.UTF8.GetString(envelope.Event)}' is unknown");
        else
            Notify(ref json, new() { Kind = NoticeKind.Ignored, Channel = envelope.Channel }, sink);
    }

    /// <summary>Reads a trade of spot, or a list of trades of futures.</summary>
    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        json.MoveTo("result"u8);
        if (isFutures)
        {
            json.Array();
            while (json.Element())
                Stage(ref json, FuturesTrade, frame);
        }
        else
        {
            Stage(ref json, SpotTrade, frame);
        }

        json.MoveToEnd();
        trades.Emit(frame, sink);
    }

    private void Stage(ref FrameReader json, FieldMap map, ReadOnlySpan<byte> frame)
    {
        var trade = new FieldValues();
        map.Read(ref json, levels, ref trade);
        trades.Add(frame, trade);
    }

    /// <summary>
    /// Reads a diff <c>U</c>..<c>u</c>; the next one starts at <c>u + 1</c>, also when it has no level. With <c>"full":true</c> it is a snapshot that replaces the book.
    /// </summary>
    private void ReadBook(ref FrameReader json, IEventSink sink)
    {
        var book = new FieldValues();
        var isFull = false;
        json.MoveTo("result"u8);
        json.Object();
        while (json.Property(out var name))
            switch (name)
            {
                case [(byte)'s']: book.Symbol = json.Text(); break;
                case [(byte)'t']: book.Micros = json.TimeAsMicros(digitsToMicros: 3); break;
                case [(byte)'U']: book.FirstId = json.AnyInteger(out _); break;
                case [(byte)'u']: book.LastId = json.AnyInteger(out _); break;
                case [(byte)'b']: book.Bids = ReadLevels(ref json); break;
                case [(byte)'a']: book.Asks = ReadLevels(ref json); break;
                case [(byte)'f', (byte)'u', (byte)'l', (byte)'l']: isFull = json.Flag(); break;
                default: json.Skip(); break;
            }

        RequireBook(json, book, isFull);
        json.MoveToEnd();
        var depth = book.ToDepth();
        var last = book.LastId.GetValueOrDefault();
        if (isFull)
        {
            depth.Range = SequenceRange.One(last);
            depth.SnapshotLevels = GateExchange.Depth;
            sink.OnSnapshot(depth);
        }
        else
        {
            depth.Range = SequenceRange.Between(book.FirstId.GetValueOrDefault(), last);
            sink.OnDiff(depth);
        }
    }

    /// <summary>Reads the levels of one side, which may be null when it has none.</summary>
    private ReadOnlySpan<byte> ReadLevels(scoped ref FrameReader json)
    {
        if (!json.IsNext('n'))
            return levelFormat.Read(ref json, levels);
        json.Skip();
        return "[]"u8;
    }

    private static void RequireBook(in FrameReader json, in FieldValues book, bool isFull)
    {
        json.Require(!book.Symbol.IsEmpty, "s");
        json.Require(book.Micros is not null, "t");
        json.Require(book.FirstId is not null || isFull, "U");
        json.Require(book.LastId is not null, "u");
        json.Require(!book.Bids.IsEmpty, "b");
        json.Require(!book.Asks.IsEmpty, "a");
        if (book.FirstId > book.LastId)
            throw json.Fault($"The diff ends at {book.LastId}, before it starts at {book.FirstId}");
    }

    /// <summary>
    /// Reads <c>{"time":1790950000,"id":7,"channel":"spot.trades","event":"subscribe","error":null,"result":{"status":"success"}}</c>; a rejected request has an
    /// <c>error</c> with a <c>message</c>.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        long? requestId = null;
        ReadOnlySpan<byte> message = default;
        var isRejected = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8) && !json.IsNext('n'))
            {
                requestId = json.AnyInteger(out _);
            }
            else if (name.SequenceEqual("error"u8) && !json.IsNext('n'))
            {
                isRejected = true;
                message = json.HumanTextOf("message"u8);
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        var accepted = requestId is null ? NoticeKind.Ignored : NoticeKind.Acknowledged; // each of our requests has an id
        sink.OnNotice(new() { Kind = isRejected ? NoticeKind.Rejected : accepted, RequestId = requestId, Text = message });
    }

    private static void Notify(ref FrameReader json, in Notice notice, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        sink.OnNotice(notice);
    }

    /// <summary>True for the public channels that are not recorded: tickers, candles, other forms of the book, liquidations, statistics.</summary>
    private static bool IsNotSubscribed(ReadOnlySpan<byte> channel) =>
        channel.SequenceEqual("tickers"u8) || channel.SequenceEqual("candlesticks"u8) || channel.SequenceEqual("book_ticker"u8) || channel.SequenceEqual("order_book"u8)
        || channel.SequenceEqual("obu"u8) || channel.SequenceEqual("trades_v2"u8) || channel.SequenceEqual("public_liquidates"u8) || channel.SequenceEqual("contract_stats"u8);

    /// <summary>What a frame is.</summary>
    private ref struct Envelope
    {
        public ReadOnlySpan<byte> Channel;
        public ReadOnlySpan<byte> Event;
        public bool IsUpgrade;
    }
}
