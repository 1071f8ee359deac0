using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Resilience;
using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>
/// The circuit breaker of the store, shared by all its users. While requests succeed, they are not limited. While they fail, only one trial at a
/// time is sent, after an exponential delay with full jitter, also at its maximum. After a permanent failure trials continue less often: an
/// operator may fix the cause.
/// </summary>
internal sealed class StoreCircuitBreaker
{
    /// <summary>Maximum retry delay of an object that the store refuses while it accepts others: the cause is the object, not the store.</summary>
    private static readonly TimeSpan RefusedObjectDelayCap = TimeSpan.FromMinutes(5);

    /// <summary>Maximum delay between trials while the store refuses everything until an operator acts.</summary>
    private static readonly TimeSpan RefusingStoreDelayCap = TimeSpan.FromMinutes(1);

    /// <summary>Number of consecutive refusals, by the store or of one object, after which retrying is considered pointless.</summary>
    private const int FinalRefusalCount = 3;

    private static readonly StoreException NoResponse = new("No request to the store completes.", permanent: false) { Code = "silence" };

    private readonly RequestLimits limits;
    private readonly StoreEvents events;
    private readonly TimeProvider clock;
    private readonly Random random;
    private readonly Lock gate = new();
    private readonly AsyncSignal changed = new();
    private readonly Dictionary<long, long> pending = []; // start times, by permit number
    private long permitNumber;
    private long epoch;
    private long successes;
    private long lastSuccessAt;
    private long failingSince;
    private long nextTrialAt;
    private int consecutiveFailures;
    private int consecutiveRefusals; // consecutive ones, up to the last failure
    private bool isTrialPending;
    private bool isStopping;
    private StoreException? lastFailure;

    /// <summary>The store is assumed to work until a request fails.</summary>
    public StoreCircuitBreaker(StorageContext context, RequestLimits limits)
    {
        (this.limits, clock, events) = (limits, context.Clock, context.Events);
        var seed = StableHash.Of(context.Identity.Replica, context.Identity.ProcessStartMicros.ToString(CultureInfo.InvariantCulture));
        random = new Random(unchecked((int)seed));
        lastSuccessAt = clock.GetTimestamp();
    }

    /// <summary>True once a request to the store has succeeded.</summary>
    public bool HasSucceeded
    {
        get
        {
            lock (gate)
                return successes > 0;
        }
    }

    /// <summary>True while the probe is the only request that is sent.</summary>
    public bool IsProbePending { get; set; }

    /// <summary>
    /// Whether requests succeed. It also detects that no request of any worker completes: if the store hangs, requests do not fail for a long time.
    /// </summary>
    public StoreHealth Health
    {
        get
        {
            lock (gate)
            {
                if (consecutiveFailures > 0)
                    return new(clock.GetElapsedTime(failingSince), lastFailure);
                if (pending.Count < (IsProbePending ? 1 : limits.Concurrency))
                    return default;
                var stalled = clock.GetElapsedTime(Math.Max(lastSuccessAt, pending.Values.Max()));
                return stalled < limits.MaxRetryDelay ? default : new(stalled, NoResponse);
            }
        }
    }

    /// <summary>
    /// Waits until a request may be sent. Each permit is released by the first of the methods below that is called with it; later calls do nothing.
    /// </summary>
    public async ValueTask<StorePermit> AcquireAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            Task change;
            TimeSpan wait;
            lock (gate)
            {
                var now = clock.GetTimestamp();
                wait = isTrialPending ? Timeout.InfiniteTimeSpan : clock.GetElapsedTime(now, nextTrialAt);
                if (consecutiveFailures == 0 || !isTrialPending && wait <= TimeSpan.Zero)
                {
                    isTrialPending = consecutiveFailures > 0;
                    pending.Add(++permitNumber, now);
                    return new(this, permitNumber, epoch, isTrialPending);
                }

                change = changed.NextChange;
            }

            await AsyncSignal.WaitAsync(change, wait, clock, cancellation);
        }
    }

    /// <summary>A request succeeded.</summary>
    public void OnSuccess(StorePermit pass)
    {
        lock (gate)
        {
            successes++;
            lastSuccessAt = clock.GetTimestamp();
            if (consecutiveFailures > 0)
                (consecutiveFailures, consecutiveRefusals, lastFailure, isTrialPending, epoch) = (0, 0, null, false, epoch + 1);
            ReleaseCore(pass);
            events.AttemptSucceeded();
        }
    }

    /// <summary>A request failed. Returns the retry delay for this object.</summary>
    public TimeSpan OnFailure(StorePermit pass, StoreException failure, FailureHistory attempts)
    {
        lock (gate)
        {
            events.AttemptFailed(failure, isNews: consecutiveFailures > 0 || pass.Epoch == epoch);
            var now = clock.GetTimestamp();
            var ownFault = failure.IsPermanent && attempts.FailureCount > 0 && successes > attempts.SuccessesAtLastFailure;
            attempts.RecordFailure(now, successes, failure.IsPermanent);
            if (!ownFault && pass.Epoch == epoch) // failures of requests sent before the first failure add no information
            {
                if (consecutiveFailures++ == 0)
                    failingSince = now;
                epoch++;
                lastFailure = failure;
                consecutiveRefusals = failure.IsPermanent ? consecutiveRefusals + 1 : 0;
                nextTrialAt = now + (long)(NextDelay(consecutiveFailures, DelayCap(failure)).TotalSeconds * clock.TimestampFrequency);
            }

            ReleaseCore(pass);
            return NextDelay(attempts.FailureCount, ownFault ? RefusedObjectDelayCap : DelayCap(failure));
        }
    }

    /// <summary>True when this object or all objects were refused so often that a program that can end should not retry.</summary>
    public bool IsFinal(StoreException failure, FailureHistory attempts)
    {
        lock (gate)
            return failure.IsPermanent && Math.Max(consecutiveRefusals, attempts.ConsecutiveRefusals) >= FinalRefusalCount;
    }

    /// <summary>Releases a permit whose request was not sent, or whose result is not used.</summary>
    public void Release(StorePermit pass)
    {
        lock (gate)
            ReleaseCore(pass);
    }

    /// <summary>The process stops: waits end now, and later delays are limited to the first delay.</summary>
    public void BeginStop()
    {
        lock (gate)
        {
            isStopping = true;
            nextTrialAt = clock.GetTimestamp();
        }

        changed.Notify();
    }

    private void ReleaseCore(StorePermit pass)
    {
        if (!pending.Remove(pass.Number))
            return;
        if (pass.IsTrial && consecutiveFailures > 0)
            isTrialPending = false;
        if (pass.IsTrial || consecutiveFailures == 0)
            changed.Notify();
    }

    private TimeSpan DelayCap(StoreException failure)
    {
        var usual = limits.MaxRetryDelay;
        return failure.IsPermanent && RefusingStoreDelayCap > usual ? RefusingStoreDelayCap : usual;
    }

    private TimeSpan NextDelay(int failures, TimeSpan cap) =>
        Backoff.FullJitter(random, limits.RetryDelay, isStopping ? limits.RetryDelay : cap, failures - 1);
}
