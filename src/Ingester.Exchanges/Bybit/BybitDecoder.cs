using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Bybit;

/// <summary>
/// Decodes the frames of Bybit v5: a <c>topic</c> with its <c>type</c> and <c>data</c>, or the response to an <c>op</c>.
/// https://bybit-exchange.github.io/docs/v5/websocket/public/trade and …/orderbook
/// </summary>
/// <param name="tradeIds">Whether trade ids are numbers that order the trades of a market.</param>
internal sealed class BybitDecoder(bool tradeIds) : IFrameDecoder
{
    private static readonly FieldMap NumberedTrade = Trade(Field.Sequence);
    private static readonly FieldMap NamedTrade = Trade(Field.Id);
    private static readonly FieldMap Book = new() { { "s", Field.Symbol }, { "b", Field.Bids }, { "a", Field.Asks }, { "u", Field.LastId } };

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var topic = json.Peek("topic"u8);
        if (topic.IsEmpty)
            ReadResponse(ref json, sink);
        else if (topic.StartsWith("publicTrade."u8))
            ReadTrades(ref json, frame, sink);
        else if (topic.StartsWith("orderbook."u8))
            ReadBook(ref json, topic, sink);
        else
            Ignore(ref json, topic, sink);
    }

    private static FieldMap Trade(Field id) => new()
    {
        { "s", Field.Symbol }, { "i", id }, { "T", Field.Milliseconds }, { "p", Field.Price }, { "v", Field.Size }, { "S", Field.TakerSide },
    };

    /// <summary>Reads trades, oldest first. Their <c>type</c> is always <c>snapshot</c>, although they are live.</summary>
    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var hasData = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("data"u8))
            {
                ReadTradeList(ref json, frame);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasData, "data");
        trades.Emit(frame, sink);
    }

    private void ReadTradeList(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues();
            (tradeIds ? NumberedTrade : NamedTrade).Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }
    }

    /// <summary>
    /// Reads a snapshot or a diff. The update id <c>u</c> increases by one per symbol and depth; "occasionally, you'll receive <c>u</c>=1, which is a snapshot data
    /// due to the restart of the service". The time is <c>ts</c>, when the message was generated; <c>cts</c>, the time of the last match in the book, is old in the
    /// snapshot of a quiet market, and older frames lack it.
    /// </summary>
    private void ReadBook(ref FrameReader json, ReadOnlySpan<byte> topic, IEventSink sink)
    {
        var type = json.Peek("type"u8);
        var book = new FieldValues();
        var hasData = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("data"u8))
            {
                Book.Read(ref json, levels, ref book);
                hasData = true;
            }
            else if (name.SequenceEqual("ts"u8))
            {
                book.Micros = json.TimeAsMicros(digitsToMicros: 3);
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasData, "data");
        json.Require(book.Micros is not null, "ts");
        var depth = book.ToDepth();
        depth.Range = SequenceRange.One(book.LastId.GetValueOrDefault());
        if (type.SequenceEqual("delta"u8))
        {
            sink.OnDiff(depth);
            return;
        }

        if (!type.SequenceEqual("snapshot"u8))
            throw json.Fault("The 'type' is neither snapshot nor delta");
        depth.SnapshotLevels = LevelsOf(topic);
        sink.OnSnapshot(depth);
    }

    /// <summary>The depth in a topic such as <c>orderbook.200.BTCUSDT</c>.</summary>
    private static int LevelsOf(ReadOnlySpan<byte> topic)
    {
        var rest = topic["orderbook.".Length..];
        return System.Buffers.Text.Utf8Parser.TryParse(rest, out int depth, out _) ? depth : 0;
    }

    /// <summary>Reads <c>{"success":true,"ret_msg":"…","req_id":"7","op":"subscribe"}</c>, or a pong.</summary>
    private static void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        bool? success = null;
        ReadOnlySpan<byte> op = default, message = default;
        long? requestId = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("op"u8))
                op = json.Text();
            else if (name.SequenceEqual("success"u8))
                success = json.Flag();
            else if (name.SequenceEqual("ret_msg"u8))
                message = json.HumanText();
            else if (name.SequenceEqual("req_id"u8))
                requestId = System.Buffers.Text.Utf8Parser.TryParse(json.HumanText(), out long id, out _) ? id : null;
            else
                json.Skip();
        json.ExpectEnd();
        if (op.SequenceEqual("ping"u8) || op.SequenceEqual("pong"u8))
            sink.OnNotice(new() { Kind = NoticeKind.Heartbeat });
        else if (success is { } accepted && !op.IsEmpty)
            sink.OnNotice(new() { Kind = accepted ? NoticeKind.Acknowledged : NoticeKind.Rejected, RequestId = requestId, Text = accepted ? default : message });
        else
            throw json.Fault("The message has neither a topic nor an op");
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> topic, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        if (topic.StartsWith("tickers."u8) || topic.StartsWith("kline."u8) || topic.StartsWith("liquidation."u8) || topic.StartsWith("allLiquidation."u8))
            sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = topic });
        else
            throw json.Fault($"The topic '{Encoding.UTF8.GetString(topic)}' is unknown");
    }
}
