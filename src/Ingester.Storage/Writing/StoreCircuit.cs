using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Resilience;
using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>A permission to ask the store once. Disposing it gives it back where no answer has.</summary>
/// <param name="Circuit">Who gave it.</param>
/// <param name="Number">Which one it is.</param>
/// <param name="Epoch">What was known of the store when it was given.</param>
/// <param name="IsProbe">True when the store was failing, and this is the one request that may find out whether it still does.</param>
internal readonly record struct StorePass(StoreCircuit Circuit, long Number, long Epoch, bool IsProbe) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Circuit.Leave(this);
}

/// <summary>
/// Whether the store may be asked now, for everyone who asks it: freely while it answers; while it fails one at a time, with exponential waits
/// between them that have full jitter, also at their cap. After a permanent failure it is asked again too, less often: someone may repair it.
/// </summary>
internal sealed class StoreCircuit
{
    /// <summary>An object that is refused while the store takes others is asked for no more often than so: that is not the store's fault.</summary>
    private static readonly TimeSpan RefusedDelayCap = TimeSpan.FromMinutes(5);

    /// <summary>A store that refuses everything until someone acts is asked no more often than so.</summary>
    private static readonly TimeSpan RefusingDelayCap = TimeSpan.FromMinutes(1);

    /// <summary>After so many refusals in a row, of the store or of one object, no further one is expected to be answered otherwise.</summary>
    private const int ManyRefusals = 3;

    private static readonly StoreException Silence = new("It does not answer.", permanent: false) { Code = "silence" };

    private readonly StorageContext context;
    private readonly TimeProvider clock;
    private readonly Random random;
    private readonly Lock gate = new();
    private readonly Pulse changed = new();
    private readonly Dictionary<long, long> asking = []; // began, by number
    private long passes;
    private long epoch;
    private long answers;
    private long answeredAt;
    private long failingSince;
    private long nextProbeAt;
    private int streak;
    private int refusals; // of the streak, in a row up to now
    private bool probing;
    private bool hurried;
    private StoreException? failing;

    /// <summary>The store is taken to answer until it fails.</summary>
    public StoreCircuit(StorageContext context)
    {
        (this.context, clock) = (context, context.Clock);
        var seed = StableHash.Of(context.Identity.Replica, context.Identity.ProcessStartMicros.ToString(CultureInfo.InvariantCulture));
        random = new Random(unchecked((int)seed));
        answeredAt = clock.GetTimestamp();
    }

    /// <summary>True once the store has done something that it was asked to.</summary>
    public bool HasAnswered
    {
        get
        {
            lock (gate)
                return answers > 0;
        }
    }

    /// <summary>True while the store is asked by one request only, before anything else is written.</summary>
    public bool IsUnproven { get; set; }

    /// <summary>How the store behaves now. That no worker gets an answer counts too: a store that hangs fails no request for long.</summary>
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

    /// <summary>Waits until the store may be asked. Each pass is given back by the first of the calls below; later ones are none.</summary>
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

    /// <summary>The store did what it was asked.</summary>
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

    /// <summary>The store did not do what it was asked; returns how long this object should wait before it is asked for again.</summary>
    public TimeSpan Failed(StorePass pass, StoreException failure, Attempts attempts)
    {
        lock (gate)
        {
            context.Events.AttemptFailed(failure, isNews: streak > 0 || pass.Epoch == epoch);
            var now = clock.GetTimestamp();
            var ownFault = failure.Permanent && attempts.Failures > 0 && answers > attempts.AnswersThen;
            attempts.Fail(now, answers, failure.Permanent);
            if (!ownFault && pass.Epoch == epoch) // later answers to what was asked before the first failure tell nothing new
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

    /// <summary>True when a refusal has come so often, for this object or for all, that someone who can end should not wait for another answer.</summary>
    public bool IsFinal(StoreException failure, Attempts attempts)
    {
        lock (gate)
            return failure.Permanent && Math.Max(refusals, attempts.Refusals) >= ManyRefusals;
    }

    /// <summary>The store was not asked, or nobody waited for its answer.</summary>
    public void Leave(StorePass pass)
    {
        lock (gate)
            GiveBack(pass);
    }

    /// <summary>The process stops: waits end, and later ones are no longer than the first.</summary>
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
