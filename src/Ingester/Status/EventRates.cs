using Ingester.Core.Telemetry;

namespace Ingester.Status;

/// <summary>Received events per second of each exchange, over the last <see cref="Span"/> of real time.</summary>
/// <param name="meter">The counters.</param>
/// <param name="exchanges">The names of the exchanges.</param>
/// <param name="clock">Measures real time.</param>
internal sealed class EventRates(IngesterMeter meter, IReadOnlyList<string> exchanges, TimeProvider clock)
{
    /// <summary>The time over which rates are averaged.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Queue<(long At, long[] Totals)> samples = new();
    private long sampledAt;

    /// <summary>Remembers the totals, at most once a second. Called by the loop that closes windows.</summary>
    public void Update()
    {
        lock (gate)
        {
            if (samples.Count > 0 && clock.GetElapsedTime(sampledAt) < Interval)
                return;
            sampledAt = clock.GetTimestamp();
            samples.Enqueue((sampledAt, [.. exchanges.Select(meter.EventsRecorded.TotalOfExchange)]));
            while (samples.Count > 1 && clock.GetElapsedTime(samples.Peek().At) > Span)
                samples.Dequeue();
        }
    }

    /// <summary>The rate of an exchange; zero before the first second is over.</summary>
    public double PerSecond(string exchange)
    {
        lock (gate)
        {
            if (!samples.TryPeek(out var first))
                return 0;
            var elapsed = clock.GetElapsedTime(first.At);
            if (elapsed < Interval)
                return 0;
            var index = exchanges.TakeWhile(name => name != exchange).Count();
            return (meter.EventsRecorded.TotalOfExchange(exchange) - first.Totals[index]) / elapsed.TotalSeconds;
        }
    }
}
