using System.Buffers.Text;
using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Gemini;

/// <summary>
/// Decodes the frames of Gemini's WebSocket API: an event with its name <c>e</c>, a trade or a best price without a name, or the response to a request.
/// https://developer.gemini.com/websocket/streams and https://developer.gemini.com/specs/asyncapi/websocket.yaml
/// </summary>
internal sealed class GeminiDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "s", Field.Symbol }, { "t", Field.Sequence }, { "E", Field.Nanoseconds }, { "p", Field.Price }, { "q", Field.Size }, { "m", Field.BuyerIsMaker },
    };

    private static readonly FieldMap Depth = new()
    {
        { "s", Field.Symbol }, { "E", Field.Nanoseconds }, { "U", Field.FirstId }, { "u", Field.LastId }, { "b", Field.Bids }, { "a", Field.Asks },
    };

    private readonly LevelWriter levels = new();

    /// <summary>The symbols whose snapshot has arrived on this connection.</summary>
    private readonly SymbolMap<bool> snapshots = new();

    private enum Message : byte
    {
        Unknown,
        Response,
        Trade,
        Depth,
        Other,
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        var json = new FrameReader(frame);
        switch (KindOf(json))
        {
            case Message.Depth: ReadDepth(ref json, sink); break;
            case Message.Trade: ReadTrade(ref json, sink); break;
            case Message.Response: ReadResponse(ref json, sink); break;
            case Message.Other:
                json.Skip();
                json.ExpectEnd();
                sink.OnNotice(new() { Kind = NoticeKind.Ignored });
                break;
            default: throw json.Fault("The message is neither a known event nor a response");
        }
    }

    /// <summary>Looks ahead for the field that says what the frame is.</summary>
    private static Message KindOf(FrameReader json)
    {
        var kind = Message.Unknown;
        json.Object();
        while (json.Property(out var name))
        {
            if (name.SequenceEqual("e"u8))
                return KindOfEvent(json.Text(), json);
            kind = name switch
            {
                [(byte)'t'] => Message.Trade,
                [(byte)'B'] => Message.Other, // the best prices
                _ when name.SequenceEqual("lastUpdateId"u8) => Message.Other, // a book of a few levels
                _ when name.SequenceEqual("status"u8) => Message.Response,
                _ => kind,
            };
            json.Skip();
        }

        return kind;
    }

    private static Message KindOfEvent(ReadOnlySpan<byte> name, in FrameReader json) =>
        name.SequenceEqual("depthUpdate"u8) ? Message.Depth
        : name.SequenceEqual("trade"u8) ? Message.Trade
        : name.SequenceEqual("bookTicker"u8) || name.SequenceEqual("markPrice"u8) || name.SequenceEqual("fundingAmount"u8) || name.SequenceEqual("contractStatus"u8) ? Message.Other
        : throw json.Fault($"The event '{Encoding.UTF8.GetString(name)}' is unknown");

    private void ReadTrade(ref FrameReader json, IEventSink sink)
    {
        var trade = new FieldValues();
        Trade.Read(ref json, levels, ref trade);
        json.ExpectEnd();
        sink.OnTrade(trade.ToTrade());
    }

    /// <summary>
    /// Reads a snapshot or a diff, which look alike: "the first frame after subscribing is the snapshot; every frame after it is an incremental diff". A diff covers the
    /// ids after <c>U</c> up to <c>u</c>: its <c>U</c> is the <c>u</c> of the previous one. A snapshot after a repeated subscription is recognized by equal ids.
    /// </summary>
    private void ReadDepth(ref FrameReader json, IEventSink sink)
    {
        var book = new FieldValues();
        Depth.Read(ref json, levels, ref book);
        json.ExpectEnd();
        var (first, last) = (book.FirstId.GetValueOrDefault(), book.LastId.GetValueOrDefault());
        if (last < first)
            throw json.Fault($"The diff ends at {last}, before it starts at {first}");
        ref var hasSnapshot = ref snapshots[book.Symbol];
        var isSnapshot = !hasSnapshot || first == last;
        hasSnapshot = true;
        var depth = book.ToDepth();
        depth.Range = isSnapshot ? SequenceRange.One(last) : new(first, last);
        if (isSnapshot)
            sink.OnSnapshot(depth);
        else
            sink.OnDiff(depth);
    }

    /// <summary>
    /// Reads <c>{"id":7,"status":200}</c>, or <c>{"id":7,"status":400,"error":{"code":-1013,"msg":"…"}}</c>. The id of a ping is a text.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        long? requestId = null, status = null;
        ReadOnlySpan<byte> message = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8))
                requestId = ReadId(ref json);
            else if (name.SequenceEqual("status"u8))
                status = json.Integer();
            else if (name.SequenceEqual("error"u8) && !json.IsNext('n'))
                message = ReadMessage(ref json);
            else
                json.Skip();
        json.ExpectEnd();
        if (status is not 200)
            sink.OnNotice(new() { Kind = NoticeKind.Rejected, RequestId = requestId, Text = message });
        else
            sink.OnNotice(new() { Kind = requestId is null ? NoticeKind.Heartbeat : NoticeKind.Acknowledged, RequestId = requestId });
    }

    private static long? ReadId(ref FrameReader json)
    {
        if (!json.IsNext('"') && !json.IsNext('n'))
            return json.Integer();
        if (json.IsNext('"'))
            return Utf8Parser.TryParse(json.HumanText(), out long id, out var used) && used > 0 ? id : null;
        json.Skip();
        return null;
    }

    private static ReadOnlySpan<byte> ReadMessage(scoped ref FrameReader json)
    {
        ReadOnlySpan<byte> message = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("msg"u8))
                message = json.HumanText();
            else
                json.Skip();
        return message;
    }
}
