using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Kraken;

/// <summary>
/// Decodes the frames of Kraken v2: a <c>channel</c> with its <c>type</c> and <c>data</c>, or the response to a <c>method</c>. Numbers are JSON
/// numbers whose digits are kept: https://docs.kraken.com/api/docs/websocket-v2/trade and …/book.
/// </summary>
internal sealed class KrakenDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new(numbers: JsonNumberForm.Unquoted)
    {
        { "symbol", Field.Symbol }, { "trade_id", Field.Sequence }, { "price", Field.Price }, { "qty", Field.Size }, { "timestamp", Field.UtcTime },
        { "side", Field.TakerSide },
    };

    private static readonly FieldMap Diff = Book(isTimed: true);
    private static readonly FieldMap Snapshot = Book(isTimed: false);

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var channel = json.Peek("channel"u8);
        if (channel.SequenceEqual("book"u8))
            ReadBooks(json, sink);
        else if (channel.SequenceEqual("trade"u8))
            ReadTrades(ref json, frame, sink);
        else if (channel.IsEmpty)
            KrakenResponse.Read(ref json, sink);
        else
            ReadOther(ref json, channel, sink);
    }

    /// <summary>The fields of a book. A size of zero removes the level. A snapshot may lack the time.</summary>
    private static FieldMap Book(bool isTimed) => new(LevelFormat.Objects("price", "qty"), JsonNumberForm.Unquoted)
    {
        { "symbol", Field.Symbol }, { "bids", Field.Bids }, { "asks", Field.Asks }, { "timestamp", Field.UtcTime, isTimed }, { "checksum", Field.Checksum, false },
    };

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
        var isReplayed = IsSnapshot(json);
        var data = new KrakenDataReader();
        while (data.MoveNext(ref json))
        {
            var trade = new FieldValues();
            Trade.Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }

        trades.Emit(frame, sink, isReplayed);
    }

    /// <summary>
    /// Reads the books of a frame. Nearly every frame has one; several are read twice, because none may be emitted before the last is checked.
    /// </summary>
    private void ReadBooks(FrameReader json, IEventSink sink)
    {
        var again = json;
        var isSnapshot = IsSnapshot(json);
        var map = isSnapshot ? Snapshot : Diff;
        var book = new FieldValues();
        var count = 0;
        for (var data = new KrakenDataReader(); data.MoveNext(ref json); count++)
        {
            book = default;
            map.Read(ref json, levels, ref book);
        }

        if (count == 1)
            Emit(book, isSnapshot, sink);
        for (var data = new KrakenDataReader(); count > 1 && data.MoveNext(ref again);)
        {
            book = default;
            map.Read(ref again, levels, ref book);
            Emit(book, isSnapshot, sink);
        }
    }

    private static void Emit(in FieldValues book, bool isSnapshot, IEventSink sink)
    {
        var depth = book.ToDepth();
        if (!isSnapshot)
        {
            sink.OnDiff(depth);
            return;
        }

        depth.SnapshotLevels = Math.Max(CountLevels(book.Bids), CountLevels(book.Asks));
        sink.OnSnapshot(depth);
    }

    private static int CountLevels(ReadOnlySpan<byte> side) => side.Count("[\""u8);
}
