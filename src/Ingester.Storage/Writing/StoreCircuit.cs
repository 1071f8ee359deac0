using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Resilience;
using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>Permission for one request to the store. Disposing it releases it if no result was reported.</summary>
/// <param name="Circuit">The circuit breaker that issued it.</param>
/// <param name="Number">Its number.</param>
/// <param name="Epoch">The state of the circuit breaker when it was issued.</param>
/// <param name="IsProbe">True if the circuit is half-open and this is the trial request.</param>
internal readonly record struct StorePass(StoreCircuit Circuit, long Number, long Epoch, bool IsProbe) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Circuit.Leave(this);
}

/// <summary>
/// The circuit breaker of the store, shared by all its users. While requests succeed, they are not limited. While they fail, only one trial at a
/// time is sent, after an exponential delay with full jitter, also at its maximum. After a permanent failure trials continue less often: an
/// operator may fix the cause.
/// </summary>
internal sealed class StoreCircuit
{
    /// <summary>Maximum retry delay of an object that the store refuses while it accepts others: the cause is the object, not the store.</summary>
    private static readonly TimeSpan RefusedDelayCap = TimeSpan.FromMinutes(5);

    /// <summary>Maximum delay between trials while the store refuses everything until an operator acts.</summary>
    private static readonly TimeSpan RefusingDelayCap = TimeSpan.FromMinutes(1);

    /// <summary>Number of consecutive refusals, by the store or of one object, after which retrying is considered pointless.</summary>
    private const int ManyRefusals = 3;

    private static readonly StoreException Silence = new("No request to the store completes.", permanent: false) { Code = "silence" };

    private readonly StorageContext context;
    private readonly TimeProvider clock;
    private readonly Random random;
    private readonly Lock gate = new();
    private readonly Pulse changed = new();
    private readonly Dictionary<long, long> asking = []; // start times, by permit number
    private long passes;
    private long epoch;
    private long answers;
    private long answeredAt;
    private long failingSince;
    private long nextProbeAt;
    private int streak;
    private int refusals; // consecutive ones, up to the last failure
    private bool probing;
    private bool hurried;
    private StoreException? failing;

    /// <summary>The store is assumed to work until a request fails.</summary>
    public StoreCircuit(StorageContext context)
    {
        (this.context, clock) = (context, context.Clock);
        var seed = StableHash.Of(context.Identity.Replica, context.Identity.ProcessStartMicros.ToString(CultureInfo.InvariantCulture));
        random = new Random(unchecked((int)seed));
        answeredAt = clock.GetTimestamp();
    }

    /// <summary>True once a request to the store has succeeded.</summary>
    public bool HasAnswered
    {
        get
        {
            lock (gate)
                return answers > 0;
        }
    }

    /// <summary>True while the probe is the only request that is sent.</summary>
    public bool IsUnproven { get; set; }

    /// <summary>
    /// Whether requests succeed. It also detects that no request of any worker completes: if the store hangs, requests do not fail for a long time.
    /// </summary>
    public StoreHealth Health
    {
        get
        {
            lock (gate)
            {
                if (streak > 0)
                    return new(clock.GetElapsedTime(failingSince), failing);
                if (asking.Count < (IsUnproven ? 1 : context.Options.UploadWorkers))
                    return default;
                var stalled = clock.GetElapsedTime(Math.Max(answeredAt, asking.Values.Max()));
                return stalled < context.Options.RetryDelayCap ? default : new(stalled, Silence);
            }
        }
    }

    /// <summary>
    /// Waits until a request may be sent. Each permit is released by the first of the methods below that is called with it; later calls do nothing.
    /// </summary>
    public async ValueTask<StorePass> EnterAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            Task change;
            TimeSpan wait;
            lock (gate)
            {
                var now = clock.GetTimestamp();
                wait = probing ? Timeout.InfiniteTimeSpan : clock.GetElapsedTime(now, nextProbeAt);
                if (streak == 0 || !probing && wait <= TimeSpan.Zero)
                {
                    probing = streak > 0;
                    asking.Add(++passes, now);
                    return new(this, passes, epoch, probing);
                }

                change = changed.Next;
            }

            await Pulse.WaitAsync(change, wait, clock, cancellation);
        }
    }

    /// <summary>A request succeeded.</summary>
    public void Answered(StorePass pass)
    {
        lock (gate)
        {
            answers++;
            answeredAt = clock.GetTimestamp();
            if (streak > 0)
                (streak, refusals, failing, probing, epoch) = (0, 0, null, false, epoch + 1);
            GiveBack(pass);
            context.Events.StoreAnswered();
        }
    }

    /// <summary>A request failed. Returns the retry delay for this object.</summary>
    public TimeSpan Failed(StorePass pass, StoreException failure, Attempts attempts)
    {
        lock (gate)
        {
            context.Events.AttemptFailed(failure, isNews: streak > 0 || pass.Epoch == epoch);
            var now = clock.GetTimestamp();
            var ownFault = failure.Permanent && attempts.Failures > 0 && answers > attempts.AnswersThen;
            attempts.Fail(now, answers, failure.Permanent);
            if (!ownFault && pass.Epoch == epoch) // failures of requests sent before the first failure add no information
            {
                if (streak++ == 0)
                    failingSince = now;
                epoch++;
                failing = failure;
                refusals = failure.Permanent ? refusals + 1 : 0;
                nextProbeAt = now + (long)(Wait(streak, Cap(failure)).TotalSeconds * clock.TimestampFrequency);
            }

            GiveBack(pass);
            return Wait(attempts.Failures, ownFault ? RefusedDelayCap : Cap(failure));
        }
    }

    /// <summary>True when this object or all objects were refused so often that a program that can end should not retry.</summary>
    public bool IsFinal(StoreException failure, Attempts attempts)
    {
        lock (gate)
            return failure.Permanent && Math.Max(refusals, attempts.Refusals) >= ManyRefusals;
    }

    /// <summary>Releases a permit whose request was not sent, or whose result is not used.</summary>
    public void Leave(StorePass pass)
    {
        lock (gate)
            GiveBack(pass);
    }

    /// <summary>The process stops: waits end now, and later delays are limited to the first delay.</summary>
    public void Hurry()
    {
        lock (gate)
        {
            hurried = true;
            nextProbeAt = clock.GetTimestamp();
        }

        changed.Fire();
    }

    private void GiveBack(StorePass pass)
    {
        if (!asking.Remove(pass.Number))
            return;
        if (pass.IsProbe && streak > 0)
            probing = false;
        if (pass.IsProbe || streak == 0)
            changed.Fire();
    }

    private TimeSpan Cap(StoreException failure)
    {
        var usual = context.Options.RetryDelayCap;
        return failure.Permanent && RefusingDelayCap > usual ? RefusingDelayCap : usual;
    }

    private TimeSpan Wait(int failures, TimeSpan cap) =>
        Backoff.FullJitter(random, context.Options.RetryDelay, hurried ? context.Options.RetryDelay : cap, failures - 1);
}
