using Ingester.Core.Handovers;
using Ingester.Core.Proof;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>
/// Records a stream during a handover between connections: a successor opens while its predecessor still carries the stream, without loss and without
/// duplicates.
/// </summary>
internal sealed class HandoverRecorder(
    RecordedStream stream, StreamConnections connections, WindowProof proof, StreamSegments segments, DetachedSegments detached, EventAdmission admission)
{
    /// <summary>A successor was opened; it has not subscribed to anything yet.</summary>
    public void SuccessorOpened(ConnectionClock successor)
    {
        if (connections.Handover is not null)
            Abandon();
        connections.BeginHandover(successor);
    }

    /// <summary>Records an event of one of two connections.</summary>
    public void Record(in EventRow row, ConnectionClock clock)
    {
        var both = connections.Handover!;
        if (clock == both.Successor)
            both.MarkSuccessorSubscribed();
        else
            both.RecordPredecessorTime(row.Micros);
        if (both.Alignment is { } alignment)
            RecordUnnumbered(both, alignment, row, clock);
        else
            RecordNumbered(both, row, clock);
    }

    /// <summary>
    /// A snapshot of a resubscription. Returns true when it is the successor's first; otherwise the handover cannot be completed, because the events of
    /// the two connections cannot be aligned any more.
    /// </summary>
    public bool TryAcceptSnapshot(StreamHandover both, ConnectionClock clock)
    {
        if (clock == both.Successor && both is { HasSuccessorSnapshot: false, HasOneEnded: false })
        {
            both.HasSuccessorSnapshot = true;
            both.MarkSuccessorSubscribed();
            return true;
        }

        Abandon();
        if (!both.HasOneEnded)
            connections.BeginUnannounced(both.Successor);
        return false;
    }

    /// <summary>A connection was closed. Returns true when the stream is interrupted, because no other connection carries it.</summary>
    public bool ConnectionClosed(ConnectionClock clock)
    {
        if (connections.Handover is { HasOneEnded: false } both && clock == both.Successor)
            AbandonSuccessor(both);
        else if (connections.Handover is { HasOneEnded: false } handed && clock == handed.Predecessor)
            return !TryComplete(handed);
        else
            return clock == connections.Carrier;
        return false;
    }

    /// <summary>No connection carries the stream any more: events that waited for the predecessor will not be delivered by it.</summary>
    public void ReleasePendingRows()
    {
        if (connections.Handover is not { } both)
            return;
        connections.EndHandover();
        if (stream.IsNumbered)
            admission.Record(both.PendingRows, both.Successor);
        else
            detached.Hold(both.PendingRows, both.Successor);
    }

    /// <summary>Ends a handover that cannot be completed.</summary>
    public void Abandon()
    {
        if (connections.Handover is not { } both)
            return;
        connections.EndHandover();
        if (both.Alignment is { State: not AlignmentState.Pending })
            segments.EndProof();
        detached.Hold(both.PendingRows, both.Successor);
    }

    /// <summary>
    /// The successor may be faster than the predecessor: its first events would look like a gap. They wait until the predecessor has reached them. An
    /// event without ids may repeat one of the predecessor: it is stored and belongs to no chain (rule S13).
    /// </summary>
    private void RecordNumbered(StreamHandover both, in EventRow row, ConnectionClock clock)
    {
        if (clock == both.Successor && row.Range is null)
            detached.Hold(row, default, clock);
        else if (clock == both.Successor && !both.HasReachedChain)
            both.HeldRows.Add(row);
        else
            admission.Record(row, clock);
        if (both.HasReachedChain || both.HeldRows.Count == 0)
            return;
        if (admission.HasReached(both.HeldRows[0]) || both.HeldRows.Count > StreamHandover.MaxHeldRows)
        {
            both.HasReachedChain = true;
            admission.Record(both.HeldRows, both.Successor);
            both.HeldRows.Clear();
            if (both.HasOneEnded)
                connections.EndHandover();
        }
    }

    private void RecordUnnumbered(StreamHandover both, RowAlignment alignment, in EventRow row, ConnectionClock clock)
    {
        var before = alignment.State;
        if (alignment.Accept(row, fromNewer: clock == both.Successor))
            admission.Record(row, clock);
        if (before == AlignmentState.Pending && alignment.State == AlignmentState.Aligned)
            admission.Record(alignment.ReleaseHeld(), both.Successor);
        if (before == AlignmentState.Aligned && alignment.State == AlignmentState.Failed)
            segments.EndProof();
        if (both.HasOneEnded && (alignment.State == AlignmentState.Failed || alignment.HasCaughtUp(newerConnection: connections.Carrier == both.Successor)))
            connections.EndHandover();
    }

    /// <summary>The predecessor has ended: the successor carries the stream alone. Returns false when it does not.</summary>
    private bool TryComplete(StreamHandover both)
    {
        if (!both.IsSuccessorSubscribed)
            return false;
        connections.SwitchTo(both.Successor);
        if (stream.Traits.IsSnapshots)
        {
            connections.EndHandover(); // each book is complete
            return true;
        }

        var grace = stream.Times.Grace;
        both.GetReadiness(grace);
        if (both.IsProven)
        {
            both.HasOneEnded = true;
            if (both.Alignment?.HasCaughtUp(newerConnection: true) is null or true)
                connections.EndHandover();
            return true;
        }

        connections.EndHandover();
        if (both.WasQuiet(grace))
            return true;
        proof.EndQuiet();
        if (!stream.IsChained)
            segments.EndProof();
        if (both.SuccessorSince > 0)
            proof.BeginAt(both.SuccessorSince);
        if (stream.IsChained || !both.HasPredecessorDelivered(grace) || both.Alignment is { HasOverflowed: true })
            admission.MarkInterrupted();
        foreach (var row in both.PendingRows)
            admission.Record(row with { Checksum = null }, both.Successor); // the book may be ahead of this diff: only diffs after all of these are verified
        return true;
    }

    /// <summary>The successor ended before it took over: the predecessor continues.</summary>
    private void AbandonSuccessor(StreamHandover both)
    {
        both.HasOneEnded = true;
        if (both.Alignment is { State: AlignmentState.Aligned } alignment && !alignment.HasCaughtUp(newerConnection: false) || both.Alignment is null && both.HeldRows.Count > 0)
            return; // the predecessor still has to deliver events that the successor delivered first
        connections.EndHandover();
        detached.Hold(both.PendingRows, both.Successor);
    }
}
