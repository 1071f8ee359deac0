using Ingester.Core.Handovers;

namespace Ingester.Recording.Sessions;

/// <summary>
/// Decides when a successor takes over: when it has received all streams for the overlap, so that the old connection has delivered
/// what was in flight; or, when the limit is reached, when the old connection has no stream that the successor lacks.
/// </summary>
/// <param name="overlap">How long the successor must receive all streams before it takes over.</param>
/// <param name="limit">Maximum time that both connections are open.</param>
internal sealed class HandoverDecision(TimeSpan overlap, TimeSpan limit)
{
    private TimeSpan? readySince;

    /// <summary>When the state changes without another event: at the end of the overlap or at the limit.</summary>
    public TimeSpan NextDue => readySince + overlap is { } ready && ready < limit ? ready : limit;

    /// <summary>Returns the state.</summary>
    /// <param name="isAnswered">True when the exchange has answered all subscriptions of the successor.</param>
    /// <param name="takeover">Whether the successor could carry all streams of the lane.</param>
    /// <param name="elapsed">How long both connections have been open.</param>
    public HandoverState Judge(bool isAnswered, TakeoverReadiness takeover, TimeSpan elapsed)
    {
        if (isAnswered && takeover == TakeoverReadiness.Ready)
            readySince ??= elapsed;
        else
            readySince = null;
        return elapsed - readySince >= overlap ? HandoverState.Completed
            : elapsed < limit ? HandoverState.Pending
            : isAnswered && takeover != TakeoverReadiness.Incomplete ? HandoverState.Completed
            : HandoverState.Abandoned;
    }
}
