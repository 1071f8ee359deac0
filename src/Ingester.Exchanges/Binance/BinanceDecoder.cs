using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Decodes the frames of the Binance family: combined (<c>{"stream","data"}</c>) and raw events, responses to requests, notices. The stream's name
/// takes precedence over the event's name: <c>@depth20</c> also says <c>depthUpdate</c>, but is another channel.
/// </summary>
/// <param name="readDepth">Reads a diff.</param>
/// <param name="shortcut">The fast path, which is tried first; null decodes every frame by the general path.</param>
internal sealed class BinanceDecoder(BinanceDepthReader readDepth, BinanceFastPath? shortcut = null) : IFrameDecoder
{
    private const int TickerFields = 0b111111; // one bit for each of u, s, b, B, a, A

    private readonly BinanceLevelBuffers scratch = new();
    private readonly byte[] symbol = new byte[MaxSymbolLength];

    private const int MaxSymbolLength = 128; // in a response that lists streams; a longer symbol is not one of ours

    private enum MessageForm : byte
    {
        Unknown,
        NotSubscribed,
        CombinedStream,
        Event,
        Response,
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        if (shortcut?.TryDecode(frame, sink) == true)
            return;
        scratch.Clear();
        var json = new FrameReader(frame);
        switch (DetectForm(json))
        {
            case MessageForm.CombinedStream: ReadCombined(ref json, sink); break;
            case MessageForm.Event: ReadRaw(ref json, sink); break;
            case MessageForm.Response: ReadResponse(ref json, sink); break;
            case MessageForm.NotSubscribed:
                json.Skip();
                json.ExpectEnd();
                EmitIgnored(sink, channel: default);
                break;
            default:
                json.Skip();
                json.ExpectEnd();
                throw json.Fault("The message is of an unknown type: neither a stream, an event nor an answer");
        }
    }

    /// <summary>
    /// The form of the message, by the first property that identifies it. Spot's raw <c>bookTicker</c> has no event name and is identified by its
    /// fields.
    /// </summary>
    private static MessageForm DetectForm(FrameReader ahead)
    {
        var ticker = 0;
        ahead.Object();
        while (ahead.Property(out var name))
        {
            if (name.SequenceEqual("stream"u8) || name.SequenceEqual("data"u8))
                return MessageForm.CombinedStream;
            if (name.SequenceEqual("e"u8))
                return MessageForm.Event;
            if (name.SequenceEqual("result"u8) || name.SequenceEqual("error"u8) || name.SequenceEqual("id"u8)
                || name.SequenceEqual("code"u8) || name.SequenceEqual("msg"u8))
                return MessageForm.Response;
            if (name.SequenceEqual("lastUpdateId"u8))
                return MessageForm.NotSubscribed; // a partial depth stream, which is not subscribed
            if (name.Length == 1)
                ticker |= (1 << "usbBaA"u8.IndexOf(name[0])) & TickerFields;
            ahead.Skip();
        }

        return ticker == TickerFields ? MessageForm.NotSubscribed : MessageForm.Unknown;
    }

