using Ingester.Core.Proof;
using Ingester.Core.Rows;

namespace Ingester.Core.Handovers;

/// <summary>
/// State of a handover, while two connections carry one stream: the successor's events that are not recorded yet, and the progress of both
/// connections.
/// </summary>
internal sealed class StreamHandover(ConnectionClock predecessor, ConnectionClock successor, RowAlignment? alignment)
{
    /// <summary>Maximum number of events of a numbered stream that wait for the predecessor; beyond it the ids between count as a gap.</summary>
    public const int MaxHeldRows = 8192;

    /// <summary>The predecessor: the connection that carried the stream before.</summary>
    public ConnectionClock Predecessor => predecessor;

    /// <summary>The successor: the connection that takes over.</summary>
    public ConnectionClock Successor => successor;

    /// <summary>Aligns the rows of a stream without a sequence; null for a numbered stream.</summary>
    public RowAlignment? Alignment => alignment;

    /// <summary>Events of a numbered stream that the successor delivered before the predecessor reached their ids.</summary>
    public List<EventRow> HeldRows { get; } = [];

    /// <summary>Numbered streams: true once an event of the successor continues or overlaps the recorded chain.</summary>
    public bool HasReachedChain { get; set; }

    /// <summary>True once the successor is subscribed to the stream.</summary>
    public bool IsSuccessorSubscribed { get; private set; }

    /// <summary>True once the successor has sent its snapshot.</summary>
    public bool HasSuccessorSnapshot { get; set; }

    /// <summary>True when one connection has ended and the other still delivers duplicates.</summary>
    public bool HasOneEnded { get; set; }

    /// <summary>Exchange time of the predecessor's last event.</summary>
    public long LastPredecessorMicros { get; private set; } = long.MinValue;

    /// <summary>Exchange time at which the successor was subscribed; zero until it has sent an exchange time.</summary>
    public long SuccessorSince { get; private set; }

    /// <summary>The successor's events that are held.</summary>
    public IReadOnlyList<EventRow> PendingRows => alignment?.Held ?? HeldRows;

    /// <summary>True when both connections are proven to deliver the same events, so that either can be closed.</summary>
    public bool IsProven => alignment is null ? HasReachedChain : alignment.State == AlignmentState.Aligned;

    /// <summary>Marks the successor as subscribed.</summary>
    public void MarkSuccessorSubscribed()
    {
        IsSuccessorSubscribed = true;
        if (SuccessorSince == 0)
            SuccessorSince = successor.ExchangeTime;
    }

    /// <summary>Records the time of an event of the predecessor.</summary>
    public void RecordPredecessorTime(long micros) => LastPredecessorMicros = Math.Max(LastPredecessorMicros, micros);

    /// <summary>True when the predecessor has delivered everything from before the successor's subscription, by the exchange clock.</summary>
    public bool HasPredecessorDelivered(long grace) => IsSuccessorSubscribed && SuccessorSince > 0 && predecessor.ExchangeTime >= SuccessorSince + grace;

    /// <summary>True when there is nothing to align: the stream had no events since the successor was subscribed.</summary>
    public bool WasQuiet(long grace) =>
        HasPredecessorDelivered(grace) && PendingRows.Count == 0 && alignment is not { HasOverflowed: true }
        && LastPredecessorMicros <= SuccessorSince + grace && (LastPredecessorMicros == long.MinValue || successor.ExchangeTime >= LastPredecessorMicros + grace);

    /// <summary>Whether the successor can take over.</summary>
    public TakeoverReadiness GetReadiness(long grace)
    {
        if (!IsSuccessorSubscribed)
            return TakeoverReadiness.Incomplete;
        MarkSuccessorSubscribed(); // it may have received its first exchange time since
        if (IsProven || WasQuiet(grace))
            return TakeoverReadiness.Ready;
        var silent = PendingRows.Count == 0 && SuccessorSince > 0 && LastPredecessorMicros > SuccessorSince + grace && successor.ExchangeTime >= LastPredecessorMicros + grace;
        return silent ? TakeoverReadiness.Incomplete : TakeoverReadiness.Pending;
    }
}
