using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Phemex;

/// <summary>
/// Decodes the frames of Phemex spot: <c>{"book":{…},"symbol":"sBTCUSDT",…}</c>, <c>{"trades":[…],"symbol":"sBTCUSDT",…}</c>, or the response to a request. Prices and sizes are
/// whole numbers of small units. https://phemex-docs.github.io/#spot-websocket-api
/// </summary>
internal sealed class PhemexDecoder : IFrameDecoder
{
    private const int FirstSnapshot = -1;

    private static readonly FieldMap Sides = new(LevelFormat.ScaledArrays(PhemexExchange.Scale, PhemexExchange.Scale)) { { "bids", Field.Bids }, { "asks", Field.Asks } };

    /// <summary>The field that a message of a channel has, for channels that are not subscribed.</summary>
    private static readonly byte[][] OtherChannels =
    [
        .. new[] { "kline", "tick", "market24h", "spot_market24h", "orderbook_p", "trades_p", "kline_p", "tick_p", "market24h_p" }.Select(Encoding.UTF8.GetBytes),
    ];

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new(PhemexExchange.Scale, PhemexExchange.Scale);

    /// <summary>The number of responses that had arrived at the last snapshot of a symbol, or <see cref="FirstSnapshot"/>.</summary>
    private readonly SymbolMap<int> snapshots = new();

