using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Htx;

/// <summary>
/// Decodes the frames of HTX, after decompression: <c>{"ch":"market.btcusdt.trade.detail","ts":…,"tick":{…}}</c>, the response to a request, or a <c>ping</c> that
/// wants a <c>pong</c>. Spot and linear contracts differ in the ids of trades and in the form of diffs.
/// https://www.htx.com/en-us/opend/newApiPages/
/// </summary>
/// <param name="isLinear">True for linear contracts.</param>
internal sealed class HtxDecoder(bool isLinear) : IFrameDecoder
{
    /// <summary><c>id</c> has up to 27 digits; <c>tradeId</c> counts the trades of the market.</summary>
    private static readonly FieldMap SpotTrade = Trade("tradeId");

    private static readonly FieldMap LinearTrade = Trade("id");

    private static readonly FieldMap SpotDiff = new()
    {
        { "seqNum", Field.LastId }, { "prevSeqNum", Field.PreviousId }, { "bids", Field.Bids, false }, { "asks", Field.Asks, false },
    };

    private static readonly FieldMap LinearBook = new()
    {
        { "version", Field.LastId }, { "ts", Field.Milliseconds }, { "bids", Field.Bids, false }, { "asks", Field.Asks, false },
    };

    /// <summary>Channels that are not subscribed, by the beginning of their names after the symbol.</summary>
    private static readonly byte[][] OtherChannels =
    [
        .. new[] { "depth.step", "kline.", "detail", "bbo", "mbp.refresh.", "basis.", "index.", "premium_index.", "estimated_rate.", "mark_price." }.Select(Encoding.UTF8.GetBytes),
    ];

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();
    private readonly SymbolMap<long?> versions = new();
    private readonly byte[] reply = new byte["{\"pong\":9223372036854775807}".Length];

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var topic = json.Peek("ch"u8);
        if (topic.IsEmpty)
            ReadResponse(ref json, sink);
        else
            ReadTopic(ref json, topic, frame, sink);
    }

    private static FieldMap Trade(string id) => new()
    {
        { id, Field.Sequence }, { "ts", Field.Milliseconds }, { "price", Field.Price }, { "amount", Field.Size }, { "direction", Field.TakerSide },
    };

    /// <summary>Reads a message of a topic such as <c>market.btcusdt.mbp.150</c>; the symbol has no point.</summary>
    private void ReadTopic(ref FrameReader json, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var rest = topic.StartsWith("market."u8) ? topic["market."u8.Length..] : default;
        var point = rest.IndexOf((byte)'.');
        if (point <= 0)
            throw json.Fault($"The topic '{Encoding.UTF8.GetString(topic)}' is unknown");
        var symbol = rest[..point];
        var channel = rest[(point + 1)..];
        if (channel.SequenceEqual("trade.detail"u8))
            ReadTrades(ref json, symbol, frame, sink);
        else if (!isLinear && channel.SequenceEqual("mbp.150"u8))
            ReadSpotDiff(ref json, symbol, sink);
        else if (isLinear && channel.SequenceEqual("depth.size_150.high_freq"u8))
            ReadLinearBook(ref json, symbol, sink);
        else
            Ignore(ref json, topic, channel, sink);
    }

    /// <summary>Reads trades: <c>"tick":{"id":…,"ts":…,"data":[…]}</c>, on spot newest first.</summary>
    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var hasData = false;
        json.MoveTo("tick"u8);
        json.Object();
        while (json.Property(out var name))
            if (!hasData && name.SequenceEqual("data"u8))
            {
                ReadTradeList(ref json, frame);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.Require(hasData, "data");
        json.MoveToEnd();
        trades.Emit(frame, sink, symbol: symbol);
    }

    private void ReadTradeList(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues();
            (isLinear ? LinearTrade : SpotTrade).Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }
    }

    /// <summary>
    /// Reads a diff of spot. "The prevSeqNum of the current incremental message must be the same with seqNum of the previous message." Without a change in 100 ms a
    /// message without levels is sent. The only time is that of the envelope.
    /// </summary>
    private void ReadSpotDiff(ref FrameReader json, ReadOnlySpan<byte> symbol, IEventSink sink)
    {
        var diff = new FieldValues { Symbol = symbol };
        json.Object();
        var hasTick = false;
        while (json.Property(out var name))
            if (name.SequenceEqual("ts"u8))
            {
                diff.Micros = json.TimeAsMicros(digitsToMicros: 3);
            }
            else if (!hasTick && name.SequenceEqual("tick"u8))
            {
                ReadTick(ref json, SpotDiff, ref diff);
                hasTick = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasTick, "tick");
        json.Require(diff.Micros is not null, "ts");
        var depth = diff.ToDepth();
        var (previous, last) = (diff.PreviousId.GetValueOrDefault(), diff.LastId.GetValueOrDefault());
        if (last < previous || (last == previous && depth.Bids.Length + depth.Asks.Length > "[][]".Length))
            throw json.Fault($"The diff ends at {last}, although it follows {previous}");
        depth.Range = new(previous, last);
        if (last == previous)
            sink.OnNotice(new() { Kind = NoticeKind.Heartbeat, Micros = diff.Micros });
        else
            sink.OnDiff(depth);
    }

    /// <summary>
    /// Reads a snapshot or a diff of a contract. <c>version</c> counts the messages of the symbol on this connection: other connections have other numbers, so it is no
    /// id of the row, but a jump shows that messages are missing.
    /// </summary>
    private void ReadLinearBook(ref FrameReader json, ReadOnlySpan<byte> symbol, IEventSink sink)
    {
        var book = new FieldValues { Symbol = symbol };
        json.MoveTo("tick"u8);
        var kind = json.Peek("event"u8);
        ReadTick(ref json, LinearBook, ref book);
        json.MoveToEnd();
        var isSnapshot = kind.SequenceEqual("snapshot"u8);
        if (!isSnapshot && !kind.SequenceEqual("update"u8))
            throw json.Fault("The 'event' is neither snapshot nor update");
        ref var version = ref versions[symbol];
        if (!isSnapshot && version is not null && book.LastId != version + 1)
            sink.OnNotice(new() { Kind = NoticeKind.MessagesLost, Symbol = symbol });
        version = book.LastId;
        var depth = book.ToDepth();
        depth.SnapshotLevels = isSnapshot ? HtxExchange.Depth : 0;
        if (isSnapshot)
            sink.OnSnapshot(depth);
        else
            sink.OnDiff(depth);
    }

    /// <summary>Reads the tick of a book, in which a side without a level may be missing or null.</summary>
    private void ReadTick(scoped ref FrameReader json, FieldMap map, ref FieldValues book)
    {
        book.Bids = "[]"u8;
        book.Asks = "[]"u8;
        map.Read(ref json, levels, ref book);
    }

    /// <summary>
    /// Reads <c>{"ping":1790950000123}</c>, <c>{"id":"7","status":"ok","subbed":"market.btcusdt.mbp.150","ts":…}</c>, or a rejected request with its
    /// <c>err-msg</c>.
    /// </summary>
    private void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        ReadOnlySpan<byte> status = default, message = default, ping = default;
        long? requestId = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("ping"u8))
                ReadPing(ref json, out ping);
            else if (name.SequenceEqual("id"u8) && !json.IsNext('n'))
                requestId = json.AnyInteger(out _);
            else if (name.SequenceEqual("status"u8))
                status = json.Text();
            else if (name.SequenceEqual("err-msg"u8) && json.IsNext('"'))
                message = json.HumanText();
            else
                json.Skip();
        json.ExpectEnd();
        var accepted = requestId is null ? NoticeKind.Ignored : NoticeKind.Acknowledged; // each of our requests has an id
        if (!ping.IsEmpty)
            sink.OnNotice(new() { Kind = NoticeKind.ReplyExpected, Text = ReplyTo(ping) });
        else if (status.SequenceEqual("ok"u8))
            sink.OnNotice(new() { Kind = accepted, RequestId = requestId });
        else if (status.SequenceEqual("error"u8))
            sink.OnNotice(new() { Kind = NoticeKind.Rejected, RequestId = requestId, Text = message });
        else
            throw json.Fault("The message has neither a topic nor a status");
    }

    private static void ReadPing(scoped ref FrameReader json, out ReadOnlySpan<byte> digits)
    {
        if (json.Integer(out digits) < 0)
            throw json.Fault("The ping is negative");
    }

    /// <summary>The reply to a ping: its number as <c>pong</c>.</summary>
    private ReadOnlySpan<byte> ReplyTo(ReadOnlySpan<byte> ping)
    {
        var head = "{\"pong\":"u8;
        head.CopyTo(reply);
        ping.CopyTo(reply.AsSpan(head.Length));
        reply[head.Length + ping.Length] = (byte)'}';
        return reply.AsSpan(0, head.Length + ping.Length + 1);
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        foreach (var other in OtherChannels)
            if (channel.StartsWith(other))
            {
                sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
                return;
            }

        throw json.Fault($"The topic '{Encoding.UTF8.GetString(topic)}' is unknown");
    }
}
