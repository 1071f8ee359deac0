using System.Collections.Immutable;
using Ingester.Core.Resilience;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;

namespace Ingester.Recording.Planning;

/// <summary>
/// Keeps the recording of one exchange running. An unhandled exception stops the tasks of that exchange only: the rows of its lanes are handed
/// over, and recording restarts after a backoff. For the streams this is a disconnect: they continue after their last event, and
/// what was missed meanwhile is a gap.
/// </summary>
/// <param name="context">The exchange and its options.</param>
/// <param name="services">What every run uses. Each run gets its own lanes.</param>
/// <param name="newServices">Creates the services of the lanes for one run.</param>
/// <param name="newLane">Creates a lane.</param>
internal sealed class ExchangeSupervisor(ExchangeContext context, ExchangeRecorderServices services, Func<LaneServices> newServices, Func<LaneServices, Lane> newLane)
{
    private readonly RemovedStreams removed = new(); // shared by all runs
    private readonly Backoff backoff = context.NewBackoff(salt: int.MinValue);
    private volatile ExchangeRecorder recorder = new(context, services);
    private ImmutableList<Lane> lanes = [];
    private TaskCompletionSource<Exception> runFault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? lastFault; // null again once recording has been stable
    private volatile bool isRecording;
    private long startedAt;
    private int restarts;
    private int reportedRestarts;

    /// <summary>Decorates each new lane, for measurements. Default: no decoration.</summary>
    public Func<ILane, ILane> LaneDecorator { get; init; } = static lane => lane;

    /// <summary>The present lanes.</summary>
    public IReadOnlyList<Lane> Lanes => Volatile.Read(ref lanes);

    /// <summary>The present state; may be read by any thread.</summary>
    public ExchangeStatus Status
    {
        get
        {
            var status = recorder.Status with { Restarts = Volatile.Read(ref restarts) };
            return lastFault is { } cause ? status with { LastError = $"Restarted after an unhandled exception: {cause.Message} {status.LastError}".TrimEnd() } : status;
        }
    }

    /// <summary>Records until <paramref name="stop"/> is canceled.</summary>
    /// <exception cref="AggregateException">A fault occurred while recording stopped, such as streams that could not hand over their
    /// rows because of a bug.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Volatile.Write(ref startedAt, context.Clock.GetTimestamp());
            isRecording = true;
            var ended = await RecordAsync(stop);
            isRecording = false;
            List<Exception> faults = [.. ended is null ? [] : new[] { ended }, .. CloseLanes()];
            if (stop.IsCancellationRequested)
            {
                if (faults.Count > 0)
                    throw new AggregateException(faults);
                return;
            }

            var wait = NextWait();
            ReportRestart(faults.Count == 1 ? faults[0] : new AggregateException(faults), wait);
            await Task.Delay(wait, context.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Advances the time of all lanes: called about once a second, by one thread at a time. An exception of a lane restarts the
    /// exchange.
    /// </summary>
    public void Tick()
    {
        foreach (var lane in Lanes)
            Tick(lane);
        ImmutableInterlocked.Update(ref lanes, static all => all.RemoveAll(lane => lane.IsClosed));
        if (lastFault is null || !isRecording || context.Clock.GetElapsedTime(Volatile.Read(ref startedAt)) < context.Options.StableAfter)
            return;
        lastFault = null;
        services.Events.Planning.ExchangeRecovered(context.Name, restarts - reportedRestarts);
        reportedRestarts = restarts;
    }

    private void Tick(Lane lane)
    {
        try
        {
            lane.Tick();
        }
        catch (Exception bug)
        {
            // The exception boundary of a lane's timer.
            Volatile.Read(ref runFault).TrySetResult(bug);
        }
    }

    /// <summary>
    /// Runs a recorder until <paramref name="stop"/> is canceled or an exception ends it; returns the exception, or null.
    /// </summary>
    private async Task<Exception?> RecordAsync(CancellationToken stop)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var laneFault = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref runFault, laneFault);
        try
        {
            var owned = newServices() with { RemovedStreams = removed };
            var next = new ExchangeRecorder(context, services with { Lanes = owned, LaneFactory = () => LaneDecorator(Register(newLane(owned))) });
            recorder = next;
            var recording = next.RunAsync(run.Token);
            await Task.WhenAny(recording, laneFault.Task);
            await run.CancelAsync();
            await recording;
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            // Canceled by the caller or after a fault of a lane.
        }
        catch (Exception bug)
        {
            // The exception boundary of an exchange: any exception restarts this exchange only.
            return bug;
        }

        return laneFault.Task.IsCompleted ? await laneFault.Task
            : stop.IsCancellationRequested ? null
            : new InvalidOperationException("Recording ended without a request to stop.");
    }

    private Lane Register(Lane lane)
    {
        ImmutableInterlocked.Update(ref lanes, static (all, added) => all.Add(added), lane);
        return lane;
    }

    /// <summary>
    /// Closes all lanes, so that they hand over their rows; returns the exceptions of those that failed because of a bug.
    /// </summary>
    private List<Exception> CloseLanes()
    {
        var faults = new List<Exception>();
        foreach (var lane in Interlocked.Exchange(ref lanes, []))
            try
            {
                lane.Close();
            }
            catch (AggregateException bugs)
            {
                faults.AddRange(bugs.InnerExceptions);
            }

        return faults;
    }

    private TimeSpan NextWait()
    {
        if (context.Clock.GetElapsedTime(Volatile.Read(ref startedAt)) >= context.Options.StableAfter)
            backoff.Reset();
        return backoff.NextDelay();
    }

    private void ReportRestart(Exception ended, TimeSpan wait)
    {
        var repeated = lastFault is { } known && known.GetType() == ended.GetType() && known.Message == ended.Message;
        lastFault = ended;
        Interlocked.Increment(ref restarts);
        services.Events.Planning.ExchangeFaulted(context.Name, ended, wait, repeated);
    }
}
