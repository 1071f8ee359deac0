using Ingester.Core.Time;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Running;

/// <summary>
/// Follows one exchange in the store: derives each minute some time after its end, compacts complete hours, and searches the last two days for minutes whose
/// inputs have changed. It keeps nothing that the store does not hold: after a restart the search finds what is missing.
/// </summary>
/// <param name="exchange">The exchange.</param>
/// <param name="deriver">Derives it.</param>
/// <param name="options">How the store is followed.</param>
/// <param name="clock">The clock. Exchange times are compared with it, less the delay.</param>
/// <param name="events">Receives what happens.</param>
internal sealed class Follower(string exchange, ExchangeDeriver deriver, FollowOptions options, TimeProvider clock, DeriveEvents events)
{
    private const long HourMicros = 60 * Window.MicrosPerMinute;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    private readonly long delay = Micros.From(options.Delay);
    private long next = long.MinValue; // the first minute that is not derived yet
    private long recheckFrom = long.MaxValue; // the next hour of the search that is running
    private long nextRecheck = long.MinValue; // when the next search begins, by the clock
    private long compactedTo = long.MinValue;

    /// <summary>End of the last derived minute, microseconds UTC; null before the first one.</summary>
    public long? DerivedTo => Volatile.Read(ref next) is > long.MinValue and var end ? end : null;

    /// <summary>Runs until it is cancelled. Failures of the store are repeated.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan pause;
            try
            {
                pause = await StepAsync(cancellation);
            }
            catch (StoreException failure)
            {
                events.Failed(exchange, failure);
                pause = RetryDelay;
            }

            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, clock, cancellation);
        }
    }

    /// <summary>Does the next part of the work.</summary>
    /// <returns>How long to wait for the next part; zero when there is work.</returns>
    public async Task<TimeSpan> StepAsync(CancellationToken cancellation)
    {
        var now = Micros.Now(clock);
        var due = Window.Containing(now - delay, 1).StartMicros;
        if (next == long.MinValue)
            Volatile.Write(ref next, due - Window.MicrosPerMinute);
        var report = new DeriveReport();
        if (next < due)
        {
            var end = Math.Min(due, next / HourMicros * HourMicros + HourMicros);
            await deriver.DeriveAsync(new(next, end), report, cancellation);
            Volatile.Write(ref next, end);
        }
        else if (now >= nextRecheck && recheckFrom == long.MaxValue)
        {
            deriver.Refresh();
            (recheckFrom, nextRecheck) = (Math.Max(0, due - Micros.From(options.LookBack)) / HourMicros * HourMicros, now + Micros.From(options.RecheckInterval));
            return TimeSpan.Zero;
        }
        else if (recheckFrom < due)
        {
            var hour = new Period(recheckFrom, Math.Min(due, recheckFrom + HourMicros));
            await deriver.DeriveAsync(hour, report, cancellation);
            if (IsCompactable(hour, now))
                await deriver.CompactAsync(hour, report, cancellation);
            recheckFrom = hour.To < due ? hour.To : long.MaxValue;
        }
        else if (Window.Containing(now - Micros.From(options.CompactionDelay), 60).StartMicros is var end && end > compactedTo)
        {
            if (compactedTo > long.MinValue)
                await deriver.CompactAsync(new(compactedTo, end), report, cancellation);
            compactedTo = end;
        }
        else
        {
            recheckFrom = long.MaxValue;
            return TimeSpan.FromMicroseconds(Math.Clamp(due + Window.MicrosPerMinute + delay - now, 1, Window.MicrosPerMinute));
        }

        events.Derived(exchange, report, TimeSpan.FromMicroseconds(now - next));
        return TimeSpan.Zero;
    }

    private bool IsCompactable(Period hour, long now) => hour.To - hour.From == HourMicros && hour.To + Micros.From(options.CompactionDelay) <= now;
}
