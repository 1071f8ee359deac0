using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.CryptoCom;

/// <summary>
/// Decodes the frames of Crypto.com Exchange v1: <c>{"id":-1,"method":"subscribe","code":0,"result":{"instrument_name":…,"channel":…,"data":[…]}}</c>, the response to a
/// request, or a heartbeat that must be answered.
/// https://exchange-developer.crypto.com/exchange/v1/docs/api/websocket/ws-channel-book-instrument-name-depth
/// </summary>
internal sealed class CryptoComDecoder : IFrameDecoder
{
    private const int MaxDigits = 20;

    private static readonly FieldMap Trade = new()
    {
        { "i", Field.Symbol }, { "d", Field.Sequence }, { "t", Field.Milliseconds }, { "p", Field.Price }, { "q", Field.Size }, { "s", Field.TakerSide },
    };

    /// <summary>A snapshot. Its <c>t</c> is the time of the message; <c>tt</c>, that of the last change, may be seconds older.</summary>
    private static readonly FieldMap Book = new()
    {
        { "t", Field.Milliseconds }, { "u", Field.LastId }, { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    private static readonly FieldMap Update = new() { { "bids", Field.Bids }, { "asks", Field.Asks } };

    /// <summary>Channels that are not subscribed.</summary>
    private static readonly byte[][] OtherChannels =
        [.. new[] { "ticker", "candlestick", "index", "mark", "settlement", "funding", "estimatedfunding" }.Select(Encoding.UTF8.GetBytes)];

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();
    private readonly byte[] reply = new byte["""{"id":,"method":"public/respond-heartbeat"}""".Length + MaxDigits];

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var envelope = ReadEnvelope(json);
        if (envelope.Method.SequenceEqual("public/heartbeat"u8))
            ReadHeartbeat(ref json, envelope, sink);
        else if (envelope.Channel.SequenceEqual("trade"u8))
            ReadTrades(ref json, envelope, frame, sink);
        else if (envelope.Channel.SequenceEqual("book"u8) || envelope.Channel.SequenceEqual("book.update"u8))
            ReadBook(ref json, envelope, sink);
        else if (!envelope.Channel.IsEmpty)
            Ignore(ref json, envelope.Channel, sink);
        else
            ReadResponse(ref json, envelope, sink);
    }

    /// <summary>Looks ahead for the fields that say what the frame is. They usually precede the data, which is then not read twice.</summary>
    private static Envelope ReadEnvelope(FrameReader json)
    {
        var envelope = new Envelope();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8))
                envelope.Id = json.Integer(out envelope.IdDigits);
            else if (name.SequenceEqual("method"u8))
                envelope.Method = json.Text();
            else if (!name.SequenceEqual("result"u8))
                json.Skip();
            else if (ReadResult(ref json, ref envelope))
                break;
        return envelope;
    }

    /// <summary>Reads the names of a result; true when everything is known and the rest need not be looked at.</summary>
    private static bool ReadResult(ref FrameReader json, ref Envelope envelope)
    {
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("channel"u8))
                envelope.Channel = json.Text();
            else if (name.SequenceEqual("instrument_name"u8))
                envelope.Symbol = json.Text();
            else if (name.SequenceEqual("data"u8) && !envelope.Channel.IsEmpty && !envelope.Symbol.IsEmpty && envelope.Id is not null)
                return true;
            else
                json.Skip();
        return false;
    }

    /// <summary>
    /// Reads a list of trades, newest first. The response to a subscription holds the last 50 trades and the id of the request; later messages have the id -1.
    /// </summary>
    private void ReadTrades(ref FrameReader json, in Envelope envelope, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        json.MoveTo("result"u8);
        json.MoveTo("data"u8);
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues();
            Trade.Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }

        MoveToEnd(ref json);
        json.Require(!envelope.Symbol.IsEmpty, "instrument_name");
        var isResponse = envelope.Id >= 0;
        trades.Emit(frame, sink, isReplayed: isResponse, TradeOrder.NewestFirst);
        if (isResponse)
            sink.OnNotice(new() { Kind = NoticeKind.Acknowledged, RequestId = envelope.Id, Channel = envelope.Channel, Symbol = envelope.Symbol });
    }

    /// <summary>Reads a snapshot, or a diff whose levels are in <c>update</c>: <c>data</c> has one element.</summary>
    private void ReadBook(ref FrameReader json, in Envelope envelope, IEventSink sink)
    {
        var isUpdate = envelope.Channel.SequenceEqual("book.update"u8);
        var book = new FieldValues { Symbol = envelope.Symbol };
        json.MoveTo("result"u8);
        json.MoveTo("data"u8);
        json.Array();
        if (!json.Element())
            throw json.Fault("The book has no data");
        if (isUpdate)
            ReadUpdate(ref json, ref book);
        else
            Book.Read(ref json, levels, ref book);
        if (json.Element())
            throw json.Fault("The book has more than one element");
        MoveToEnd(ref json);
        json.Require(!book.Symbol.IsEmpty, "instrument_name");
        if (isUpdate)
            EmitDiff(json, book, sink);
        else
            EmitSnapshot(book, sink);
    }

    private void ReadUpdate(ref FrameReader json, ref FieldValues book)
    {
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("update"u8))
                Update.Read(ref json, levels, ref book);
            else if (name.SequenceEqual("t"u8))
                book.Micros = json.TimeAsMicros(digitsToMicros: 3);
            else if (name.SequenceEqual("u"u8))
                book.LastId = json.AnyInteger(out _);
            else if (name.SequenceEqual("pu"u8))
                book.PreviousId = json.AnyInteger(out _);
            else
                json.Skip();
        json.Require(!book.Bids.IsEmpty, "update");
        json.Require(book.Micros is not null, "t");
        json.Require(book.LastId is not null, "u");
        json.Require(book.PreviousId is not null, "pu");
    }

    private static void EmitSnapshot(in FieldValues book, IEventSink sink)
    {
        var snapshot = book.ToDepth();
        snapshot.Range = SequenceRange.One(book.LastId.GetValueOrDefault());
        snapshot.SnapshotLevels = CryptoComExchange.Depth;
        sink.OnSnapshot(snapshot);
    }

    /// <summary>
    /// "An update should only be processed if the <c>pu</c> field corresponds to the <c>u</c> of the last received update." Without a change in 5 seconds an empty diff is
    /// sent; when it repeats the id it is a heartbeat.
    /// </summary>
    private static void EmitDiff(in FrameReader json, in FieldValues book, IEventSink sink)
    {
        var (previous, last) = (book.PreviousId.GetValueOrDefault(), book.LastId.GetValueOrDefault());
        if (last < previous)
            throw json.Fault($"The diff ends at {last}, before it starts at {previous}");
        var diff = book.ToDepth();
        var isEmpty = diff.Bids.Length + diff.Asks.Length == "[][]".Length;
        if (last == previous && !isEmpty)
            throw json.Fault("A diff with levels repeats the id of the previous one");
        diff.Range = new(previous, last);
        if (last == previous)
            sink.OnNotice(new() { Kind = NoticeKind.Heartbeat, Micros = diff.Micros });
        else
            sink.OnDiff(diff);
    }

    private void ReadHeartbeat(ref FrameReader json, in Envelope envelope, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        json.Require(envelope.Id is not null, "id");
        var head = "{\"id\":"u8;
        var tail = ",\"method\":\"public/respond-heartbeat\"}"u8;
        head.CopyTo(reply);
        envelope.IdDigits.CopyTo(reply.AsSpan(head.Length));
        tail.CopyTo(reply.AsSpan(head.Length + envelope.IdDigits.Length));
        sink.OnNotice(new() { Kind = NoticeKind.ReplyExpected, Text = reply.AsSpan(0, head.Length + envelope.IdDigits.Length + tail.Length) });
    }

    /// <summary>
    /// Reads <c>{"id":7,"method":"subscribe","code":0,"channel":"book.BTC_USD.50"}</c>, of which there is one for each channel of a request; a rejected one has another
    /// <c>code</c> and a <c>message</c>.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, in Envelope envelope, IEventSink sink)
    {
        long? code = null;
        ReadOnlySpan<byte> message = default, topic = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("code"u8))
                code = json.Integer();
            else if (name.SequenceEqual("message"u8))
                message = json.HumanText();
            else if (name.SequenceEqual("channel"u8))
                topic = json.Text();
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(code is not null, "code");
        if (code is 0 && !envelope.Method.SequenceEqual("subscribe"u8) && !envelope.Method.SequenceEqual("unsubscribe"u8))
            throw json.Fault(envelope.Method.IsEmpty ? "The message has no method" : $"The method '{Encoding.UTF8.GetString(envelope.Method)}' is unknown");
        var accepted = envelope.Id is null ? NoticeKind.Ignored : NoticeKind.Acknowledged; // each of our requests has an id
        var channel = topic[..Math.Max(0, topic.IndexOf((byte)'.'))];
        var symbol = channel.IsEmpty ? default : topic[(channel.Length + 1)..];
        if (channel.SequenceEqual("book"u8) && symbol.LastIndexOf((byte)'.') is > 0 and var end)
            symbol = symbol[..end]; // the depth
        sink.OnNotice(new() { Kind = code is 0 ? accepted : NoticeKind.Rejected, RequestId = envelope.Id, Channel = channel, Symbol = symbol, Text = message });
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        foreach (var other in OtherChannels)
            if (channel.SequenceEqual(other))
            {
                sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
                return;
            }

        throw json.Fault($"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
    }

    /// <summary>Reads what follows the data: the rest of the result, and of the message.</summary>
    private static void MoveToEnd(ref FrameReader json)
    {
        while (json.Property(out _))
            json.Skip();
        json.MoveToEnd();
    }

    /// <summary>What a frame is.</summary>
    private ref struct Envelope
    {
        public long? Id;
        public ReadOnlySpan<byte> IdDigits;
        public ReadOnlySpan<byte> Method;
        public ReadOnlySpan<byte> Channel;
        public ReadOnlySpan<byte> Symbol;
    }
}
