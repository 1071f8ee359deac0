using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>
/// Handover between connections: a successor opens while its predecessor still carries the stream, without loss and without duplicates.
/// </summary>
internal sealed partial class StreamRecorder
{
    private ConnectionClock? carrier; // the connection that carries the stream
    private StreamHandover? handover;
    private bool isHandingOver; // a second connection carries the stream, or has not caught up yet

    /// <summary>True when this connection carries the stream: the subscription was acknowledged, or it delivered an event.</summary>
    public bool IsCarriedBy(ConnectionClock clock) => carrier == clock || handover is { IsSuccessorSubscribed: true } both && both.Successor == clock;

    /// <summary>Whether the connection could carry the stream alone without loss.</summary>
    public TakeoverReadiness GetTakeoverReadiness(ConnectionClock clock) =>
        handover is { } both && both.Successor == clock ? both.GetReadiness(grace)
        : carrier is null || carrier == clock ? TakeoverReadiness.Ready
        : TakeoverReadiness.Incomplete;

    /// <summary>A successor was opened; it has not subscribed to anything yet.</summary>
    public void SuccessorOpened(ConnectionClock successor)
    {
        if (handover is not null)
            AbandonHandover();
        if (carrier is not null)
            (handover, isHandingOver) = (new(carrier, successor, cursor is null ? new RowAlignment() : null), true);
    }

    /// <summary>A connection was closed. The stream is interrupted unless another connection carries it.</summary>
    public void ConnectionClosed(ConnectionClock clock)
    {
        if (handover is { HasOneEnded: false } both && clock == both.Successor)
            AbandonSuccessor(both);
        else if (handover is { HasOneEnded: false } handed && clock == handed.Predecessor)
            CompleteHandover(handed);
        else if (clock == carrier)
            Interrupted();
    }

    /// <summary>
    /// True when only this connection carries the stream, so that there is nothing to compare. Adopts the connection if there was none, and begins a
    /// handover if it is a second one.
    /// </summary>
    private bool TryBecomeSoleSource(ConnectionClock clock)
    {
        if (handover is not null)
            return false;
        carrier ??= clock;
        if (carrier == clock)
            return true;
        BeginUnannouncedHandover(clock);
        return false;
    }

    /// <summary>
    /// A second connection carries the stream and was not announced before it subscribed: without a sequence, nothing can be proven.
    /// </summary>
    private StreamHandover BeginUnannouncedHandover(ConnectionClock newer)
    {
        var join = cursor is null ? new RowAlignment() : null;
        join?.Fail();
        isHandingOver = true;
        return handover = new(carrier!, newer, join);
    }

    private static byte[] ToBytes(RowBuffer rows)
    {
        var text = new byte[rows.Length];
        rows.CopyTo(text);
        return text;
    }

    private void NotifyObserver(in EventRow row)
    {
        if (stream.Dataset == Dataset.Depth)
            NotifyObserver(RowWriter.ReadDiff(row));
        else
            Observer!.OnTrade(RowWriter.ReadTrade(row));
    }

    /// <summary>Processes an event of one of two connections.</summary>
    private void RecordDuringHandover(in EventRow row, ConnectionClock clock)
    {
        var both = handover!;
        var fromNewer = clock == both.Successor;
        if (fromNewer)
            both.MarkSuccessorSubscribed();
        else
            both.RecordPredecessorTime(row.Micros);
        if (both.Alignment is { } join)
            RecordUnnumberedDuringHandover(join, row, clock);
        else
            RecordNumberedDuringHandover(both, row, clock);
    }

    /// <summary>
    /// The successor may be faster than the predecessor: its first events would look like a gap. They wait until the predecessor has reached them.
    /// </summary>
    private void RecordNumberedDuringHandover(StreamHandover both, in EventRow row, ConnectionClock clock)
    {
        if (clock == both.Successor && !both.HasReachedChain)
            both.HeldRows.Add(row);
        else
            Record(row, clock);
        if (both.HasReachedChain || both.HeldRows.Count == 0)
            return;
        if (both.HeldRows[0].Range!.Value.After <= cursor!.UpTo || both.HeldRows.Count > StreamHandover.MaxHeldRows)
        {
            both.HasReachedChain = true;
            Record(both.HeldRows, both.Successor);
            both.HeldRows.Clear();
            if (both.HasOneEnded)
                handover = null;
        }
    }

