namespace Ingester.Core.Exchanges;

/// <summary>
/// Decodes the frames of one connection into events. State between frames belongs to the decoder and is discarded with its connection.
/// </summary>
internal interface IFrameDecoder
{
    /// <summary>
    /// Decodes one frame. Nothing reaches the sink before the whole frame has been validated, so a frame is emitted completely or not at all. Trades
    /// of one market are emitted in the order of their ids.
    /// </summary>
    /// <exception cref="System.Text.Json.JsonException">
    /// The frame violates the exchange's documented format; the message states the error and its position.
    /// </exception>
    void Decode(ReadOnlySpan<byte> frame, IEventSink sink);
}

/// <summary>Receives the events of a decoder.</summary>
internal interface IEventSink
{
    /// <summary>One trade.</summary>
    void OnTrade(in TradeEvent trade);

    /// <summary>One diff of a book.</summary>
    void OnDiff(in DepthEvent diff);

    /// <summary>A snapshot that the exchange sent on the WebSocket.</summary>
    void OnSnapshot(in DepthEvent book);

    /// <summary>Any other message.</summary>
    void OnNotice(in Notice notice);
}

/// <summary>Kind of a message that is not an event.</summary>
internal enum NoticeKind : byte
{
    /// <summary>A channel that is not subscribed (tickers, klines): it is only counted.</summary>
    Ignored,

    /// <summary>The connection is alive; <see cref="Notice.Micros"/> is the exchange time if the frame has one.</summary>
    Heartbeat,

    /// <summary>
    /// A request was accepted. Either <see cref="Notice.RequestId"/> names the request (Binance), or <see cref="Notice.Symbol"/> and <see
    /// cref="Notice.Channel"/> name the stream (Kraken), or all three name one stream of the request (OKX). With none, the
    /// oldest request is answered (Coinbase).
    /// </summary>
    Acknowledged,

    /// <summary>
    /// One subscribed stream, by <see cref="Notice.Symbol"/> and <see cref="Notice.Channel"/>, in the response to <see
    /// cref="ExchangeProfile.ListSubscriptionsMessage"/>.
    /// </summary>
    SubscriptionListed,

    /// <summary>A subscription or request was rejected; <see cref="Notice.Text"/> has the reason.</summary>
    Rejected,

    /// <summary>The exchange will close this connection soon (Binance: <c>serverShutdown</c>).</summary>
    ClosingSoon,

    /// <summary>The exchange expects a reply, to prove that the client lives: <see cref="Notice.Text"/> is the message to send.</summary>
    ReplyExpected,

    /// <summary>
    /// The exchange's counter of this connection's messages jumped: messages of any stream of the connection are missing.
    /// </summary>
    MessagesLost,
}

/// <summary>A message that is not an event. Its texts are valid as long as the frame's buffer.</summary>
internal ref struct Notice
{
    /// <summary>The kind of message.</summary>
    public NoticeKind Kind;

    /// <summary>The id of the request that this message responds to; null when the frame has none.</summary>
    public long? RequestId;

    /// <summary>The exchange's own symbol; empty when the frame has none.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary>The exchange's own channel name; empty when the frame has none.</summary>
    public ReadOnlySpan<byte> Channel;

    /// <summary>The exchange time in microseconds UTC; null when the frame has none.</summary>
    public long? Micros;

    /// <summary>The id of the last trade of <see cref="Symbol"/>, in a heartbeat; null when the frame has none.</summary>
    public long? LastTradeId;

    /// <summary>The exchange's message text; empty when there is none.</summary>
    public ReadOnlySpan<byte> Text;
}
