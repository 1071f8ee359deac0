using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Time;

namespace Ingester.Exchanges.Upbit;

/// <summary>
/// Decodes the messages of Upbit and Bithumb v1 in the format <c>SIMPLE</c>: an event with its type <c>ty</c>, or <c>{"status":"UP"}</c>, or <c>{"error":{…}}</c>.
/// https://docs.upbit.com/kr/reference/websocket-guide, https://apidocs.bithumb.com
/// </summary>
internal sealed class UpbitDecoder : IFrameDecoder
{
    /// <summary>A time above is in microseconds: in milliseconds it would be after the year 5138.</summary>
    private const long MaxMillis = 100_000_000_000_000;

    private readonly LevelWriter bids = new();
    private readonly LevelWriter asks = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        bids.Clear();
        asks.Clear();
        var json = new FrameReader(frame);
        var type = json.Peek("ty"u8);
        if (type.IsEmpty)
            ReadStatus(ref json, sink);
        else if (type.SequenceEqual("trade"u8))
            ReadTrade(ref json, sink);
        else if (type.SequenceEqual("orderbook"u8))
            ReadBook(ref json, sink);
        else if (type.SequenceEqual("ticker"u8) || type.StartsWith("candle."u8))
            Ignore(ref json, type, sink);
        else
            throw json.Fault($"The type '{Encoding.UTF8.GetString(type)}' is unknown");
    }

    /// <summary>
    /// Reads a trade. After each subscription the exchange sends the last one again, with <c>"st":"SNAPSHOT"</c>: that is no event, but the only answer that shows that the
    /// subscription was accepted.
    /// </summary>
    private static void ReadTrade(ref FrameReader json, IEventSink sink)
    {
        var trade = new TradeEvent();
        var (isReplayed, side) = (false, (bool?)null);
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("cd"u8))
                trade.Symbol = json.Text();
            else if (name.SequenceEqual("tms"u8))
                trade.Micros = ReadTime(ref json);
            else if (name.SequenceEqual("tp"u8))
                trade.Price = json.Number();
            else if (name.SequenceEqual("tv"u8))
                trade.Size = json.Number();
            else if (name.SequenceEqual("sid"u8))
                json.Integer(out trade.Id);
            else if (name.SequenceEqual("ab"u8))
                side = ReadIsSell(ref json);
            else if (name.SequenceEqual("st"u8))
                isReplayed = ReadIsSnapshot(ref json);
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(!trade.Symbol.IsEmpty, "cd");
        json.Require(trade.Micros > 0, "tms");
        json.Require(!trade.Price.IsEmpty, "tp");
        json.Require(!trade.Size.IsEmpty, "tv");
        json.Require(!trade.Id.IsEmpty, "sid");
        json.Require(side is not null, "ab");
        trade.TakerSells = side.GetValueOrDefault();
        if (isReplayed)
            sink.OnNotice(new() { Kind = NoticeKind.Acknowledged });
        else
            sink.OnTrade(trade);
    }

    /// <summary>Reads a complete book.</summary>
    private void ReadBook(ref FrameReader json, IEventSink sink)
    {
        var book = new DepthEvent();
        var hasLevels = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("cd"u8))
                book.Symbol = json.Text();
            else if (name.SequenceEqual("tms"u8))
                book.Micros = ReadTime(ref json);
            else if (name.SequenceEqual("obu"u8))
                hasLevels = ReadLevels(ref json, ref book);
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(!book.Symbol.IsEmpty, "cd");
        json.Require(book.Micros is not null, "tms");
        json.Require(hasLevels, "obu");
        sink.OnSnapshot(book);
    }

    /// <summary>Reads <c>[{"ap":101.0,"bp":100.0,"as":2.5,"bs":1.5}]</c>: a level of each side. Where one side has fewer levels, its price is 0.</summary>
    private bool ReadLevels(ref FrameReader json, ref DepthEvent book)
    {
        bids.BeginArray();
        asks.BeginArray();
        json.Array();
        while (json.Element())
        {
            ReadOnlySpan<byte> bidPrice = default, bidSize = default, askPrice = default, askSize = default;
            json.Object();
            while (json.Property(out var name))
                if (name.SequenceEqual("ap"u8))
                    askPrice = json.Number();
                else if (name.SequenceEqual("bp"u8))
                    bidPrice = json.Number();
                else if (name.SequenceEqual("as"u8))
                    askSize = json.Number();
                else if (name.SequenceEqual("bs"u8))
                    bidSize = json.Number();
                else
                    json.Skip();
            json.Require(!askPrice.IsEmpty, "ap");
            json.Require(!bidPrice.IsEmpty, "bp");
            json.Require(!askSize.IsEmpty, "as");
            json.Require(!bidSize.IsEmpty, "bs");
            AddLevel(bids, bidPrice, bidSize);
            AddLevel(asks, askPrice, askSize);
        }

        book.Bids = bids[bids.EndArray()];
        book.Asks = asks[asks.EndArray()];
        book.SnapshotLevels = Math.Max(bids.Count, asks.Count);
        return true;
    }

    private static void AddLevel(LevelWriter side, ReadOnlySpan<byte> price, ReadOnlySpan<byte> size)
    {
        if (price.IndexOfAnyInRange((byte)'1', (byte)'9') >= 0)
            side.Add(price, size);
    }

    /// <summary>Reads <c>{"status":"UP"}</c> or <c>{"error":{"name":"NO_CODES","message":"…"}}</c>, which refuses the whole message.</summary>
    private static void ReadStatus(ref FrameReader json, IEventSink sink)
    {
        var answer = new Notice { Kind = NoticeKind.Heartbeat };
        var isKnown = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("status"u8))
            {
                isKnown = json.Text().SequenceEqual("UP"u8) ? true : throw json.Fault("The status is unknown");
            }
            else if (name.SequenceEqual("error"u8))
            {
                (answer.Kind, isKnown) = (NoticeKind.Rejected, true);
                answer.Text = json.HumanTextOf("message"u8);
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        if (!isKnown)
            throw json.Fault("The message has neither a type nor a status nor an error");
        sink.OnNotice(answer);
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> type, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = type });
    }

    /// <summary>The time is in milliseconds; some books of 2023 had it in microseconds.</summary>
    private static long ReadTime(scoped ref FrameReader json)
    {
        var time = json.Integer();
        if (time is < 0 or > Micros.Max)
            throw json.Fault("The time is not between 1970 and 9999");
        return time > MaxMillis ? time : time * 1_000;
    }

    /// <summary>The side of the taker: <c>ASK</c> for a sale.</summary>
    private static bool ReadIsSell(scoped ref FrameReader json)
    {
        var side = json.Text();
        return side.SequenceEqual("ASK"u8) || (side.SequenceEqual("BID"u8) ? false : throw json.Fault("The side is neither ASK nor BID"));
    }

    private static bool ReadIsSnapshot(scoped ref FrameReader json)
    {
        var type = json.Text();
        return type.SequenceEqual("SNAPSHOT"u8) || (type.SequenceEqual("REALTIME"u8) ? false : throw json.Fault("The stream type is neither SNAPSHOT nor REALTIME"));
    }
}
