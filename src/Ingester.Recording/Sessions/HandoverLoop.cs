namespace Ingester.Recording.Sessions;

/// <summary>Runs the handover from a connection to its successor: waits until the successor receives all streams, as <see cref="HandoverDecision"/> decides.</summary>
/// <param name="name">The name of the connection, for events.</param>
/// <param name="services">The options, the clock and the events.</param>
internal sealed class HandoverLoop(ConnectionName name, ConnectionServices services)
{
    /// <summary>
    /// Minimum interval between two checks of a handover: a check reads the state of every stream under the lane's lock, and frames may
    /// arrive thousands of times a second.
    /// </summary>
    private static readonly TimeSpan MinCheckInterval = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider clock = services.Context.Clock;

    /// <summary>Waits until the successor receives all streams; false when it is abandoned.</summary>
    public async Task<bool> RunAsync(OpenConnection current, OpenConnection next, CancellationToken stop)
    {
        var (overlap, limit) = (services.Context.Options.HandoverOverlap, services.Context.Options.HandoverLimit);
        var decision = new HandoverDecision(overlap, limit);
        while (true)
        {
            if (next.IsCompleted)
            {
                ReportFailed((await next.Completion)?.Reason, stop); // throws if the successor ended with a bug
                return false;
            }

            if (stop.IsCancellationRequested)
                return false;
            if (current.IsCompleted)
                return true;
            var progress = Task.WhenAny(current.Session.NextProgress(), next.Session.NextProgress()); // before the check, so that nothing is missed
            var age = next.Session.Age;
            switch (decision.Judge(next.Session.HasAllAnswers, next.Session.Takeover, age))
            {
                case HandoverState.Completed: return true;
                case HandoverState.Abandoned:
                    ReportFailed($"It did not receive all streams within {limit}.", stop);
                    return false;
                default:
                    await WaitForProgressAsync(Task.WhenAny(current.Completion, next.Completion), progress, decision.NextDue - age);
                    break;
            }
        }
    }

    /// <summary>Reports that the successor failed, unless it failed because of a stop or was closed on request.</summary>
    public void ReportFailed(string? reason, CancellationToken stop)
    {
        if (reason is not null && !stop.IsCancellationRequested)
            services.Events.SuccessorFailed(name, reason);
    }

    /// <summary>Waits until a connection ends, the handover is due, or there is progress and the last check is not too recent.</summary>
    private async Task WaitForProgressAsync(Task ended, Task progress, TimeSpan due)
    {
        using var done = new CancellationTokenSource();
        var pause = Pause.ForAsync(due < MinCheckInterval ? due : MinCheckInterval, clock, done.Token);
        await Task.WhenAny(ended, Pause.ForAsync(due, clock, done.Token), Task.WhenAll(progress, pause));
        await done.CancelAsync();
    }
}
