using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Binance;

/// <summary>Reads the <c>depthUpdate</c> of one exchange of the family.</summary>
internal delegate void BinanceDepthReader(ref FrameReader json, BinanceScratch scratch, ref DepthEvent depth);

/// <summary>
/// Decodes the frames of the Binance family: combined (<c>{"stream","data"}</c>) and raw events, responses to requests, notices. The stream's name
/// takes precedence over the event's name: <c>@depth20</c> also says <c>depthUpdate</c>, but is another channel.
/// </summary>
/// <param name="readDepth">Reads a diff.</param>
/// <param name="shortcut">The fast path, which is tried first; null decodes every frame by the general path.</param>
internal sealed class BinanceDecoder(BinanceDepthReader readDepth, BinanceShortcut? shortcut = null) : IFrameDecoder
{
    private const int TickerFields = 0b111111; // one bit for each of u, s, b, B, a, A

    private readonly BinanceScratch scratch = new();
    private readonly byte[] symbol = new byte[LongestSymbol];

    private const int LongestSymbol = 128; // in a response that lists streams; a longer symbol is not one of ours

    private enum Form : byte
    {
        Unknown,
        Unasked,
        Combined,
        Event,
        Answer,
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        if (shortcut?.TryDecode(frame, sink) == true)
            return;
        scratch.Clear();
        var json = new FrameReader(frame);
        switch (FormOf(json))
        {
            case Form.Combined: Combined(ref json, sink); break;
            case Form.Event: Raw(ref json, sink); break;
            case Form.Answer: Answer(ref json, sink); break;
            case Form.Unasked:
                json.Skip();
                json.End();
                Ignore(sink, channel: default);
                break;
            default:
                json.Skip();
                json.End();
                throw json.Fault("The message is of an unknown type: neither a stream, an event nor an answer");
        }
    }

    /// <summary>
    /// The form of the message, by the first property that identifies it. Spot's raw <c>bookTicker</c> has no event name and is identified by its
    /// fields.
    /// </summary>
    private static Form FormOf(FrameReader ahead)
    {
        var ticker = 0;
        ahead.Object();
        while (ahead.Property(out var name))
        {
            if (name.SequenceEqual("stream"u8) || name.SequenceEqual("data"u8))
                return Form.Combined;
            if (name.SequenceEqual("e"u8))
                return Form.Event;
            if (name.SequenceEqual("result"u8) || name.SequenceEqual("error"u8) || name.SequenceEqual("id"u8)
                || name.SequenceEqual("code"u8) || name.SequenceEqual("msg"u8))
                return Form.Answer;
            if (name.SequenceEqual("lastUpdateId"u8))
                return Form.Unasked; // a partial depth stream, which is not subscribed
            if (name.Length == 1)
                ticker |= (1 << "usbBaA"u8.IndexOf(name[0])) & TickerFields;
            ahead.Skip();
        }

        return ticker == TickerFields ? Form.Unasked : Form.Unknown;
    }

