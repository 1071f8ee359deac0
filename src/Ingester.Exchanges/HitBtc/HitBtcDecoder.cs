using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.HitBtc;

/// <summary>
/// Decodes the frames of HitBTC v3: <c>{"ch":…,"snapshot":{SYMBOL:…}}</c>, <c>{"ch":…,"update":{SYMBOL:…}}</c>, or the response to a request.
/// https://api.hitbtc.com/#socket-market-data
/// </summary>
internal sealed class HitBtcDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "i", Field.Sequence }, { "t", Field.Milliseconds }, { "p", Field.Price }, { "q", Field.Size }, { "s", Field.TakerSide },
    };

    private static readonly FieldMap Book = new()
    {
        { "t", Field.Milliseconds }, { "s", Field.LastId }, { "b", Field.Bids }, { "a", Field.Asks },
    };

    /// <summary>Channels that are not subscribed, by the beginning of their names.</summary>
    private static readonly byte[][] OtherChannels =
        [.. new[] { "ticker/", "candles/", "converted/", "price/", "orderbook/D", "orderbook/top/", "futures/" }.Select(Encoding.UTF8.GetBytes)];

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    private enum Content : byte
    {
        None,
        Snapshot,
        Update,
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var channel = ReadEnvelope(json, out var content);
        if (channel.IsEmpty)
            ReadResponse(ref json, sink);
        else if (channel.SequenceEqual("trades"u8))
            ReadTrades(ref json, content, frame, sink);
        else if (channel.SequenceEqual("orderbook/full"u8))
            ReadBook(ref json, content, sink);
        else
            Ignore(ref json, channel, sink);
    }

    /// <summary>Looks ahead for the channel, and for what the message holds. They usually come first, and nothing else is then read twice.</summary>
    private static ReadOnlySpan<byte> ReadEnvelope(FrameReader json, out Content content)
    {
        ReadOnlySpan<byte> channel = default;
        content = Content.None;
        json.Object();
        while (json.Property(out var name))
        {
            if (name.SequenceEqual("snapshot"u8))
                content = Content.Snapshot;
            else if (name.SequenceEqual("update"u8))
                content = Content.Update;
            if (name.SequenceEqual("ch"u8))
                channel = json.Text();
            else if (content != Content.None && !channel.IsEmpty)
                break;
            else
                json.Skip();
        }

        return channel;
    }

    /// <summary>Reads the trades of one or more symbols. The snapshot after a subscription holds the last ones.</summary>
    private void ReadTrades(ref FrameReader json, Content content, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        MoveToContent(ref json, content);
        json.Object();
        while (json.Property(out var symbol))
        {
            RequireSymbol(json, symbol);
            json.Array();
            while (json.Element())
            {
                var trade = new FieldValues { Symbol = symbol };
                Trade.Read(ref json, levels, ref trade);
                trades.Add(frame, trade);
            }
        }

        json.MoveToEnd();
        trades.Emit(frame, sink, isReplayed: content == Content.Snapshot);
    }

    /// <summary>
    /// Reads a snapshot or a diff of one symbol. Each diff has the <c>s</c> of the message before plus one, also when it has no level.
    /// </summary>
    private void ReadBook(ref FrameReader json, Content content, IEventSink sink)
    {
        MoveToContent(ref json, content);
        json.Object();
        if (!json.Property(out var symbol))
            throw json.Fault("The message has no symbol");
        RequireSymbol(json, symbol);
        var book = new FieldValues { Symbol = symbol };
        Book.Read(ref json, levels, ref book);
        if (json.Property(out _))
            throw json.Fault("The message has more than one symbol");
        json.MoveToEnd();
        var depth = book.ToDepth();
        depth.Range = SequenceRange.One(book.LastId.GetValueOrDefault());
        if (content == Content.Snapshot)
            sink.OnSnapshot(depth);
        else
            sink.OnDiff(depth);
    }

    private static void MoveToContent(ref FrameReader json, Content content)
    {
        if (content == Content.None)
            throw json.Fault("The message has neither a snapshot nor an update");
        json.MoveTo(content == Content.Snapshot ? "snapshot"u8 : "update"u8);
    }

    /// <summary>A symbol is the name of a property: as in any name, it has letters and digits only.</summary>
    private static void RequireSymbol(in FrameReader json, ReadOnlySpan<byte> symbol)
    {
        foreach (var character in symbol)
            if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'_' or (byte)'-'))
                throw json.Fault("The symbol has another character than letters, digits and '_'");
        if (symbol.IsEmpty)
            throw json.Fault("The symbol is empty");
    }

    /// <summary>
    /// Reads <c>{"result":{"ch":"trades","subscriptions":["ETHBTC"]},"id":7}</c>, or <c>{"error":{"code":2001,"message":"…","description":"…"},"id":7}</c>.
    /// </summary>
    private static void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        long? requestId = null;
        ReadOnlySpan<byte> message = default;
        var (isAccepted, isRejected) = (false, false);
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8) && !json.IsNext('n'))
            {
                requestId = json.AnyInteger(out _);
            }
            else if (name.SequenceEqual("result"u8))
            {
                isAccepted = true;
                json.Skip();
            }
            else if (name.SequenceEqual("error"u8))
            {
                isRejected = true;
                message = json.HumanTextOf("message"u8);
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        if (!isAccepted && !isRejected)
            throw json.Fault("The message has neither a channel nor a result nor an error");
        var accepted = requestId is null ? NoticeKind.Ignored : NoticeKind.Acknowledged; // each of our requests has an id
        sink.OnNotice(new() { Kind = isRejected ? NoticeKind.Rejected : accepted, RequestId = requestId, Text = message });
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        foreach (var other in OtherChannels)
            if (channel.StartsWith(other))
            {
                sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
                return;
            }

        throw json.Fault($"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
    }
}
