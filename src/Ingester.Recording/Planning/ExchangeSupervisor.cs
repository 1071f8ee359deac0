using System.Collections.Immutable;
using Ingester.Core.Resilience;
using Ingester.Recording.Lanes;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Planning;

/// <summary>
/// Keeps one exchange recorded. A fault that nothing below handles ends the loops of that exchange and nothing else: what its lanes hold is stored, and
/// recording begins again after a wait that grows. The streams were interrupted then, as by a disconnect: they go on from their last event, and what was missed
/// meanwhile is a gap.
/// </summary>
/// <param name="context">What all connections of the exchange share. Each run gets lanes and errands of its own in it.</param>
/// <param name="newErrands">Makes what lanes ask others to do, for one run.</param>
/// <param name="newLane">Makes a lane.</param>
/// <param name="around">Puts something around a lane; returns the lane itself where nobody measures.</param>
internal sealed class ExchangeSupervisor(ExchangeContext context, Func<LaneErrands> newErrands, Func<LaneErrands, Lane> newLane, Func<ILane, ILane> around)
{
    private readonly RemovedStreams removed = new(); // of all runs
    private readonly Backoff backoff = context.NewBackoff(salt: int.MinValue);
    private volatile ExchangeRecorder recorder = new(context);
    private ImmutableList<Lane> lanes = [];
    private TaskCompletionSource<Exception> broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? fault; // until it has recorded long enough without another
    private volatile bool records;
    private long began;
    private int restarts;
    private int reported;

    /// <summary>The lanes that receive now.</summary>
    public IReadOnlyList<Lane> Lanes => Volatile.Read(ref lanes);

    /// <summary>How it stands now; may be asked from any thread.</summary>
    public ExchangeStatus Status
    {
        get
        {
            var status = recorder.Status with { Restarts = Volatile.Read(ref restarts) };
            return fault is { } cause ? status with { LastError = $"Restarted because of a fault that nothing handles: {cause.Message} {status.LastError}".TrimEnd() } : status;
        }
    }

    /// <summary>Records until it is told to stop.</summary>
    /// <exception cref="AggregateException">Something broke while it stopped, such as streams that could not hand over what they held because of a bug.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Volatile.Write(ref began, context.Clock.GetTimestamp());
            records = true;
            var ended = await RecordAsync(stop);
            records = false;
            List<Exception> faults = [.. ended is null ? [] : new[] { ended }, .. CloseLanes()];
            if (stop.IsCancellationRequested)
            {
                if (faults.Count > 0)
                    throw new AggregateException(faults);
                return;
            }

            var wait = NextWait();
            Report(faults.Count == 1 ? faults[0] : new AggregateException(faults), wait);
            await Task.Delay(wait, context.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Time has passed: called about once a second, by one thread at a time. A fault of a lane is one of its exchange.</summary>
    public void Tick()
    {
        foreach (var lane in Lanes)
            Tick(lane);
        ImmutableInterlocked.Update(ref lanes, static all => all.RemoveAll(lane => lane.IsClosed));
        if (fault is null || !records || context.Clock.GetElapsedTime(Volatile.Read(ref began)) < context.Options.StableAfter)
            return;
        fault = null;
        context.Events.ExchangeRecovered(context.Name, restarts - reported);
        reported = restarts;
    }

    private void Tick(Lane lane)
    {
        try
        {
            lane.Tick();
        }
        catch (Exception bug)
        {
            // The supervising edge of a lane's time.
            Volatile.Read(ref broken).TrySetResult(bug);
        }
    }

    /// <summary>Records until it is told to stop, or something breaks; returns what broke, or null.</summary>
    private async Task<Exception?> RecordAsync(CancellationToken stop)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var breaking = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref broken, breaking);
        try
        {
            var errands = newErrands() with { Removed = removed };
            var next = new ExchangeRecorder(context with { Errands = errands, LaneFactory = () => around(Keep(newLane(errands))) });
            recorder = next;
            var recording = next.RunAsync(run.Token);
            await Task.WhenAny(recording, breaking.Task);
            await run.CancelAsync();
            await recording;
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            // Told to stop, or broken by a lane.
        }
        catch (Exception bug)
        {
            // The supervising edge of an exchange: whatever broke, the other exchanges go on.
            return bug;
        }

        return breaking.Task.IsCompleted ? await breaking.Task
            : stop.IsCancellationRequested ? null
            : new InvalidOperationException("Recording ended although nobody stopped it.");
    }

    private Lane Keep(Lane lane)
    {
        ImmutableInterlocked.Update(ref lanes, static (all, added) => all.Add(added), lane);
        return lane;
    }

    /// <summary>Every lane hands over what it holds; what cannot be because of a bug is returned.</summary>
    private List<Exception> CloseLanes()
    {
        var unstored = new List<Exception>();
        foreach (var lane in Interlocked.Exchange(ref lanes, []))
            try
            {
                lane.Close();
            }
            catch (AggregateException bugs)
            {
                unstored.AddRange(bugs.InnerExceptions);
            }

        return unstored;
    }

    private TimeSpan NextWait()
    {
        if (context.Clock.GetElapsedTime(Volatile.Read(ref began)) >= context.Options.StableAfter)
            backoff.Reset();
        return backoff.Next();
    }

    private void Report(Exception ended, TimeSpan wait)
    {
        var repeated = fault is { } known && known.GetType() == ended.GetType() && known.Message == ended.Message;
        fault = ended;
        Interlocked.Increment(ref restarts);
        context.Events.ExchangeBroke(context.Name, ended, wait, repeated);
    }
}