    private void RecordUnnumberedDuringHandover(RowAlignment join, in EventRow row, ConnectionClock clock)
    {
        var (both, before) = (handover!, join.State);
        if (join.Accept(row, fromNewer: clock == both.Successor))
            Record(row, clock);
        if (before == AlignmentState.Pending && join.State == AlignmentState.Aligned)
            Record(join.ReleaseHeld(), both.Successor);
        if (before == AlignmentState.Aligned && join.State == AlignmentState.Failed)
            EndProof();
        if (both.HasOneEnded && (join.State == AlignmentState.Failed || join.HasCaughtUp(newerConnection: carrier == both.Successor)))
            handover = null;
    }

    private void Record(IReadOnlyList<EventRow> rows, ConnectionClock clock)
    {
        foreach (var row in rows)
            Record(row, clock);
    }

    /// <summary>The predecessor has ended: the successor carries the stream alone.</summary>
    private void CompleteHandover(StreamHandover both)
    {
        if (!both.IsSuccessorSubscribed)
        {
            Interrupted();
            return;
        }

        carrier = both.Successor;
        both.GetReadiness(grace);
        if (both.IsProven)
        {
            both.HasOneEnded = true;
            if (both.Alignment?.HasCaughtUp(newerConnection: true) is null or true)
                handover = null;
            return;
        }

        handover = null;
        if (both.WasQuiet(grace))
            return;
        quietProof.End();
        if (!IsChained)
            EndProof();
        if (both.SuccessorSince > 0)
            BeginProofsAt(both.SuccessorSince);
        if (IsChained || !both.HasPredecessorDelivered(grace) || both.Alignment is { HasOverflowed: true })
            MarkInterrupted();
        foreach (var row in both.PendingRows)
            Record(row with { Checksum = null }, both.Successor); // the book may be ahead of this diff: only diffs after all of these are verified
    }

    /// <summary>The successor ended before it took over: the predecessor continues.</summary>
    private void AbandonSuccessor(StreamHandover both)
    {
        both.HasOneEnded = true;
        if (both.Alignment is { State: AlignmentState.Aligned } join && !join.HasCaughtUp(newerConnection: false) || both.Alignment is null && both.HeldRows.Count > 0)
            return; // the predecessor still has to deliver events that the successor delivered first
        handover = null;
        HoldForFragment(both.PendingRows, both.Successor);
    }

    /// <summary>No connection carries the stream any more: events that waited for the predecessor will not be delivered by it.</summary>
    private void ReleasePendingRows()
    {
        if (handover is not { } both)
            return;
        handover = null;
        if (cursor is null)
            HoldForFragment(both.PendingRows, both.Successor);
        else
            Record(both.PendingRows, both.Successor);
    }

    /// <summary>Marks the stream as interrupted: the cause of the next gap is a lost connection.</summary>
    private void MarkInterrupted() => isInterrupted = isInterrupted || !isEmpty || cursor?.UpTo is not null;

    /// <summary>Ends a handover that cannot be completed.</summary>
    private void AbandonHandover()
    {
        if (handover is not { } both)
            return;
        handover = null;
        if (both.Alignment is { State: not AlignmentState.Pending })
            EndProof();
        HoldForFragment(both.PendingRows, both.Successor);
    }

    /// <summary>Holds the events of a connection that ended before the handover, to store them as fragments: they may exist nowhere else.</summary>
    private void HoldForFragment(IReadOnlyList<EventRow> rows, ConnectionClock clock)
    {
        foreach (var row in rows)
            HoldForFragment(row, default, clock);
    }
}
