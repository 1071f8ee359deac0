using System.Buffers.Text;
using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Kucoin;

/// <summary>
/// Decodes the frames of KuCoin: messages with a <c>topic</c> and <c>data</c>, and responses with a <c>type</c>.
/// https://www.kucoin.com/docs/websocket/spot-trading/public-channels/match-execution-data and …/level2-market-data
/// </summary>
internal sealed class KucoinDecoder : IFrameDecoder
{
    private static readonly FieldMap Match = new()
    {
        { "symbol", Field.Symbol }, { "sequence", Field.Sequence }, { "time", Field.Nanoseconds }, { "price", Field.Price }, { "size", Field.Size },
        { "side", Field.TakerSide },
    };

    /// <summary>Levels are <c>[price, size, sequence]</c>. "If the price is 0, ignore the messages and update the sequence."</summary>
    private static readonly FieldMap Changes = new(LevelFormat.ArraysWithoutZeroPrices) { { "bids", Field.Bids }, { "asks", Field.Asks } };

    private readonly LevelWriter levels = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        var json = new FrameReader(frame);
        var topic = json.Peek("topic"u8);
        if (topic.IsEmpty)
            ReadResponse(ref json, sink);
        else if (topic.StartsWith("/market/level2:"u8))
            ReadDiff(ref json, sink);
        else if (topic.StartsWith("/market/match:"u8))
            ReadMatch(ref json, sink);
        else
            Ignore(ref json, topic, sink);
    }

    /// <summary>Reads a trade. Its <c>sequence</c> names it: <c>tradeId</c> is a hexadecimal text for some markets, and REST does not have it.</summary>
    private void ReadMatch(ref FrameReader json, IEventSink sink)
    {
        var trade = new FieldValues();
        var hasData = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("data"u8))
            {
                Match.Read(ref json, levels, ref trade);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasData, "data");
        sink.OnTrade(trade.ToTrade());
    }

    /// <summary>
    /// Reads a diff. It holds <c>sequenceStart</c>..<c>sequenceEnd</c>, and the next one starts at <c>sequenceEnd + 1</c>, also when it has no level. Before 2022
    /// it had no <c>time</c>.
    /// </summary>
    private void ReadDiff(ref FrameReader json, IEventSink sink)
    {
        var diff = new FieldValues();
        var hasData = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("data"u8))
            {
                diff = default;
                ReadDiffData(ref json, ref diff);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasData, "data");
        var depth = diff.ToDepth();
        depth.Range = SequenceRange.Between(diff.FirstId.GetValueOrDefault(), diff.LastId.GetValueOrDefault());
        sink.OnDiff(depth);
    }

    private void ReadDiffData(ref FrameReader json, ref FieldValues diff)
    {
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("changes"u8))
                Changes.Read(ref json, levels, ref diff);
            else if (name.SequenceEqual("symbol"u8))
                diff.Symbol = json.Text();
            else if (name.SequenceEqual("sequenceStart"u8))
                diff.FirstId = json.AnyInteger(out _);
            else if (name.SequenceEqual("sequenceEnd"u8))
                diff.LastId = json.AnyInteger(out _);
            else if (name.SequenceEqual("time"u8))
                diff.Micros = json.TimeAsMicros(digitsToMicros: 3);
            else
                json.Skip();
        json.Require(!diff.Symbol.IsEmpty, "symbol");
        json.Require(diff.FirstId is not null, "sequenceStart");
        json.Require(diff.LastId is not null, "sequenceEnd");
        json.Require(!diff.Bids.IsEmpty, "changes");
        if (diff.LastId < diff.FirstId)
            throw json.Fault($"The diff ends at {diff.LastId}, before it starts at {diff.FirstId}");
    }

    /// <summary>Reads <c>{"id":"7","type":"ack"}</c>, <c>{"id":"7","type":"error","code":404,"data":"…"}</c>, <c>welcome</c> and <c>pong</c>.</summary>
    private static void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        ReadOnlySpan<byte> type = default, text = default;
        long? requestId = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("type"u8))
                type = json.Text();
            else if (name.SequenceEqual("id"u8) && json.IsNext('"'))
                requestId = ParseRequestId(json.HumanText());
            else if (name.SequenceEqual("data"u8) && json.IsNext('"'))
                text = json.HumanText();
            else
                json.Skip();
        json.ExpectEnd();
        if (type.SequenceEqual("welcome"u8) || type.SequenceEqual("pong"u8))
            sink.OnNotice(new() { Kind = NoticeKind.Heartbeat });
        else if (type.SequenceEqual("ack"u8))
            sink.OnNotice(new() { Kind = requestId is null ? NoticeKind.Ignored : NoticeKind.Acknowledged, RequestId = requestId }); // only our ids are numbers
        else if (type.SequenceEqual("error"u8))
            sink.OnNotice(new() { Kind = NoticeKind.Rejected, RequestId = requestId, Text = text });
        else
            throw json.Fault(type.IsEmpty ? "The message has neither a topic nor a type" : $"The message is of an unknown type: '{Encoding.UTF8.GetString(type)}'");
    }

    private static long? ParseRequestId(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long id, out var used) && used == text.Length ? id : null;

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> topic, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        var channel = topic[..Math.Max(topic.IndexOf((byte)':'), 0)];
        if (!IsNotSubscribed(channel))
            throw json.Fault($"The topic '{Encoding.UTF8.GetString(topic)}' is unknown");
        sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
    }

    /// <summary>True for the public channels that are not recorded: tickers, candles, the best levels, index prices.</summary>
    private static bool IsNotSubscribed(ReadOnlySpan<byte> channel) =>
        channel.SequenceEqual("/market/ticker"u8) || channel.SequenceEqual("/market/snapshot"u8) || channel.SequenceEqual("/market/candles"u8)
        || channel.StartsWith("/spotMarket/level"u8) || channel.StartsWith("/indicator/"u8) || channel.StartsWith("/margin/"u8)
        || channel.StartsWith("/callauction/"u8);
}
