using Ingester.Core.Exchanges;
using Ingester.Core.Proof;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>Effects of snapshots from the WebSocket, and of the checks of the book in memory, on a depth stream.</summary>
internal sealed partial class StreamRecorder
{
    private long lastGoodMicros; // exchange time of the last snapshot, or of the last diff whose checksum matched
    private bool isSuspect; // its book is invalid: its data proves nothing

    /// <summary>True when its book is invalid and no snapshot was received since.</summary>
    public bool IsSuspect => isSuspect;

    /// <summary>A snapshot was received on the WebSocket. On a subscribed stream without a sequence a new proof begins.</summary>
    /// <returns>The reason why the exchange sent the snapshot, for its row.</returns>
    public ReadOnlySpan<byte> SnapshotReceived(ConnectionClock clock)
    {
        if (!TryBecomeSoleSource(clock) && handover is { } both)
        {
            if (clock == both.Successor && both is { HasSuccessorSnapshot: false, HasOneEnded: false })
            {
                both.HasSuccessorSnapshot = true;
                both.MarkSuccessorSubscribed();
                return "rotation"u8;
            }

            AbandonHandover(); // a resubscription during a handover: the events of the two connections cannot be aligned any more
            if (!both.HasOneEnded)
                BeginUnannouncedHandover(both.Successor);
        }

        var reason = isInterrupted ? "reconnect"u8 : isEmpty ? "start"u8 : "resync"u8;
        if (!IsChained)
        {
            if (proof.HasBegun && open is not null)
                open.IsTainted = true;
            proof.End();
            isSuspect = false;
            Subscribed(clock);
        }

        return reason;
    }

    /// <summary>The snapshot from the WebSocket is stored. Interruptions before it are reported now; later gaps begin after it.</summary>
    /// <param name="micros">The exchange time with which it is stored.</param>
    /// <param name="begins">False when a successor delivered it, whose diffs are aligned with the earlier ones.</param>
    /// <param name="quiet">True when no event was received between the snapshot and that time.</param>
    public void SnapshotStored(long micros, bool begins, bool quiet)
    {
        if (cursor is null && (begins || quiet))
        {
            if (isInterrupted)
                ReportInterruption(micros);
            lastMicros = Math.Max(lastMicros, micros);
        }

        if (cursor is null && begins)
            (isEmpty, lastGoodMicros) = (false, micros);
        Observer?.OnSnapshotStored(micros);
    }

    /// <summary>Passes a diff to the observer, whose checks may find that a diff is missing although the exchange has no ids.</summary>
    private void NotifyObserver(in DepthEvent diff)
    {
        var micros = diff.Micros!.Value;
        if (Observer?.OnDiff(diff) is { } fault)
        {
            EndProof();
            isSuspect = true; // until the next snapshot
            Report(new(stream, null, lastGoodMicros, micros, fault)); // the missing diff came after the book was last known to be valid
        }
        else if (diff.Checksum is not null && Observer is { IsVerifyingChecksums: true })
        {
            lastGoodMicros = micros;
            if (closing is { } over)
                over.IsConfirmed = true;
        }
    }

    private void ReportInterruption(long micros)
    {
        isInterrupted = false;
        Report(new(stream, null, lastMicros, micros, GapCause.Disconnect));
    }
}
