using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Serving;

namespace Ingester.Simulator.Venues;

/// <summary>Applies the rate limits to connects and requests. Called under the lock of the exchange.</summary>
internal sealed class AdmissionControl(SimulatedExchange venue)
{
    private readonly Dictionary<string, SlidingRateLimit> connectLimits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SlidingRateLimit> weightLimits = new(StringComparer.Ordinal);
    private long rejectUntilMicros = long.MinValue;

    /// <summary>Admits a connect (null), or returns the time that the client has to wait.</summary>
    public TimeSpan? CheckConnect(string address) =>
        Check("connect", LimitOf(connectLimits, address, venue.Options.Limits.Connects ?? venue.Profile.ConnectLimit), 1);

    /// <summary>Admits a REST request (null), or returns the time that the client has to wait.</summary>
    public TimeSpan? CheckRequest(string address, int weight) => Check("rest", WeightLimitOf(address), weight);

    /// <summary>The request weight that an IP address has used.</summary>
    public int UsedWeight(string address) => WeightLimitOf(address).Used;

    /// <summary>Rejects all clients for a span of the clock's time.</summary>
    public void RejectAllFor(TimeSpan span)
    {
        rejectUntilMicros = venue.NowMicros + Micros.From(span);
        venue.Injector.LogFault(InjectedFaultKind.Refuse, null, $"for {span}");
    }

    private static SlidingRateLimit LimitOf(Dictionary<string, SlidingRateLimit> windows, string address, RateLimit budget)
    {
        if (!windows.TryGetValue(address, out var window))
            windows.Add(address, window = new(budget));
        return window;
    }

    private SlidingRateLimit WeightLimitOf(string address) => LimitOf(weightLimits, address, venue.Options.Limits.RequestWeight ?? venue.Profile.RequestWeightLimit);

    private TimeSpan? Check(string what, SlidingRateLimit window, int weight)
    {
        var now = venue.NowMicros;
        if (now < rejectUntilMicros)
        {
            venue.Counters.CountRefusal(what);
            return TimeSpan.FromMicroseconds(rejectUntilMicros - now);
        }

        if (!venue.Options.EnforceLimits || window.TryAcquire(now, weight))
            return null;
        venue.Counters.CountRefusal(what);
        return window.TimeUntilAvailable(now);
    }
}