    private void ReadCombined(ref FrameReader json, IEventSink sink)
    {
        ReadOnlySpan<byte> channel = default;
        var read = new BinanceEvent();
        bool hasStream = false, hasData = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("stream"u8))
            {
                var stream = json.Text();
                channel = stream[(stream.IndexOf((byte)'@') + 1)..];
                hasStream = true;
            }
            else if (name.SequenceEqual("data"u8))
            {
                read = default;
                ReadData(ref json, asked: !hasStream || KindOfChannel(channel) != BinanceEventKind.Unasked, ref read);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasStream, "stream");
        json.Require(hasData, "data");
        var kind = KindOfChannel(channel);
        if (read.Kind == BinanceEventKind.ServerShutdown)
            Emit(read, sink);
        else if (kind == BinanceEventKind.Unasked)
            EmitIgnored(sink, channel);
        else if (kind == read.Kind)
            Emit(read, sink);
        else
            throw json.Fault($"The stream carries an event of another kind: {kind} was expected, not {read.Kind}");
    }

    private void ReadRaw(ref FrameReader json, IEventSink sink)
    {
        var read = new BinanceEvent();
        ReadData(ref json, asked: true, ref read);
        json.ExpectEnd();
        if (read.Kind == BinanceEventKind.Unknown)
            throw json.Fault($"The event is of an unknown type: '{System.Text.Encoding.UTF8.GetString(read.Name)}'");
        Emit(read, sink);
    }

    /// <summary>Reads an event. Of a channel that is not subscribed, only the name is read.</summary>
    private void ReadData(ref FrameReader json, bool asked, ref BinanceEvent read)
    {
        if (json.IsNext('{'))
            read.Name = json.Peek("e"u8);
        read.Kind = BinanceEventReader.KindOf(read.Name);
        if (read.Kind == BinanceEventKind.ServerShutdown)
            ReadServerShutdown(ref json, ref read);
        else if (asked && read.Kind == BinanceEventKind.Depth)
            readDepth(ref json, scratch, ref read.Depth);
        else if (asked && read.Kind is BinanceEventKind.Trade or BinanceEventKind.AggTrade)
            BinanceEventReader.ReadTrade(ref json, read.Kind == BinanceEventKind.AggTrade, ref read.Trade);
        else
            json.Skip();
    }

    private static void ReadServerShutdown(ref FrameReader json, ref BinanceEvent read)
    {
        json.Object();
        while (json.Property(out var name))
            if (name is [(byte)'E'])
                read.Micros = json.MillisAsMicros();
            else
                json.Skip();
    }

    /// <summary>
    /// Reads <c>{"result":null,"id":1}</c>, <c>{"result":["btcusdt@trade"],"id":1}</c>, <c>{"error":{"code":2,"msg":"…"},"id":1}</c> and
    /// <c>{"code":2,"msg":"…"}</c>.
    /// </summary>
    private void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        var notice = new Notice { Kind = NoticeKind.Ignored };
        var list = json;
        var listed = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8))
                notice.RequestId = ReadRequestId(ref json);
            else if (name.SequenceEqual("error"u8))
                ReadError(ref json, ref notice);
            else if (name.SequenceEqual("msg"u8))
                SetRejected(json.HumanText(), ref notice);
            else if (name.SequenceEqual("result"u8) && json.IsNext('['))
            {
                list = json;
                listed = true;
                json.Skip();
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        if (notice is { Kind: NoticeKind.Ignored, RequestId: not null })
            notice.Kind = NoticeKind.Acknowledged; // our request ids are numbers; a response to any other id is ignored
        if (listed && notice.Kind == NoticeKind.Acknowledged)
            ReadSubscriptions(list, notice.RequestId, sink);
        sink.OnNotice(notice);
    }

    /// <summary>Reads stream names such as <c>btcusdt@depth@100ms</c>: the symbol in lower case, and the channel.</summary>
    private void ReadSubscriptions(FrameReader json, long? requestId, IEventSink sink)
    {
        json.Array();
        while (json.Element())
        {
            if (!json.IsNext('"'))
            {
                json.Skip();
                continue;
            }

            var stream = json.HumanText();
            var cut = stream.IndexOf((byte)'@');
            if (cut < 0 || cut > symbol.Length)
                continue;
            for (var i = 0; i < cut; i++)
                symbol[i] = stream[i] is >= (byte)'a' and <= (byte)'z' ? (byte)(stream[i] - 32) : stream[i];
            sink.OnNotice(new() { Kind = NoticeKind.SubscriptionListed, RequestId = requestId, Symbol = symbol.AsSpan(0, cut), Channel = stream[(cut + 1)..] });
        }
    }

    private static long? ReadRequestId(ref FrameReader json)
    {
        if (json.IsNext('n') || json.IsNext('"'))
        {
            json.Skip();
            return null;
        }

        return json.Integer();
    }

    private static void ReadError(ref FrameReader json, ref Notice notice)
    {
        notice.Kind = NoticeKind.Rejected;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("msg"u8))
                SetRejected(json.HumanText(), ref notice);
            else
                json.Skip();
    }

    private static void SetRejected(ReadOnlySpan<byte> text, ref Notice notice)
    {
        notice.Kind = NoticeKind.Rejected;
        notice.Text = text;
    }

    private static void Emit(in BinanceEvent read, IEventSink sink)
    {
        switch (read.Kind)
        {
            case BinanceEventKind.Trade or BinanceEventKind.AggTrade: sink.OnTrade(read.Trade); break;
            case BinanceEventKind.Depth: sink.OnDiff(read.Depth); break;
            case BinanceEventKind.ServerShutdown: sink.OnNotice(new() { Kind = NoticeKind.ClosingSoon, Micros = read.Micros }); break;
            default: EmitIgnored(sink, read.Name); break;
        }
    }

    private static void EmitIgnored(IEventSink sink, ReadOnlySpan<byte> channel) => sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });

    /// <summary>The kind of event that a channel (the part after <c>@</c>) carries.</summary>
    private static BinanceEventKind KindOfChannel(ReadOnlySpan<byte> channel) =>
        channel.SequenceEqual("trade"u8) ? BinanceEventKind.Trade
        : channel.SequenceEqual("aggTrade"u8) ? BinanceEventKind.AggTrade
        : channel.SequenceEqual("depth"u8) || channel.StartsWith("depth@"u8) ? BinanceEventKind.Depth
        : BinanceEventKind.Unasked;
}
