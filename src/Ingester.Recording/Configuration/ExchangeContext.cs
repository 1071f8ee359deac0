using Ingester.Core.Exchanges;
using Ingester.Core.Resilience;
using Ingester.Recording.Limits;
using Ingester.Recording.Raw;

namespace Ingester.Recording.Configuration;

/// <summary>The facts of one exchange and the choices of the user, for everything that sends requests to it.</summary>
internal sealed record ExchangeContext
{
    /// <summary>The exchange.</summary>
    public required IExchange Exchange { get; init; }

    /// <summary>The options of the exchange: which markets and datasets are recorded.</summary>
    public required ExchangeOptions ExchangeOptions { get; init; }

    /// <summary>The options of connections.</summary>
    public required ConnectionOptions Options { get; init; }

    /// <summary>Measures waits; never used as the time of data.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Seed of the jitter. It must differ between replicas, else they disconnect and reconnect at the same times.</summary>
    public required int Seed { get; init; }

    /// <summary>The position of this replica among all replicas.</summary>
    public ReplicaOrdinal ReplicaOrdinal { get; init; } = ReplicaOrdinal.Single;

    /// <summary>Captures what is received, sent and answered, verbatim; null, the default, where nothing is captured.</summary>
    public RawCapture? Raw { get; init; }

    /// <summary>The exchange's name.</summary>
    public string Name => Exchange.Profile.Name;

    /// <summary>Creates a random generator for jitter.</summary>
    public Random NewRandom(int salt) => new(unchecked((Seed * 397) ^ salt));

    /// <summary>Creates a backoff with its own jitter.</summary>
    public Backoff NewBackoff(int salt) => new(NewRandom(salt), Options.BackoffBase, Options.BackoffCap);

    /// <summary>Creates the rate limits, once for each run of the recorder.</summary>
    public ExchangeRateLimits NewRateLimits() => new(Exchange.Profile, Options.ShareAddress ? ReplicaOrdinal.Count : 1, Clock);
}
