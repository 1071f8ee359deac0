using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Hyperliquid;

/// <summary>
/// Decodes the frames of Hyperliquid: <c>{"channel":…,"data":…}</c>, or the greeting of a connection.
/// https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
/// </summary>
internal sealed class HyperliquidDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "coin", Field.Symbol }, { "tid", Field.Id }, { "time", Field.Milliseconds }, { "px", Field.Price }, { "sz", Field.Size }, { "side", Field.TakerOrder },
    };

    private static readonly LevelFormat Levels = LevelFormat.Objects("px", "sz");

    /// <summary>Channels that are not subscribed.</summary>
    private static readonly byte[][] OtherChannels =
    [
        .. new[] { "allMids", "bbo", "candle", "activeAssetCtx", "activeSpotAssetCtx", "allDexsAssetCtxs", "fastAssetCtxs", "outcomeMetaUpdates", "explorerBlock", "post" }
            .Select(Encoding.UTF8.GetBytes),
    ];

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    /// <summary>True for a coin whose trades have been received since they were subscribed.</summary>
    private readonly SymbolMap<bool> started = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        if (frame.SequenceEqual("Websocket connection established."u8))
        {
            sink.OnNotice(new() { Kind = NoticeKind.Ignored });
            return;
        }

        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var channel = json.Peek("channel"u8);
        if (channel.SequenceEqual("trades"u8))
            ReadTrades(ref json, frame, sink);
        else if (channel.SequenceEqual("l2Book"u8))
            ReadBook(ref json, sink);
        else if (channel.SequenceEqual("subscriptionResponse"u8))
            ReadResponse(ref json, sink);
        else
            ReadNotice(ref json, channel, sink);
    }

    /// <summary>
    /// Reads the trades of one coin, oldest first. After a subscription the exchange repeats the last ones, without a mark. A message of new trades holds those of one block,
    /// whose time they share, so that the first message after the subscription is a repetition when its trades have different times. It is ignored: nothing says which of its
    /// trades are recorded already.
    /// </summary>
    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        ReadOnlySpan<byte> coin = default;
        long? micros = null;
        var hasDifferentTimes = false;
        json.MoveTo("data"u8);
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues();
            Trade.Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
            hasDifferentTimes |= micros is not null && micros != trade.Micros;
            coin = trade.Symbol;
            micros = trade.Micros;
        }

        json.MoveToEnd();
        if (coin.IsEmpty || (!started[coin] && hasDifferentTimes))
            sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = "trades"u8 });
        else
            trades.Emit(frame, sink);
        if (!coin.IsEmpty)
            started[coin] = true;
    }

    /// <summary>Reads a complete book: <c>{"coin":"BTC","time":1790232236546,"levels":[[{"px":"84143.0","sz":"10.2","n":36}],[…]]}</c>, the bids first.</summary>
    private void ReadBook(ref FrameReader json, IEventSink sink)
    {
        var book = new DepthEvent { SnapshotLevels = HyperliquidExchange.Depth };
        var hasLevels = false;
        json.MoveTo("data"u8);
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("coin"u8))
            {
                book.Symbol = json.Text();
            }
            else if (name.SequenceEqual("time"u8))
            {
                book.Micros = json.MillisAsMicros();
            }
            else if (!hasLevels && name.SequenceEqual("levels"u8))
            {
                ReadSides(ref json, ref book);
                hasLevels = true;
            }
            else
            {
                json.Skip();
            }

        json.Require(!book.Symbol.IsEmpty, "coin");
        json.Require(book.Micros is not null, "time");
        json.Require(hasLevels, "levels");
        json.MoveToEnd();
        sink.OnSnapshot(book);
    }

    private void ReadSides(ref FrameReader json, ref DepthEvent book)
    {
        json.Array();
        if (!json.Element())
            throw json.Fault("The book has no bids");
        book.Bids = Levels.Read(ref json, levels);
        if (!json.Element())
            throw json.Fault("The book has no asks");
        book.Asks = Levels.Read(ref json, levels);
        if (json.Element())
            throw json.Fault("The book has more than two sides");
    }

    /// <summary>
    /// Reads <c>{"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}}}</c>. The trades of the coin begin again.
    /// The answer to an unsubscription is ignored: it would confirm the subscription that follows.
    /// </summary>
    private void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        ReadOnlySpan<byte> method = default, type = default, coin = default;
        json.MoveTo("data"u8);
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("method"u8))
                method = json.Text();
            else if (name.SequenceEqual("subscription"u8))
                ReadSubscription(ref json, ref type, ref coin);
            else
                json.Skip();
        json.MoveToEnd();
        json.Require(!type.IsEmpty, "type");
        json.Require(!coin.IsEmpty, "coin");
        var isSubscribed = method.SequenceEqual("subscribe"u8);
        if (!isSubscribed && !method.SequenceEqual("unsubscribe"u8))
            throw json.Fault($"The method '{Encoding.UTF8.GetString(method)}' is unknown");
        if (type.SequenceEqual("trades"u8))
            started[coin] = false;
        sink.OnNotice(isSubscribed ? new() { Kind = NoticeKind.Acknowledged, Symbol = coin, Channel = type } : new() { Kind = NoticeKind.Ignored, Channel = type });
    }

    private static void ReadSubscription(ref FrameReader json, ref ReadOnlySpan<byte> type, ref ReadOnlySpan<byte> coin)
    {
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("type"u8))
                type = json.Text();
            else if (name.SequenceEqual("coin"u8))
                coin = json.Text();
            else
                json.Skip();
    }

    /// <summary>Reads a pong, an error, <c>{"channel":"error","data":"Already subscribed: …"}</c>, or a channel that is not subscribed.</summary>
    private static void ReadNotice(ref FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        var notice = new Notice { Kind = NoticeKind.Ignored, Channel = channel };
        if (channel.SequenceEqual("pong"u8))
            notice = new() { Kind = NoticeKind.Heartbeat };
        else if (channel.SequenceEqual("error"u8))
            notice = new() { Kind = NoticeKind.Rejected };
        else if (!IsOther(channel))
            throw json.Fault($"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
        json.Object();
        while (json.Property(out var name))
            if (notice.Kind == NoticeKind.Rejected && name.SequenceEqual("data"u8))
                notice.Text = json.HumanText();
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(notice.Kind != NoticeKind.Rejected || !notice.Text.IsEmpty, "data");
        sink.OnNotice(notice);
    }

    private static bool IsOther(ReadOnlySpan<byte> channel)
    {
        foreach (var other in OtherChannels)
            if (channel.SequenceEqual(other))
                return true;
        return false;
    }
}
