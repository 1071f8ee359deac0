using Ingester.Core.Time;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Running;

/// <summary>
/// Follows one exchange in the store: derives each minute some time after its end, compacts complete hours, and searches the last two days for minutes whose
/// inputs have changed. It keeps nothing that the store does not hold: after a restart the search finds what is missing.
/// </summary>
/// <param name="exchange">The exchange.</param>
/// <param name="create">Creates what derives it: at the start, and again after an unexpected error, which may have left it in an inconsistent state.</param>
/// <param name="options">How the store is followed.</param>
/// <param name="clock">The clock. Exchange times are compared with it, less the delay.</param>
/// <param name="events">Receives what happens.</param>
internal sealed class DeriveFollower(string exchange, Func<ExchangeDeriver> create, DeriveFollowOptions options, TimeProvider clock, DeriveEvents events) : IAsyncDisposable
{
    private const long HourMicros = 60 * Window.MicrosPerMinute;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxRestartDelay = TimeSpan.FromMinutes(5);

    private readonly long delay = Micros.From(options.Delay);
    private long next = long.MinValue; // the first minute that is not derived yet
    private long recheckFrom = long.MaxValue; // the next hour of the search that is running
    private long nextRecheck = long.MinValue; // when the next search begins, by the clock
    private long compactedTo = long.MinValue;
    private ExchangeDeriver? deriver;
    private int restarts; // unexpected errors since the last part of the work that was done

    /// <summary>End of the last derived minute, microseconds UTC; null before the first one.</summary>
    public long? DerivedTo => Volatile.Read(ref next) is > long.MinValue and var end ? end : null;

    /// <summary>Runs until it is cancelled. Failures of the store are repeated. After an unexpected error it starts again: after 10 s, doubled up to five minutes.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan pause;
            try
            {
                pause = await StepAsync(cancellation);
                restarts = 0;
            }
            catch (StoreException failure)
            {
                events.Failed(exchange, failure);
                pause = RetryDelay;
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested) // a bug: the other exchanges go on, and this one starts again
            {
                pause = TimeSpan.FromTicks((long)Math.Min(MaxRestartDelay.Ticks, RetryDelay.Ticks * Math.Pow(2, restarts++)));
                events.Restarts(exchange, error, pause);
                await DisposeAsync();
                (recheckFrom, nextRecheck) = (long.MaxValue, long.MinValue); // the search begins again
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
        deriver ??= create();
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var used = deriver;
        deriver = null;
        if (used is not null)
            await used.DisposeAsync();
    }

    private bool IsCompactable(Period hour, long now) => hour.To - hour.From == HourMicros && hour.To + Micros.From(options.CompactionDelay) <= now;
}