    private void Combined(ref FrameReader json, IEventSink sink)
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
                Data(ref json, asked: !hasStream || KindOf(channel) != BinanceKind.Unasked, ref read);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.End();
        json.Require(hasStream, "stream");
        json.Require(hasData, "data");
        var kind = KindOf(channel);
        if (read.Kind == BinanceKind.Closing)
            Emit(read, sink);
        else if (kind == BinanceKind.Unasked)
            Ignore(sink, channel);
        else if (kind == read.Kind)
            Emit(read, sink);
        else
            throw json.Fault($"The stream carries an event of another kind: {kind} was expected, not {read.Kind}");
    }

    private void Raw(ref FrameReader json, IEventSink sink)
    {
        var read = new BinanceEvent();
        Data(ref json, asked: true, ref read);
        json.End();
        if (read.Kind == BinanceKind.Unknown)
            throw json.Fault($"The event is of an unknown type: '{System.Text.Encoding.UTF8.GetString(read.Name)}'");
        Emit(read, sink);
    }

    /// <summary>Reads an event. Of a channel that is not subscribed, only the name is read.</summary>
    private void Data(ref FrameReader json, bool asked, ref BinanceEvent read)
    {
        if (json.IsNext('{'))
            read.Name = json.Peek("e"u8);
        read.Kind = BinanceEvents.KindOf(read.Name);
        if (read.Kind == BinanceKind.Closing)
            Closing(ref json, ref read);
        else if (asked && read.Kind == BinanceKind.Depth)
            readDepth(ref json, scratch, ref read.Depth);
        else if (asked && read.Kind is BinanceKind.Trade or BinanceKind.AggTrade)
            BinanceEvents.ReadTrade(ref json, read.Kind == BinanceKind.AggTrade, ref read.Trade);
        else
            json.Skip();
    }

    private static void Closing(ref FrameReader json, ref BinanceEvent read)
    {
        json.Object();
        while (json.Property(out var name))
            if (name is [(byte)'E'])
                read.Micros = json.Millis();
            else
                json.Skip();
    }

    /// <summary>
    /// Reads <c>{"result":null,"id":1}</c>, <c>{"result":["btcusdt@trade"],"id":1}</c>, <c>{"error":{"code":2,"msg":"…"},"id":1}</c> and
    /// <c>{"code":2,"msg":"…"}</c>.
    /// </summary>
    private void Answer(ref FrameReader json, IEventSink sink)
    {
        var notice = new Notice { Kind = NoticeKind.Ignored };
        var list = json;
        var listed = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8))
                notice.RequestId = RequestId(ref json);
            else if (name.SequenceEqual("error"u8))
                Error(ref json, ref notice);
            else if (name.SequenceEqual("msg"u8))
                Refuse(json.Words(), ref notice);
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

        json.End();
        if (notice is { Kind: NoticeKind.Ignored, RequestId: not null })
            notice.Kind = NoticeKind.Acknowledged; // our request ids are numbers; a response to any other id is ignored
        if (listed && notice.Kind == NoticeKind.Acknowledged)
            List(list, notice.RequestId, sink);
        sink.Notice(notice);
    }

    /// <summary>Reads stream names such as <c>btcusdt@depth@100ms</c>: the symbol in lower case, and the channel.</summary>
    private void List(FrameReader json, long? requestId, IEventSink sink)
    {
        json.Array();
        while (json.Element())
        {
            if (!json.IsNext('"'))
            {
                json.Skip();
                continue;
            }

            var stream = json.Words();
            var cut = stream.IndexOf((byte)'@');
            if (cut < 0 || cut > symbol.Length)
                continue;
            for (var i = 0; i < cut; i++)
                symbol[i] = stream[i] is >= (byte)'a' and <= (byte)'z' ? (byte)(stream[i] - 32) : stream[i];
            sink.Notice(new() { Kind = NoticeKind.Listed, RequestId = requestId, Symbol = symbol.AsSpan(0, cut), Channel = stream[(cut + 1)..] });
        }
    }

    private static long? RequestId(ref FrameReader json)
    {
        if (json.IsNext('n') || json.IsNext('"'))
        {
            json.Skip();
            return null;
        }

        return json.Integer();
    }

    private static void Error(ref FrameReader json, ref Notice notice)
    {
        notice.Kind = NoticeKind.Refused;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("msg"u8))
                Refuse(json.Words(), ref notice);
            else
                json.Skip();
    }

    private static void Refuse(ReadOnlySpan<byte> text, ref Notice notice)
    {
        notice.Kind = NoticeKind.Refused;
        notice.Text = text;
    }

    private static void Emit(in BinanceEvent read, IEventSink sink)
    {
        switch (read.Kind)
        {
            case BinanceKind.Trade or BinanceKind.AggTrade: sink.Trade(read.Trade); break;
            case BinanceKind.Depth: sink.Depth(read.Depth); break;
            case BinanceKind.Closing: sink.Notice(new() { Kind = NoticeKind.ClosingSoon, Micros = read.Micros }); break;
            default: Ignore(sink, read.Name); break;
        }
    }

    private static void Ignore(IEventSink sink, ReadOnlySpan<byte> channel) => sink.Notice(new() { Kind = NoticeKind.Ignored, Channel = channel });

    /// <summary>The kind of event that a channel (the part after <c>@</c>) carries.</summary>
    private static BinanceKind KindOf(ReadOnlySpan<byte> channel) =>
        channel.SequenceEqual("trade"u8) ? BinanceKind.Trade
        : channel.SequenceEqual("aggTrade"u8) ? BinanceKind.AggTrade
        : channel.SequenceEqual("depth"u8) || channel.StartsWith("depth@"u8) ? BinanceKind.Depth
        : BinanceKind.Unasked;
}
