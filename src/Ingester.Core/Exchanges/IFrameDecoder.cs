namespace Ingester.Core.Exchanges;

/// <summary>Turns the frames of one connection into events. What it must remember between frames dies with its connection.</summary>
internal interface IFrameDecoder
{
    /// <summary>
    /// Reads one frame. Nothing reaches the sink before the whole frame has been read and found to be as promised, so a frame
    /// is either taken whole or not at all. Several trades of one market leave in the order of their ids.
    /// </summary>
    /// <exception cref="System.Text.Json.JsonException">The frame is not as the exchange promises; the message says what and where.</exception>
    void Decode(ReadOnlySpan<byte> frame, IEventSink sink);
}

/// <summary>Where a decoder's events go.</summary>
internal interface IEventSink
{
    /// <summary>One trade.</summary>
    void Trade(in TradeEvent trade);

    /// <summary>One change of a book.</summary>
    void Depth(in DepthEvent diff);

    /// <summary>A whole book that the exchange sent in band.</summary>
    void Book(in DepthEvent book);

    /// <summary>Anything else that a connection says.</summary>
    void Notice(in Notice notice);
}

/// <summary>What a frame says that is no event.</summary>
internal enum NoticeKind : byte
{
    /// <summary>A channel that nobody asked for (tickers, klines): counted, nothing else.</summary>
    Ignored,

    /// <summary>The connection is alive; <see cref="Notice.Micros"/> is the exchange's time where the frame has one.</summary>
    Heartbeat,

    /// <summary>
    /// A subscription was accepted. Either <see cref="Notice.RequestId"/> names the request (Binance), or <see cref="Notice.Symbol"/> and
    /// <see cref="Notice.Channel"/> name the stream (Kraken), or, with neither, the frame lists everything that is subscribed (Coinbase).
    /// </summary>
    Acknowledged,

    /// <summary>
    /// One of the streams that are subscribed, by <see cref="Notice.Symbol"/> and <see cref="Notice.Channel"/>, in the answer to
    /// <see cref="ExchangeProfile.ListSubscriptions"/>.
    /// </summary>
    Listed,

    /// <summary>A subscription or request was refused; <see cref="Notice.Text"/> says why.</summary>
    Refused,

    /// <summary>The exchange will close this connection soon (Binance: <c>serverShutdown</c>).</summary>
    ClosingSoon,
}

/// <summary>A notice; its texts live as long as the frame's buffer.</summary>
internal ref struct Notice
{
    /// <summary>What is said.</summary>
    public NoticeKind Kind;

    /// <summary>The id of the request that is answered; null where the frame names none.</summary>
    public long? RequestId;

    /// <summary>The exchange's own symbol, empty where the frame names none.</summary>
    public ReadOnlySpan<byte> Symbol;

    /// <summary>The exchange's own channel name, empty where the frame names none.</summary>
    public ReadOnlySpan<byte> Channel;

    /// <summary>The exchange's time in microseconds UTC; null where the frame has none.</summary>
    public long? Micros;

    /// <summary>The id of the last trade of <see cref="Symbol"/>, in a heartbeat; null where the frame names none.</summary>
    public long? LastTradeId;

    /// <summary>What the exchange says in words, empty where it says nothing.</summary>
    public ReadOnlySpan<byte> Text;
}
