using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.KrakenFutures;

/// <summary>Reads the answers of Kraken Futures, which name the streams by feed and product, and carry no request id.</summary>
internal static class KrakenFuturesEvent
{
    /// <summary>
    /// Reads <c>{"event":"subscribed","feed":"trade","product_ids":["PI_XBTUSD"]}</c>, <c>{"event":"error","message":"Invalid product id"}</c>, and others.
    /// </summary>
    public static void Read(ref FrameReader json, ReadOnlySpan<byte> name, IEventSink sink)
    {
        var notice = new Notice { Kind = KindOf(json, name) };
        var products = json;
        var count = 0;
        json.Object();
        while (json.Property(out var field))
            if (field.SequenceEqual("feed"u8))
                notice.Channel = json.Text();
            else if (field.SequenceEqual("message"u8))
                notice.Text = json.HumanText();
            else if (field.SequenceEqual("product_ids"u8))
            {
                products = json;
                json.Array();
                for (count = 0; json.Element(); count++)
                    json.Text();
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        if (count == 0 || notice.Kind == NoticeKind.Ignored)
        {
            if (notice.Kind == NoticeKind.Acknowledged)
                notice.Kind = NoticeKind.Ignored; // a feed without products
            sink.OnNotice(notice);
            return;
        }

        products.Array();
        while (products.Element())
        {
            notice.Symbol = products.Text();
            sink.OnNotice(notice);
        }
    }

    /// <summary>
    /// The kind of an event. The answer to an unsubscription changes nothing; an alert says that a subscription existed already, and the exchange repeats it.
    /// </summary>
    private static NoticeKind KindOf(in FrameReader json, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("subscribed"u8))
            return NoticeKind.Acknowledged;
        if (name.SequenceEqual("subscribed_failed"u8) || name.SequenceEqual("error"u8))
            return NoticeKind.Rejected;
        if (name.SequenceEqual("pong"u8))
            return NoticeKind.Heartbeat;
        return name.SequenceEqual("info"u8) || name.SequenceEqual("alert"u8) || name.StartsWith("unsubscribed"u8)
            ? NoticeKind.Ignored
            : throw json.Fault($"The event '{Encoding.UTF8.GetString(name)}' is unknown");
    }
}
