using Ingester.Core.Exchanges;

namespace Ingester.Recording.Limits;

/// <summary>
/// The rate limits of one exchange for one IP address, shared by everything in this process that sends requests to it. Replicas
/// that share an address divide them.
/// </summary>
internal sealed class ExchangeRateLimits : IDisposable
{
    /// <summary>
    /// Share of the used weight, as the exchange reports it, at which requests pause until the next interval. The rest is left to other
    /// users of the address.
    /// </summary>
    private const double MaxUsedShare = 0.8;

    private readonly TimeProvider clock;
    private readonly RateLimit requests;
    private long usedWeight;

    /// <summary>Creates the limiters.</summary>
    /// <param name="profile">The exchange's facts.</param>
    /// <param name="sharers">Number of replicas that share the address.</param>
    /// <param name="clock">Measures waits.</param>
    public ExchangeRateLimits(ExchangeProfile profile, int sharers, TimeProvider clock)
    {
        (this.clock, requests) = (clock, profile.RequestWeightLimit);
        Connects = GcraRateLimiter.ForConnectionAttempts(Divide(profile.ConnectionLimit, sharers), clock);
        Requests = new(Divide(profile.RequestWeightLimit, sharers), profile.RequestWeightLimit.Count / 2, clock);
        Messages = profile.AddressMessageLimit is { } all ? GcraRateLimiter.ForMessages(Divide(all, sharers), clock) : null;
    }

    /// <summary>Limit of new connections.</summary>
    public GcraRateLimiter Connects { get; }

    /// <summary>Limit of REST requests, by weight.</summary>
    public GcraRateLimiter Requests { get; }

    /// <summary>Limit of messages over all connections of the address; null where the exchange limits each connection separately.</summary>
    public GcraRateLimiter? Messages { get; }

    /// <summary>The used share of the request weight, as the exchange last reported it; zero where it reports nothing.</summary>
    public double UsedShare => Interlocked.Read(ref usedWeight) / (double)requests.Count;

    /// <summary>
    /// Receives the weight that the address has used in the present interval, as the exchange reports it. Near the limit, requests
    /// pause until the next interval.
    /// </summary>
    public void ReportUsedWeight(int weight)
    {
        Interlocked.Exchange(ref usedWeight, weight);
        if (weight >= requests.Count * MaxUsedShare)
            Requests.Suspend(new(requests.Interval.Ticks - clock.GetUtcNow().Ticks % requests.Interval.Ticks));
    }

    /// <summary>Blocks connections and requests for a time, because the exchange reported that its limit is exceeded.</summary>
    public void Suspend(TimeSpan span)
    {
        Connects.Suspend(span);
        Requests.Suspend(span);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Connects.Dispose();
        Requests.Dispose();
        Messages?.Dispose();
    }

    /// <summary>One replica's share: a smaller count, or, where that would be below one, a count of one in a longer interval.</summary>
    internal static RateLimit Divide(RateLimit limit, int sharers) =>
        limit.Count >= sharers ? limit with { Count = limit.Count / sharers } : new(1, limit.Interval * sharers / limit.Count);
}
