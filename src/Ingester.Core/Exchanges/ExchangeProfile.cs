using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Exchanges;

/// <summary>The facts of an exchange. Every number stands in <c>docs/exchanges</c> with its source.</summary>
internal sealed record ExchangeProfile
{
    /// <summary>The name in keys and configuration, such as <c>binance-us</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The streamed datasets that the exchange offers, each with what its sequence is worth and where it is streamed.</summary>
    public required IReadOnlyList<DatasetProfile> Datasets { get; init; }

    /// <summary>Where the market list is asked for (REST, GET).</summary>
    public required Uri Markets { get; init; }

    /// <summary>What the statuses of its market list mean.</summary>
    public required MarketStatuses Statuses { get; init; }

    /// <summary>The most streams (dataset × market) that one connection carries.</summary>
    public required int StreamsPerConnection { get; init; }

    /// <summary>The most messages a client may send on one connection, pongs and pings included, and the span that they count over.</summary>
    public required Budget ClientMessages { get; init; }

    /// <summary>The most connections that may be opened, and the span that they count over.</summary>
    public required Budget Connects { get; init; }

    /// <summary>The most messages that one address may send on all its connections together; null where only each connection counts.</summary>
    public Budget? AddressMessages { get; init; }

    /// <summary>The most REST request weight that one address may spend, and the span that it counts over.</summary>
    public required Budget Requests { get; init; }

    /// <summary>What asking for the market list weighs of <see cref="Requests"/>.</summary>
    public int MarketsWeight { get; init; } = 1;

    /// <summary>The header of REST answers that tells the request weight that the address has spent; null where there is none.</summary>
    public string? UsedWeightHeader { get; init; }

    /// <summary>
    /// The message, with that request id, that asks which streams a connection is subscribed to; the answer is one <see cref="NoticeKind.Listed"/> each and
    /// then an acknowledgement. Null where the exchange cannot be asked.
    /// </summary>
    public Func<long, string>? ListSubscriptions { get; init; }

    /// <summary>After this age the exchange cuts a connection; null when it does not say.</summary>
    public TimeSpan? MaxConnectionAge { get; init; }

    /// <summary>A connection without any frame or ping for this long is dead.</summary>
    public required TimeSpan SilenceLimit { get; init; }

    /// <summary>A text that the client sends to keep the connection alive; null where protocol pings suffice.</summary>
    public string? Ping { get; init; }

    /// <summary>How often <see cref="Ping"/> is sent.</summary>
    public TimeSpan PingInterval { get; init; }

    /// <summary>Quote assets, longest match first, that split a symbol without a market list (<c>BTCUSDT</c> → <c>BTC-USDT</c>).</summary>
    public IReadOnlyList<string> QuoteAssets { get; init; } = [];

    /// <summary>True where symbols are contracts: one without a date is perpetual and is named <c>BASE-QUOTE-PERP</c>.</summary>
    public bool Derivatives { get; init; }

    /// <summary>What its books are worth to one who keeps them.</summary>
    public BookProfile Book { get; init; } = new();

    /// <summary>The facts of one dataset, or null where the exchange does not offer it.</summary>
    public DatasetProfile? Find(Dataset dataset)
    {
        foreach (var profile in Datasets)
            if (profile.Dataset == dataset)
                return profile;
        return null;
    }
}

/// <summary>The facts of one streamed dataset of an exchange.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Endpoint">The WebSocket address that serves it.</param>
/// <param name="Sequence">What its sequence is worth.</param>
/// <param name="Identity">Whether two connections receive the same messages.</param>
internal sealed record DatasetProfile(Dataset Dataset, Uri Endpoint, SequenceKind Sequence, StreamIdentity Identity)
{
    /// <summary>The exchange's own name of the channel, as it is asked for and as <see cref="Notice.Channel"/> names it.</summary>
    public string Channel { get; init; } = "";

    /// <summary>False where the exchange sends no time with the events: then they take the connection's, and no window is whole. Default true.</summary>
    public bool HasTime { get; init; } = true;

    /// <summary>Past events over REST, by which a hole is closed; null where the exchange serves none.</summary>
    public TradeSource? Past { get; init; }
}

/// <summary>At most <paramref name="Count"/> within <paramref name="Per"/>.</summary>
internal sealed record Budget(int Count, TimeSpan Per);
