using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Kraken;

/// <summary>
/// Reads Kraken's responses to requests. One request names many symbols, and each symbol gets its own response. A response that names its symbol
/// therefore applies to that stream only, and its request id is ignored.
/// </summary>
internal static class KrakenResponse
{
    /// <summary>
    /// Reads <c>{"method":"subscribe","result":{"channel":"trade","symbol":"BTC/USD"},"success":true}</c>,
    /// <c>{"method":"subscribe","success":false,"error":"…","symbol":"FOO/BAR"}</c> and pongs. A repeated subscription is rejected with <c>Already
    /// subscribed</c>, which confirms the subscription.
    /// </summary>
    public static void Read(ref FrameReader json, IEventSink sink)
    {
        var notice = new Notice { Kind = NoticeKind.Ignored };
        bool known = false, subscribes = false, leaves = false, failed = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("method"u8))
            {
                var method = json.HumanText();
                (known, subscribes, leaves) = (true, method.SequenceEqual("subscribe"u8), method.SequenceEqual("unsubscribe"u8));
            }
            else if (name.SequenceEqual("success"u8))
                failed |= !json.Flag();
            else if (name.SequenceEqual("error"u8) && json.IsNext('"'))
                notice.Text = json.HumanText();
            else if (name.SequenceEqual("req_id"u8))
                notice.RequestId = json.Integer();
            else if (name.SequenceEqual("symbol"u8))
                notice.Symbol = json.Text();
            else if (name.SequenceEqual("result"u8) && json.IsNext('{'))
                ReadResult(ref json, ref notice);
            else
                json.Skip();
        json.ExpectEnd();
        failed |= !notice.Text.IsEmpty;
        if (!known && !failed)
            throw json.Fault("The message is of an unknown type: neither a channel nor an answer");
        if (failed && subscribes && notice.Text.StartsWith("Already subscribed"u8))
            notice.Kind = NoticeKind.Acknowledged;
        else if (failed && !leaves) // an unsubscribe that fails means that the stream is not subscribed, as intended
            notice.Kind = NoticeKind.Rejected;
        else if (subscribes && !notice.Symbol.IsEmpty && !notice.Channel.IsEmpty)
            notice.Kind = NoticeKind.Acknowledged;
        if (!notice.Symbol.IsEmpty)
            notice.RequestId = null;
        sink.OnNotice(notice);
    }

    private static void ReadResult(ref FrameReader json, ref Notice notice)
    {
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("channel"u8))
                notice.Channel = json.Text();
            else if (name.SequenceEqual("symbol"u8))
                notice.Symbol = json.Text();
            else
                json.Skip();
    }
}