    private int responses = 1;

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var content = FindContent(json);
        if (content.SequenceEqual("book"u8))
            ReadBook(ref json, sink);
        else if (content.SequenceEqual("trades"u8))
            ReadTrades(ref json, frame, sink);
        else if (content.SequenceEqual("result"u8))
            ReadResponse(ref json, sink);
        else if (!content.IsEmpty)
            Ignore(ref json, content, sink);
        else
            throw json.Fault("The message has no known content");
    }

    /// <summary>Looks ahead for the field that says what the message is; empty when it has none.</summary>
    private static ReadOnlySpan<byte> FindContent(FrameReader json)
    {
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("book"u8) || name.SequenceEqual("trades"u8) || name.SequenceEqual("result"u8) || IsOther(name))
                return name;
            else
                json.Skip();
        return default;
    }

    private static bool IsOther(ReadOnlySpan<byte> name)
    {
        foreach (var other in OtherChannels)
            if (name.SequenceEqual(other))
                return true;
        return false;
    }

    /// <summary>
    /// Reads trades, the newest first. The <c>sequence</c> is that of the message, so a trade has no id but its time. Those of <c>"type":"snapshot"</c> happened before the
    /// subscription: without ids they cannot be distinguished from recorded ones, and are ignored.
    /// </summary>
    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        ReadOnlySpan<byte> symbol = default, type = default;
        var hasTrades = false;
        json.Object();
        while (json.Property(out var name))
            if (!hasTrades && name.SequenceEqual("trades"u8))
                hasTrades = ReadTradeList(ref json, frame);
            else if (name.SequenceEqual("symbol"u8))
                symbol = json.Text();
            else if (name.SequenceEqual("type"u8))
                type = json.Text();
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(!symbol.IsEmpty, "symbol");
        if (IsSnapshot(json, type) || !IsSpot(symbol))
            sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = "trades"u8 });
        else
            trades.Emit(frame, sink, order: TradeOrder.NewestFirst, symbol: symbol);
    }

    /// <summary>Reads <c>[[nanoseconds,"Buy",price,size],…]</c>; the side is the taker's.</summary>
    private bool ReadTradeList(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        json.Array();
        while (json.Element())
        {
            json.Array();
            var trade = new FieldValues();
            ExpectElement(ref json, "time");
            var ahead = json;
            trade.Id = ahead.WholeNumber();
            trade.Micros = json.TimeAsMicros(digitsToMicros: -3);
            ExpectElement(ref json, "side");
            var side = json.Text();
            trade.TakerSells = side.SequenceEqual("Sell"u8);
            if (trade.TakerSells is false && !side.SequenceEqual("Buy"u8))
                throw json.Fault("The side is neither Buy nor Sell");
            ExpectElement(ref json, "price");
            trade.Price = json.WholeNumber();
            ExpectElement(ref json, "size");
            trade.Size = json.WholeNumber();
            while (json.Element())
                json.Skip();
            trades.Add(frame, trade);
        }

        return true;
    }

    private static void ExpectElement(ref FrameReader json, string what)
    {
        if (!json.Element())
            throw json.Fault($"The trade has no {what}");
    }

    /// <summary>Reads a snapshot or a diff. The <c>sequence</c> is shared by markets, so it grows by more than one.</summary>
    private void ReadBook(ref FrameReader json, IEventSink sink)
    {
        var book = new FieldValues();
        ReadOnlySpan<byte> type = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("book"u8))
                Sides.Read(ref json, levels, ref book);
            else if (name.SequenceEqual("symbol"u8))
                book.Symbol = json.Text();
            else if (name.SequenceEqual("sequence"u8))
                book.LastId = json.Integer();
            else if (name.SequenceEqual("timestamp"u8))
                book.Micros = json.TimeAsMicros(digitsToMicros: -3);
            else if (name.SequenceEqual("type"u8))
                type = json.Text();
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(!book.Symbol.IsEmpty, "symbol");
        json.Require(book.LastId is not null, "sequence");
        json.Require(book.Micros is not null, "timestamp");
        var depth = book.ToDepth();
        depth.Range = SequenceRange.One(book.LastId.GetValueOrDefault());
        var isSnapshot = IsSnapshot(json, type);
        if (!IsSpot(book.Symbol))
            sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = "book"u8 });
        else if (isSnapshot)
            EmitSnapshot(depth, sink);
        else
            sink.OnDiff(depth);
    }

    /// <summary>
    /// Emits the first snapshot of a symbol. The exchange repeats it each minute; of the repetitions, the next one after a response to a request is emitted, because the
    /// stream may have been subscribed again, except the first, before which all streams of the connection were subscribed. The time of a snapshot is that of the last
    /// change of the book, which may be minutes old, so it gets none.
    /// </summary>
    private void EmitSnapshot(DepthEvent snapshot, IEventSink sink)
    {
        ref var seen = ref snapshots[snapshot.Symbol];
        var isFirst = seen == 0;
        var isEmitted = isFirst || (seen != FirstSnapshot && seen != responses);
        seen = isFirst ? FirstSnapshot : responses;
        (snapshot.Micros, snapshot.SnapshotLevels) = (null, PhemexExchange.Depth);
        if (isEmitted)
            sink.OnSnapshot(snapshot);
        else
            sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = "book"u8 });
    }

    /// <summary>
    /// Reads <c>{"error":null,"id":7,"result":{"status":"success"}}</c>, <c>{"error":{"code":6001,"message":"invalid argument"},"id":7,"result":null}</c>, or the answer to a
    /// ping, whose result is <c>pong</c>.
    /// </summary>
    private void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        var response = new Notice { Kind = NoticeKind.Acknowledged };
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8) && !json.IsNext('n'))
                response.RequestId = json.Integer();
            else if (name.SequenceEqual("result"u8) && json.IsNext('"'))
                response.Kind = json.Text().SequenceEqual("pong"u8) ? NoticeKind.Heartbeat : throw json.Fault("The result is unknown");
            else if (name.SequenceEqual("error"u8) && !json.IsNext('n'))
                response = response with { Kind = NoticeKind.Rejected, Text = json.HumanTextOf("message"u8) };
            else
                json.Skip();
        json.ExpectEnd();
        if (response.Kind == NoticeKind.Acknowledged)
        {
            responses++;
            response.Kind = response.RequestId is null ? NoticeKind.Ignored : NoticeKind.Acknowledged; // each of our requests has an id
        }

        sink.OnNotice(response);
    }

    private static bool IsSnapshot(in FrameReader json, ReadOnlySpan<byte> type)
    {
        json.Require(!type.IsEmpty, "type");
        if (type.SequenceEqual("snapshot"u8))
            return true;
        return type.SequenceEqual("incremental"u8) ? false : throw json.Fault("The 'type' is neither snapshot nor incremental");
    }

    /// <summary>True for <c>sBTCUSDT</c>; symbols of contracts do not begin with a small s, and their units are others.</summary>
    private static bool IsSpot(ReadOnlySpan<byte> symbol) => symbol[0] == 's';

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> name, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = name });
    }
}
