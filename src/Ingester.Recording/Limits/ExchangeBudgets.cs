using Ingester.Core.Exchanges;

namespace Ingester.Recording.Limits;

/// <summary>
/// The rate limits of one exchange for one IP address, shared by everything in this process that sends requests to it. Replicas
/// that share an address divide them.
/// </summary>
internal sealed class ExchangeBudgets : IDisposable
{
    /// <summary>
    /// Share of the used weight, as the exchange reports it, at which requests pause until the next interval. The rest is left to other
    /// users of the address.
    /// </summary>
    private const double MostSpent = 0.8;

    private readonly TimeProvider clock;
    private readonly Budget requests;
    private long spent;

    /// <summary>Creates the limiters.</summary>
    /// <param name="profile">The exchange's facts.</param>
    /// <param name="sharers">Number of replicas that share the address.</param>
    /// <param name="clock">Measures waits.</param>
    public ExchangeBudgets(ExchangeProfile profile, int sharers, TimeProvider clock)
    {
        (this.clock, requests) = (clock, profile.Requests);
        Connects = Pacer.ForConnects(Share(profile.Connects, sharers), clock);
        Requests = new(Share(profile.Requests, sharers), profile.Requests.Count / 2, clock);
        Messages = profile.AddressMessages is { } all ? Pacer.ForMessages(Share(all, sharers), clock) : null;
    }

    /// <summary>Limit of new connections.</summary>
    public Pacer Connects { get; }

    /// <summary>Limit of REST requests, by weight.</summary>
    public Pacer Requests { get; }

    /// <summary>Limit of messages over all connections of the address; null where the exchange limits each connection alone.</summary>
    public Pacer? Messages { get; }

    /// <summary>The used share of the request weight, as the exchange last reported it; zero where it reports nothing.</summary>
    public double SpentShare => Interlocked.Read(ref spent) / (double)requests.Count;

    /// <summary>
    /// Receives the weight that the address has used in the present interval, as the exchange reports it. Near the limit, requests
    /// pause until the next interval.
    /// </summary>
    public void Spent(int weight)
    {
        Interlocked.Exchange(ref spent, weight);
        if (weight >= requests.Count * MostSpent)
            Requests.HoldOff(new(requests.Per.Ticks - clock.GetUtcNow().Ticks % requests.Per.Ticks));
    }

    /// <summary>Blocks connections and requests for a time, because the exchange reported that its limit is exceeded.</summary>
    public void HoldOff(TimeSpan span)
    {
        Connects.HoldOff(span);
        Requests.HoldOff(span);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Connects.Dispose();
        Requests.Dispose();
        Messages?.Dispose();
    }

    /// <summary>One replica's share: a smaller count, or, where that would be below one, a count of one in a longer interval.</summary>
    internal static Budget Share(Budget whole, int sharers) =>
        whole.Count >= sharers ? whole with { Count = whole.Count / sharers } : new(1, whole.Per * sharers / whole.Count);
}
