using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>One exchange: its facts, a decoder, and the messages that are sent to it. It has no sockets, clocks, logs or retries.</summary>
internal interface IExchange
{
    /// <summary>The facts.</summary>
    ExchangeProfile Profile { get; }

    /// <summary>Creates a decoder for one connection.</summary>
    IFrameDecoder CreateDecoder();

    /// <summary>
    /// Parses the exchange's market list (the body of the REST response): every market with its status. Unreadable entries are skipped and reported
    /// in the result.
    /// </summary>
    /// <exception cref="System.Text.Json.JsonException">
    /// The body is not a market list, or no market in it can be read; the message states the error and its position.
    /// </exception>
    MarketListResult ParseMarketList(ReadOnlySpan<byte> body);

    /// <summary>
    /// The frames that subscribe (or unsubscribe, with <paramref name="subscribe"/> false) the given streams, split by the limits of one message.
    /// Request ids are taken from <paramref name="requestId"/>, which is set to the next free id.
    /// </summary>
    IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId);
}

/// <summary>One stream to subscribe: a streamed dataset of a market.</summary>
internal sealed record Subscription(Dataset Dataset, Market Market);

/// <summary>One message to the exchange, and the streams that it subscribes or unsubscribes.</summary>
/// <param name="RequestId">The request id in the message; null when the protocol has none.</param>
/// <param name="Text">The message.</param>
/// <param name="Streams">The streams in the message.</param>
internal sealed record SubscribeFrame(long? RequestId, string Text, IReadOnlyList<Subscription> Streams);
