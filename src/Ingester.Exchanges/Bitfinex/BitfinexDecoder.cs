using System.Collections.Concurrent;
using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Bitfinex;

/// <summary>
/// Decodes the frames of Bitfinex v2: events are objects, data are arrays <c>[chanId, content…, counter]</c>. The answer to a subscription says what a
/// <c>chanId</c> carries. The counter numbers all data frames of the connection, because the opening message asks for it (flag 65536); a jump means that frames
/// are missing. "Message (JSON array) lengths should never be hardcoded": further elements are skipped. https://docs.bitfinex.com/docs/ws-general
/// </summary>
internal sealed class BitfinexDecoder : IChannelIdDecoder
{
    private readonly ConcurrentDictionary<long, BitfinexChannel> channels = new();
    private readonly LevelWriter bids = new();
    private readonly LevelWriter asks = new();
    private readonly StagedTrades trades = new();

    /// <summary>The counter of the last data frame; null until a frame has one. It also advances with a frame that is refused, which was received after all.</summary>
    private long? counter;

    private enum Message : byte
    {
        Heartbeat,
        Ignored,
        Trade,
        PastTrades,
        Diff,
        Snapshot,
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        bids.Clear();
        asks.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        if (json.IsNext('['))
            ReadData(ref json, frame, sink);
        else
            BitfinexEvent.Read(ref json, channels, sink);
    }

    /// <inheritdoc/>
    public string? UnsubscribeMessage(string channel, string symbol)
    {
        foreach (var (id, subscription) in channels)
            if (subscription.Carries(channel, symbol))
                return $$"""{"event":"unsubscribe","chanId":{{id}}}""";
        return null;
    }

    private void ReadData(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        counter++;
        json.Array();
        Next(ref json);
        if (!channels.TryGetValue(json.Integer(), out var channel))
            throw json.Fault("No subscription has this channel id");
        Next(ref json);
        var message = json.IsNext('"') ? ReadTagged(ref json, frame, channel) : ReadRows(ref json, frame, channel);
        long? number = json.Element() ? json.Integer() : null;
        if (number is not null)
            SkipRest(ref json);
        json.ExpectEnd();
        if (number is not null && counter is not null && number != counter)
            sink.OnNotice(new() { Kind = NoticeKind.MessagesLost });
        counter = number ?? counter;
        Emit(message, channel, frame, sink);
    }

    /// <summary>Reads <c>"hb"</c>, <c>"te",[…]</c>, or the same trade again as <c>"tu",[…]</c>.</summary>
    private Message ReadTagged(ref FrameReader json, ReadOnlySpan<byte> frame, BitfinexChannel channel)
    {
        var tag = json.Text();
        if (tag.SequenceEqual("hb"u8))
            return Message.Heartbeat;
        Next(ref json);
        if (channel.Content == BitfinexContent.Trades && tag.SequenceEqual("te"u8))
        {
            json.Array();
            Next(ref json);
            StageTrade(ref json, frame);
            return Message.Trade;
        }

        json.Skip();
        var isKnown = channel.Content switch
        {
            BitfinexContent.Trades => tag.SequenceEqual("tu"u8),
            BitfinexContent.Book => tag.SequenceEqual("cs"u8), // a checksum, which is not requested
            _ => true,
        };
        return isKnown ? Message.Ignored : throw json.Fault($"The tag '{Encoding.UTF8.GetString(tag)}' is unknown");
    }

    /// <summary>Reads one level, <c>[price,count,amount]</c>, or a list of levels or past trades, <c>[[…],…]</c>.</summary>
    private Message ReadRows(ref FrameReader json, ReadOnlySpan<byte> frame, BitfinexChannel channel)
    {
        if (channel.Content == BitfinexContent.Other)
        {
            json.Skip();
            return Message.Ignored;
        }

        bids.BeginArray();
        asks.BeginArray();
        json.Array();
        var isBook = channel.Content == BitfinexContent.Book;
        var isList = true;
        for (var more = json.Element(); more; more = isList && json.Element())
        {
            isList = json.IsNext('[');
            if (isList)
            {
                json.Array();
                Next(ref json);
            }
            else if (!isBook || bids.Count + asks.Count > 0)
            {
                throw json.Fault("The content is no list of rows");
            }

            if (isBook)
                ReadLevel(ref json);
            else
                StageTrade(ref json, frame);
        }

        return !isBook ? Message.PastTrades : isList ? Message.Snapshot : Message.Diff;
    }

    /// <summary>
    /// Reads the rest of <c>[price,count,amount]</c>. The amount is negative for an ask. A count of zero removes the level; the amount is then 1 or -1, only for
    /// the side. https://docs.bitfinex.com/reference/ws-public-books
    /// </summary>
    private void ReadLevel(ref FrameReader json)
    {
        var price = json.Number();
        Next(ref json);
        var count = json.Integer();
        Next(ref json);
        var amount = json.Number();
        SkipRest(ref json);
        var isAsk = amount[0] == '-';
        (isAsk ? asks : bids).Add(price, count == 0 ? "0"u8 : isAsk ? amount[1..] : amount);
    }

    /// <summary>Reads the rest of <c>[id,milliseconds,amount,price]</c>; the amount is negative when the taker sold.</summary>
    private void StageTrade(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        var trade = new FieldValues { Sequence = json.Integer(out var id), Id = id };
        Next(ref json);
        trade.Micros = json.MillisAsMicros();
        Next(ref json);
        var amount = json.Number();
        trade.TakerSells = amount[0] == '-';
        trade.Size = amount[0] == '-' ? amount[1..] : amount;
        Next(ref json);
        trade.Price = json.Number();
        SkipRest(ref json);
        trades.Add(frame, trade);
    }

    private void Emit(Message message, BitfinexChannel channel, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        switch (message)
        {
            case Message.Trade or Message.PastTrades:
                trades.Emit(frame, sink, isReplayed: message == Message.PastTrades, symbol: channel.Symbol);
                break;
            case Message.Diff:
                sink.OnDiff(new() { Symbol = channel.Symbol, Bids = bids[bids.EndArray()], Asks = asks[asks.EndArray()] });
                break;
            case Message.Snapshot:
                sink.OnSnapshot(new() { Symbol = channel.Symbol, Bids = bids[bids.EndArray()], Asks = asks[asks.EndArray()], SnapshotLevels = channel.Levels });
                break;
            default:
                sink.OnNotice(new() { Kind = message == Message.Heartbeat ? NoticeKind.Heartbeat : NoticeKind.Ignored, Channel = channel.Name });
                break;
        }
    }

    private static void Next(ref FrameReader json)
    {
        if (!json.Element())
            throw json.Fault("The array ends too early");
    }

    private static void SkipRest(ref FrameReader json)
    {
        while (json.Element())
            json.Skip();
    }
}
