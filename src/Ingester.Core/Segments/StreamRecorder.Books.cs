using Ingester.Core.Exchanges;
using Ingester.Core.Proof;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>Effects of snapshots from the WebSocket, and of the checks of the book in memory, on a depth stream.</summary>
internal sealed partial class StreamRecorder
{
    private long wellMicros; // exchange time of the last snapshot, or of the last diff whose checksum matched
    private bool suspect; // its book is invalid: its data proves nothing

    /// <summary>True when its book is invalid and no snapshot was received since.</summary>
    public bool IsSuspect => suspect;

    /// <summary>A snapshot was received on the WebSocket. On a subscribed stream without a sequence a new proof begins.</summary>
    /// <returns>The reason why the exchange sent the snapshot, for its row.</returns>
    public ReadOnlySpan<byte> BookCame(FeedClock clock)
    {
        if (!Alone(clock) && overlap is { } both)
        {
            if (clock == both.Newer && both is { Booked: false, Ended: false })
            {
                both.Booked = true;
                both.Cover();
                return "rotation"u8;
            }

            Abandon(); // a resubscription during a handover: the events of the two connections cannot be aligned any more
            if (!both.Ended)
                BeginLate(both.Newer);
        }

        var reason = interrupted ? "reconnect"u8 : fresh ? "start"u8 : "resync"u8;
        if (!Chained)
        {
            if (proof.HasBegun && open is not null)
                open.Tainted = true;
            proof.End();
            suspect = false;
            Covered(clock);
        }

        return reason;
    }

    /// <summary>The snapshot from the WebSocket is stored. Interruptions before it are reported now; later gaps begin after it.</summary>
    /// <param name="micros">The exchange time with which it is stored.</param>
    /// <param name="begins">False when a successor delivered it, whose diffs are aligned with the earlier ones.</param>
    /// <param name="quiet">True when no event was received between the snapshot and that time.</param>
    public void BookStored(long micros, bool begins, bool quiet)
    {
        if (cursor is null && (begins || quiet))
        {
            if (interrupted)
                ReportInterruption(micros);
            lastMicros = Math.Max(lastMicros, micros);
        }

        if (cursor is null && begins)
            (fresh, wellMicros) = (false, micros);
        Follower?.Booked(micros);
    }

    /// <summary>Passes a diff to the observer, whose checks may find that a diff is missing although the exchange has no ids.</summary>
    private void Follow(in DepthEvent diff)
    {
        var micros = diff.Micros!.Value;
        if (Follower?.Changed(diff) is { } fault)
        {
            EndProof();
            suspect = true; // until the next snapshot
            Report(new(stream, null, wellMicros, micros, fault)); // the missing diff came after the book was last known to be valid
        }
        else if (diff.Checksum is not null && Follower is { Checks: true })
        {
            wellMicros = micros;
            if (closing is { } over)
                over.Confirmed = true;
        }
    }

    private void ReportInterruption(long micros)
    {
        interrupted = false;
        Report(new(stream, null, lastMicros, micros, GapCause.Disconnect));
    }
}
