using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>One exchange: facts, a decoder, and what is said to it. No sockets, clocks, logs or retries.</summary>
internal interface IExchange
{
    /// <summary>The facts.</summary>
    ExchangeProfile Profile { get; }

    /// <summary>A decoder for one connection.</summary>
    IFrameDecoder OpenDecoder();

    /// <summary>
    /// Reads the exchange's market list, the body of the REST answer: every market with its status. An entry that cannot be read is left out and named.
    /// </summary>
    /// <exception cref="System.Text.Json.JsonException">The body is no market list, or has no market that can be read; the message says what and where.</exception>
    MarketListing ReadMarkets(ReadOnlySpan<byte> body);

    /// <summary>
    /// The frames that subscribe (or, with <paramref name="subscribe"/> false, unsubscribe) the given streams, at most what one message may
    /// carry each. Request ids count up from <paramref name="requestId"/>, which is left at the next free one.
    /// </summary>
    IReadOnlyList<SubscribeFrame> Subscribe(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId);
}

/// <summary>One stream as it is asked for: a streamed dataset of a market.</summary>
internal sealed record Subscription(Dataset Dataset, Market Market);

/// <summary>One message to the exchange, and the streams that it asks for.</summary>
/// <param name="RequestId">The id it carries; null where the protocol has none.</param>
/// <param name="Text">The message.</param>
/// <param name="Streams">The streams that it subscribes or unsubscribes.</param>
internal sealed record SubscribeFrame(long? RequestId, string Text, IReadOnlyList<Subscription> Streams);
