using Ingester.Core.Exchanges;
using Ingester.Core.Proof;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>What whole books that come in band, and the checks of the book that is kept, tell about a stream of changes.</summary>
internal sealed partial class StreamRecorder
{
    private long wellMicros; // exchange time of the last whole book, or of the last change with which the exchange's checksum held
    private bool suspect; // its book was found wrong: what it brings proves nothing

    /// <summary>True when its book was found wrong, and no whole one has come since.</summary>
    public bool IsSuspect => suspect;

    /// <summary>A whole book came in band: on a covered stream without a sequence that is a new beginning.</summary>
    /// <returns>Why the exchange sent it, for the book's row.</returns>
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

            Abandon(); // asked for anew while the connections change: what they bring does not join any more
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

    /// <summary>The whole book that came in band is stored: what was missed before it is told now, and what is missed from now on came after it.</summary>
    /// <param name="micros">The exchange time that it is stored with.</param>
    /// <param name="begins">False when it came by a successor, whose changes are joined to those before.</param>
    /// <param name="quiet">True when nothing came between it and that time.</param>
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

    /// <summary>What follows the stream may find that something must be missing, although the exchange numbers nothing.</summary>
    private void Follow(in DepthEvent diff)
    {
        var micros = diff.Micros!.Value;
        if (Follower?.Changed(diff) is { } fault)
        {
            EndProof();
            suspect = true; // until a whole book comes
            Report(new(stream, null, wellMicros, micros, fault)); // what is missing came after all was well
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
