using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Simulator.Connections;
using Ingester.Simulator.Faults;

namespace Ingester.Simulator.Exchanges;

/// <summary>Applies the rate limits to connects and requests. Called under the lock of the exchange.</summary>
internal sealed class AdmissionControl(SimulatedExchange exchange)
{
    private readonly Dictionary<string, SlidingRateLimit> connectLimits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SlidingRateLimit> weightLimits = new(StringComparer.Ordinal);
    private long rejectUntilMicros = long.MinValue;

    /// <summary>Admits a connect (null), or returns the time that the client has to wait.</summary>
    public TimeSpan? CheckConnect(string address) =>
        Check("connect", LimitOf(connectLimits, address, exchange.Options.Limits.Connects ?? exchange.Profile.ConnectLimit), 1);

    /// <summary>Admits a REST request (null), or returns the time that the client has to wait.</summary>
    public TimeSpan? CheckRequest(string address, int weight) => Check("rest", WeightLimitOf(address), weight);

    /// <summary>The request weight that an IP address has used.</summary>
    public int UsedWeight(string address) => WeightLimitOf(address).Used;

    /// <summary>Rejects all clients for a span of the clock's time.</summary>
    public void RejectAllFor(TimeSpan span)
    {
        rejectUntilMicros = exchange.NowMicros + Micros.From(span);
        exchange.Injector.LogFault(InjectedFaultKind.Refuse, null, $"for {span}");
    }

    private static SlidingRateLimit LimitOf(Dictionary<string, SlidingRateLimit> windows, string address, RateLimit limit)
    {
        if (!windows.TryGetValue(address, out var window))
            windows.Add(address, window = new(limit));
        return window;
    }

    private SlidingRateLimit WeightLimitOf(string address) => LimitOf(weightLimits, address, exchange.Options.Limits.RequestWeight ?? exchange.Profile.RequestWeightLimit);

    private TimeSpan? Check(string kind, SlidingRateLimit window, int weight)
    {
        var now = exchange.NowMicros;
        if (now < rejectUntilMicros)
        {
            exchange.Counters.CountRefusal(kind);
            return TimeSpan.FromMicroseconds(rejectUntilMicros - now);
        }

        if (!exchange.Options.EnforceLimits || window.TryAcquire(now, weight))
            return null;
        exchange.Counters.CountRefusal(kind);
        return window.TimeUntilAvailable(now);
    }
}
