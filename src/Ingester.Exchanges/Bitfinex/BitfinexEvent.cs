using System.Collections.Concurrent;
using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Bitfinex;

/// <summary>Reads the events of Bitfinex: answers, and announcements of the exchange. They have no counter.</summary>
internal static class BitfinexEvent
{
    private const int AlreadySubscribed = 10301;
    private const int UnsubscribeFailed = 10400;
    private const int NotSubscribed = 10401;
    private const int ServerRestarts = 20051;
    private const int MaintenanceEnded = 20061; // the exchange advises to subscribe all channels again

    /// <summary>Reads <c>{"event":"subscribed","channel":"trades","chanId":17,"symbol":"tBTCUSD","pair":"BTCUSD"}</c> and others.</summary>
    /// <param name="json">Before the event.</param>
    /// <param name="channels">The channels of the connection; an answer to a subscription adds one.</param>
    /// <param name="sink">Receives a notice.</param>
    public static void Read(ref FrameReader json, ConcurrentDictionary<long, BitfinexChannel> channels, IEventSink sink)
    {
        var name = json.Peek("event"u8);
        var notice = new Notice();
        ReadOnlySpan<byte> precision = default, status = default;
        long channelId = -1, code = 0, length = 0;
        json.Object();
        while (json.Property(out var field))
            if (field.SequenceEqual("channel"u8))
                notice.Channel = json.Text();
            else if (field.SequenceEqual("symbol"u8))
                notice.Symbol = json.Text();
            else if (field.SequenceEqual("msg"u8))
                notice.Text = json.HumanText();
            else if (field.SequenceEqual("prec"u8))
                precision = json.HumanText();
            else if (field.SequenceEqual("status"u8) && json.IsNext('"'))
                status = json.HumanText();
            else if (field.SequenceEqual("chanId"u8))
                channelId = json.AnyInteger(out _);
            else if (field.SequenceEqual("code"u8))
                code = json.AnyInteger(out _);
            else if (field.SequenceEqual("len"u8))
                length = json.AnyInteger(out _);
            else if (field.SequenceEqual("ts"u8))
                notice.Micros = json.MillisAsMicros();
            else
                json.Skip();
        json.ExpectEnd();
        notice.Kind = KindOf(json, name, code);
        if (name.SequenceEqual("conf"u8) && !status.SequenceEqual("OK"u8))
            throw json.Fault("The exchange does not count the frames of this connection");
        if (name.SequenceEqual("subscribed"u8))
        {
            json.Require(channelId >= 0, "chanId");
            json.Require(!notice.Channel.IsEmpty, "channel");
            Register(json, channels, channelId, notice, precision.StartsWith("R"u8) ? -1 : (int)Math.Clamp(length, 0, int.MaxValue));
        }
        else if (name.SequenceEqual("unsubscribed"u8) && channels.TryGetValue(channelId, out var channel))
        {
            channel.IsSubscribed = false;
        }

        sink.OnNotice(notice);
    }

    private static NoticeKind KindOf(in FrameReader json, ReadOnlySpan<byte> name, long code)
    {
        if (name.SequenceEqual("subscribed"u8))
            return NoticeKind.Acknowledged;
        if (name.SequenceEqual("error"u8))
            return code switch
            {
                AlreadySubscribed => NoticeKind.Acknowledged,
                UnsubscribeFailed or NotSubscribed => NoticeKind.Ignored, // the stream is not subscribed, as intended
                _ => NoticeKind.Rejected,
            };
        if (name.SequenceEqual("info"u8))
            return code is ServerRestarts or MaintenanceEnded ? NoticeKind.ClosingSoon : NoticeKind.Ignored;
        if (name.SequenceEqual("pong"u8))
            return NoticeKind.Heartbeat;
        return name.SequenceEqual("unsubscribed"u8) || name.SequenceEqual("conf"u8)
            ? NoticeKind.Ignored
            : throw json.Fault(name.IsEmpty ? "The message has no event" : $"The event '{Encoding.UTF8.GetString(name)}' is unknown");
    }

    /// <summary>Remembers what a channel carries. The exchange may repeat an answer, which allocates nothing.</summary>
    private static void Register(in FrameReader json, ConcurrentDictionary<long, BitfinexChannel> channels, long id, in Notice notice, int levels)
    {
        var content = notice.Channel.SequenceEqual("trades"u8) ? BitfinexContent.Trades
            : notice.Channel.SequenceEqual("book"u8) && levels >= 0 ? BitfinexContent.Book
            : BitfinexContent.Other;
        json.Require(content == BitfinexContent.Other || !notice.Symbol.IsEmpty, "symbol");
        if (channels.TryGetValue(id, out var known) && known.Is(content, notice.Channel, notice.Symbol, levels))
            known.IsSubscribed = true;
        else
            channels[id] = new(content, notice.Channel.ToArray(), notice.Symbol.ToArray(), levels);
    }
}
