using System.Runtime.InteropServices;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Kraken;

/// <summary>
/// Decodes the frames of Kraken v2: a <c>channel</c> with its <c>type</c> and <c>data</c>, or the response to a <c>method</c>. Numbers are JSON
/// numbers whose digits are kept: https://docs.kraken.com/api/docs/websocket-v2/trade and …/book.
/// </summary>
internal sealed class KrakenDecoder : IFrameDecoder
{
    private readonly LevelWriter levels = new();
    private readonly List<KrakenTrade> trades = [];
    private readonly List<KrakenBook> books = [];
    private readonly SymbolIndex groups = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        books.Clear();
        groups.Clear();
        var json = new FrameReader(frame);
        var channel = json.Peek("channel"u8);
        if (channel.SequenceEqual("book"u8))
            ReadBooks(ref json, frame, sink);
        else if (channel.SequenceEqual("trade"u8))
            ReadTrades(ref json, frame, sink);
        else if (channel.IsEmpty)
            KrakenResponse.Read(ref json, sink);
        else
            ReadOther(ref json, channel, sink);
    }

    private static void ReadOther(ref FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        var alive = channel.SequenceEqual("heartbeat"u8);
        sink.OnNotice(new() { Kind = alive ? NoticeKind.Heartbeat : NoticeKind.Ignored, Channel = channel });
    }

    /// <summary>True for <c>snapshot</c>, false for <c>update</c>.</summary>
    private static bool IsSnapshot(in FrameReader json)
    {
        var type = json.Peek("type"u8);
        if (type.SequenceEqual("update"u8))
            return false;
        return type.SequenceEqual("snapshot"u8) ? true : throw json.Fault("The 'type' is neither snapshot nor update");
    }

    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var replayed = IsSnapshot(json);
        var data = new KrakenDataReader();
        while (data.MoveNext(ref json))
            ReadTrade(ref json, frame);
        CollectionsMarshal.AsSpan(trades).Sort(KrakenTrade.Compare);
        foreach (ref readonly var trade in CollectionsMarshal.AsSpan(trades))
            sink.OnTrade(new()
            {
                Symbol = trade.Symbol.Of(frame),
                Id = trade.IdText.Of(frame),
                Range = SequenceRange.One(trade.Id),
                Micros = trade.Micros,
                Price = trade.Price.Of(frame),
                Size = trade.Size.Of(frame),
                TakerSells = trade.TakerSells,
                IsReplayed = replayed,
            });
    }

    private void ReadTrade(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        var trade = new KrakenTrade { Position = trades.Count };
        bool hasTime = false, hasSide = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("symbol"u8))
                trade.Symbol = Slice.Of(frame, json.Text());
            else if (name.SequenceEqual("trade_id"u8))
                (trade.Id, trade.IdText) = (json.Integer(out var digits), Slice.Of(frame, digits));
            else if (name.SequenceEqual("price"u8))
                trade.Price = Slice.Of(frame, json.Number());
            else if (name.SequenceEqual("qty"u8))
                trade.Size = Slice.Of(frame, json.Number());
            else if (name.SequenceEqual("timestamp"u8))
                (trade.Micros, hasTime) = (json.UtcTimeAsMicros(), true);
            else if (name.SequenceEqual("side"u8))
                (trade.TakerSells, hasSide) = (ReadIsSell(ref json), true); // the side is the taker's
            else
                json.Skip();
        json.Require(trade.Symbol.Length > 0, "symbol");
        json.Require(trade.IdText.Length > 0, "trade_id");
        json.Require(trade.Price.Length > 0, "price");
        json.Require(trade.Size.Length > 0, "qty");
        json.Require(hasTime, "timestamp");
        json.Require(hasSide, "side");
        trade.SymbolIndex = groups.IndexOf(frame, trade.Symbol);
        trades.Add(trade);
    }

    private static bool ReadIsSell(ref FrameReader json)
    {
        var side = json.Text();
        if (side.SequenceEqual("sell"u8))
            return true;
        return side.SequenceEqual("buy"u8) ? false : throw json.Fault("The side is neither buy nor sell");
    }

    private void ReadBooks(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var whole = IsSnapshot(json);
        var data = new KrakenDataReader();
        while (data.MoveNext(ref json))
            ReadBook(ref json, frame, whole);
        foreach (ref readonly var book in CollectionsMarshal.AsSpan(books))
        {
            var depth = new DepthEvent
            {
                Symbol = book.Symbol.Of(frame),
                Micros = book.Micros,
                Bids = levels[book.Bids],
                Asks = levels[book.Asks],
                SnapshotLevels = whole ? book.Levels : 0,
                Checksum = book.Checksum,
            };
            if (whole)
                sink.OnSnapshot(depth);
            else
                sink.OnDiff(depth);
        }
    }

    private void ReadBook(ref FrameReader json, ReadOnlySpan<byte> frame, bool whole)
    {
        var book = new KrakenBook();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("symbol"u8))
                book.Symbol = Slice.Of(frame, json.Text());
            else if (name.SequenceEqual("timestamp"u8))
                book.Micros = json.UtcTimeAsMicros();
            else if (name.SequenceEqual("checksum"u8))
                book.Checksum = json.Integer() is >= 0 and <= uint.MaxValue and var sum ? (uint)sum : throw json.Fault("The checksum does not fit 32 bits");
            else if (name.SequenceEqual("bids"u8))
                book.Bids = ReadLevels(ref json, ref book.Levels);
            else if (name.SequenceEqual("asks"u8))
                book.Asks = ReadLevels(ref json, ref book.Levels);
            else
                json.Skip();
        json.Require(book.Symbol.Length > 0, "symbol");
        json.Require(book.Bids.Length > 0, "bids");
        json.Require(book.Asks.Length > 0, "asks");
        json.Require(whole || book.Micros is not null, "timestamp");
        books.Add(book);
    }

    /// <summary>Reads <c>[{"price":1.5,"qty":0.00005100},…]</c>; a quantity of zero removes the level.</summary>
    private Slice ReadLevels(ref FrameReader json, ref int deepest)
    {
        levels.BeginArray();
        json.Array();
        while (json.Element())
        {
            ReadOnlySpan<byte> price = default, size = default;
            json.Object();
            while (json.Property(out var name))
                if (name.SequenceEqual("price"u8))
                    price = json.Number();
                else if (name.SequenceEqual("qty"u8))
                    size = json.Number();
                else
                    json.Skip();
            json.Require(!price.IsEmpty, "price");
            json.Require(!size.IsEmpty, "qty");
            levels.Add(price, size);
        }

        deepest = Math.Max(deepest, levels.Count);
        return levels.EndArray();
    }
}
