using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Serving;

namespace Ingester.Simulator.Venues;

/// <summary>Applies the rate limits to connects and requests. Called under the lock of the exchange.</summary>
internal sealed class VenueDoor(Venue venue)
{
    private readonly Dictionary<string, RateWindow> connects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RateWindow> weights = new(StringComparer.Ordinal);
    private long closedUntil = long.MinValue;

    /// <summary>Admits a connect (null), or returns the time that the client has to wait.</summary>
    public TimeSpan? RefuseConnect(string address) =>
        Refuse("connect", Window(connects, address, venue.Options.Limits.Connects ?? venue.Facts.Connects), 1);

    /// <summary>Admits a REST request (null), or returns the time that the client has to wait.</summary>
    public TimeSpan? RefuseRequest(string address, int weight) => Refuse("rest", Weights(address), weight);

    /// <summary>The request weight that an IP address has used.</summary>
    public int Spent(string address) => Weights(address).Used;

    /// <summary>Rejects all clients for a span of the clock's time.</summary>
    public void CloseFor(TimeSpan span)
    {
        closedUntil = venue.Now + Micros.From(span);
        venue.Injector.Note(FaultKind.Refuse, null, $"for {span}");
    }

    private static RateWindow Window(Dictionary<string, RateWindow> windows, string address, Budget budget)
    {
        if (!windows.TryGetValue(address, out var window))
            windows.Add(address, window = new(budget));
        return window;
    }

    private RateWindow Weights(string address) => Window(weights, address, venue.Options.Limits.RequestWeight ?? venue.Facts.RequestWeight);

    private TimeSpan? Refuse(string what, RateWindow window, int weight)
    {
        var now = venue.Now;
        if (now < closedUntil)
        {
            venue.Counters.Refuse(what);
            return TimeSpan.FromMicroseconds(closedUntil - now);
        }

        if (!venue.Options.EnforceLimits || window.TryTake(now, weight))
            return null;
        venue.Counters.Refuse(what);
        return window.Wait(now);
    }
}
