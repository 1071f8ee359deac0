namespace Ingester.Core.Time;

/// <summary>
/// Estimates how far the local clock is ahead of the clocks of servers, from the <c>Date</c> headers of their responses. A header has a resolution of one second,
/// so that one response gives an interval of one second and the time of the request. The true offset is in the intersection of the intervals, which many
/// responses narrow. Thread-safe.
/// </summary>
internal sealed class ClockOffsetEstimator
{
    /// <summary>How long measurements are used at least, in microseconds; twice this at most. Clocks drift.</summary>
    private const long SpanMicros = 10 * 60 * 1_000_000L;

    private const long ResolutionMicros = 1_000_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Server> servers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a response. All times are in microseconds UTC.</summary>
    /// <param name="server">The name of the server.</param>
    /// <param name="sent">The local clock when the request was sent.</param>
    /// <param name="received">The local clock when the response was received.</param>
    /// <param name="date">The time in the response, truncated to the second.</param>
    public void Observe(string server, long sent, long received, long date)
    {
        lock (gate)
        {
            if (!servers.TryGetValue(server, out var known))
                servers.Add(server, known = new());
            known.Add(new(sent - date - ResolutionMicros, received - date, 1), received);
        }
    }

    /// <summary>The estimate of the server in the middle, so that one server with a wrong clock does not matter; null before the first response.</summary>
    public ClockOffset? Estimate()
    {
        lock (gate)
        {
            var estimates = servers.Values.Select(server => server.Estimate).OrderBy(estimate => estimate.Micros).ToList();
            return estimates.Count == 0 ? null : estimates[estimates.Count / 2];
        }
    }

    /// <summary>The offsets that responses allow.</summary>
    private readonly record struct Interval(long From, long To, long Samples)
    {
        public Interval? Intersect(Interval other) =>
            new Interval(Math.Max(From, other.From), Math.Min(To, other.To), Samples + other.Samples) is var both && both.From <= both.To ? both : null;
    }

    /// <summary>The responses of one server in two spans of time: the present one, and the one before.</summary>
    private sealed class Server
    {
        private Interval? earlier;
        private Interval? present;
        private long began;

        public ClockOffset Estimate
        {
            get
            {
                var now = present!.Value;
                var found = earlier is { } before && now.Intersect(before) is { } both ? both : now;
                return new(found.From + (found.To - found.From) / 2, (found.To - found.From + 1) / 2, found.Samples);
            }
        }

        public void Add(Interval next, long now)
        {
            if (present is null || now - began >= SpanMicros || now < began)
                (earlier, present, began) = (present, next, now);
            else if (present.Value.Intersect(next) is { } both)
                present = both;
            else
                (earlier, present, began) = (null, next, now); // a clock was set
        }
    }
}
