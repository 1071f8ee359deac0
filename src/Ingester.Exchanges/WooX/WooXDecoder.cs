using System.Buffers.Text;
using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Time;

namespace Ingester.Exchanges.WooX;

/// <summary>
/// Decodes the frames of WOO X v3: <c>{"topic":"trade@SPOT_BTC_USDT","ts":…,"data":{…}}</c>, or the response to a command.
/// https://developer.woox.io/api-reference/endpoint/websocket/Orderbook_update
/// </summary>
internal sealed class WooXDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "s", Field.Symbol }, { "ts", Field.Milliseconds }, { "px", Field.Price }, { "sx", Field.Size }, { "sd", Field.TakerSide },
    };

    private static readonly FieldMap Diff = new()
    {
        { "s", Field.Symbol }, { "prevTs", Field.PreviousId }, { "ts", Field.LastId }, { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    /// <summary>Topics that are not subscribed, by the beginning of their names.</summary>
    private static readonly byte[][] OtherTopics =
    [
        .. new[] { "orderbookupdate@", "orderbookupdaterpi@", "orderbook10@", "bbo@", "bborpi@", "ticker@", "kline@", "markprice@", "indexprice@", "estfundingrate@", "openinterest@" }
            .Select(Encoding.UTF8.GetBytes),
    ];

    private readonly LevelWriter levels = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        var json = new FrameReader(frame);
        var topic = json.Peek("topic"u8);
        if (topic.IsEmpty)
            ReadResponse(ref json, sink);
        else if (topic.StartsWith("trade@"u8))
            sink.OnTrade(ReadTrade(ref json));
        else if (topic.StartsWith("orderbookupdate@"u8) && topic.EndsWith("@50"u8))
            sink.OnDiff(ReadDiff(ref json));
        else
            Ignore(ref json, topic, sink);
    }

    /// <summary>Reads a trade. It has no id.</summary>
    private TradeEvent ReadTrade(ref FrameReader json)
    {
        var trade = new FieldValues();
        json.MoveTo("data"u8);
        Trade.Read(ref json, levels, ref trade);
        json.MoveToEnd();
        return trade.ToTrade();
    }

    /// <summary>
    /// Reads a diff: "check prevTs of each newly processed update is the same as the ts of the previous update" (step 5 of the vendor's page). The times are those at which the
    /// book was made, in milliseconds.
    /// </summary>
    private DepthEvent ReadDiff(ref FrameReader json)
    {
        var diff = new FieldValues();
        json.MoveTo("data"u8);
        Diff.Read(ref json, levels, ref diff);
        json.MoveToEnd();
        var (previous, last) = (diff.PreviousId.GetValueOrDefault(), diff.LastId.GetValueOrDefault());
        if (last <= previous)
            throw json.Fault($"The diff of {last} follows one of {previous}");
        if (last is < 0 or > Micros.Max / 1_000)
            throw json.Fault("The time is not between 1970 and 9999");
        var depth = diff.ToDepth();
        depth.Range = new(previous, last);
        depth.Micros = last * 1_000;
        return depth;
    }

    /// <summary>
    /// Reads <c>{"id":"7","cmd":"SUBSCRIBE","success":true,"time":…,"data":["trade@SPOT_BTC_USDT"]}</c>, which names the topics that were accepted;
    /// <c>{"id":"7","cmd":"ERROR","success":false,"time":…,"data":"Command type invalid!"}</c>; or <c>{"cmd":"PONG","success":true,"time":…}</c>.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        var notice = new Notice();
        bool? accepted = null;
        ReadOnlySpan<byte> command = default;
        FrameReader topics = default;
        var count = 0;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8) && json.IsNext('"'))
                notice.RequestId = ReadId(ref json);
            else if (name.SequenceEqual("cmd"u8))
                command = json.Text();
            else if (name.SequenceEqual("success"u8))
                accepted = json.Flag();
            else if (name.SequenceEqual("data"u8) && json.IsNext('"'))
                notice.Text = json.HumanText();
            else if (name.SequenceEqual("data"u8) && json.IsNext('['))
                count = CountTopics(ref json, out topics);
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(accepted is not null, "success");
        if (command.SequenceEqual("SUBSCRIBE"u8) && accepted == true && count > 0)
        {
            EmitTopics(topics, notice.RequestId, sink);
            return;
        }

        if (command.SequenceEqual("PONG"u8))
            notice.Kind = NoticeKind.Heartbeat;
        else if (command.SequenceEqual("SUBSCRIBE"u8) || command.SequenceEqual("ERROR"u8))
            notice.Kind = NoticeKind.Rejected; // a topic that the exchange does not know is accepted, but not listed
        else if (command.SequenceEqual("UNSUBSCRIBE"u8))
            notice.Kind = accepted == true ? NoticeKind.Acknowledged : NoticeKind.Rejected;
        else
            throw json.Fault($"The command '{Encoding.UTF8.GetString(command)}' is unknown");
        sink.OnNotice(notice);
    }

    /// <summary>Reads the id of a request; the exchange returns other texts to requests that it cannot read.</summary>
    private static long? ReadId(scoped ref FrameReader json)
    {
        var text = json.HumanText();
        return Utf8Parser.TryParse(text, out long id, out var used) && used == text.Length ? id : null;
    }

    /// <summary>Reads a list of topics such as <c>orderbookupdate@SPOT_BTC_USDT@50</c>; each names a symbol.</summary>
    private static int CountTopics(scoped ref FrameReader json, out FrameReader topics)
    {
        topics = json;
        var count = 0;
        json.Array();
        while (json.Element())
        {
            var topic = json.Text();
            var at = topic.IndexOf((byte)'@');
            if (at <= 0 || at == topic.Length - 1 || topic[at + 1] == '@')
                throw json.Fault($"The topic '{Encoding.UTF8.GetString(topic)}' names no symbol");
            count++;
        }

        return count;
    }

    private static void EmitTopics(FrameReader json, long? requestId, IEventSink sink)
    {
        var notice = new Notice { Kind = NoticeKind.Acknowledged, RequestId = requestId };
        json.Array();
        while (json.Element())
        {
            var topic = json.Text();
            var at = topic.IndexOf((byte)'@');
            notice.Channel = topic[..at];
            notice.Symbol = topic[(at + 1)..];
            if (notice.Symbol.IndexOf((byte)'@') is >= 0 and var end)
                notice.Symbol = notice.Symbol[..end];
            sink.OnNotice(notice);
        }
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

        throw json.Fault($"The topic '{Encoding.UTF8.GetString(topic)}' is unknown");
    }
}
