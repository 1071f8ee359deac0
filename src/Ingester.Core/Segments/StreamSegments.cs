using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>
/// The open segments of a stream: the one that grows, and for streams that a connection proves the one whose window is over but whose grace time is
/// not. Places events in them and decides when they are sealed.
/// </summary>
internal sealed class StreamSegments(
    RecordedStream stream, ExcludedWindows excluded, BookTrust book, GapRowWriter gaps, WindowProof proof, SegmentSubmission submission, WindowReports reports)
{
    private OpenSegment? open;
    private OpenSegment? closing; // its window is over, but its grace time is not
    private OpenSegment? reusable; // the last segment that was handed over, for reuse
    private Window? highestWindow;
    private long rowStart; // length of the rows of the last placed event's segment, before its row

    /// <summary>Number of events placed in segments.</summary>
    public long EventCount { get; private set; }

    /// <summary>The highest time of a row in a sealed segment, microseconds UTC, but not after the end of its window; zero before the first.</summary>
    public long SealedMicros { get; private set; }

    /// <summary>The rows of the oldest open segment that are not stored; null without an open segment.</summary>
    public (SequenceRange? Range, long FromMicros)? Unstored => (closing ?? open)?.Unstored;

    /// <summary>The open segment of a window; null when there is none.</summary>
    public OpenSegment? Find(Window window) => open?.Window == window ? open : closing?.Window == window ? closing : null;

    /// <summary>
    /// Adds an event to the segment of its window, or to the highest window so far if its own is earlier (rule T5). A segment holds either events with
    /// ids or events without: an event without ids, in a stream that has them, ends the proof (rule S13).
    /// </summary>
    /// <returns>The segment, to which the caller appends the row with the mark.</returns>
    public OpenSegment Place(SequenceRange? range, in Arrival arrival, ConnectionClock clock, out TimeMark mark)
    {
        var micros = arrival.Micros;
        (var window, mark) = stream.WindowOf(arrival, clock);
        if (highestWindow is { } top && (window.StartMicros < top.StartMicros || mark == TimeMark.Implausible))
        {
            excluded.Add(window);
            window = top;
            mark = mark == TimeMark.None ? TimeMark.OutOfOrder : mark;
        }

        SealClosingAfterGrace(clock);
        if (open is { } other && other.Range.HasValue != range.HasValue)
            EndProof();
        if (open is { } current && window.StartMicros > current.Window.StartMicros)
            AdvanceWindow(clock);
        if (open is { } full && full.Length >= stream.Context.Options.MaxSegmentBytes)
            SealOpen(whole: false);
        proof.Confirm(clock);
        highestWindow = window;
        open ??= Open(window);
        open.Extend(range, micros, clock.LocalTime);
        open.AddReceived(range, arrival);
        if (mark == TimeMark.Implausible)
            stream.Context.Events.FutureTimestampSeen(stream.Id, micros);
        var hasTime = mark == TimeMark.None || (mark == TimeMark.OutOfOrder && stream.IsChained);
        if (hasTime)
            gaps.Advance(micros);
        if (hasTime && range.HasValue == stream.IsNumbered)
        {
            proof.BeginWith(arrival, clock);
        }
        else
        {
            SealClosing(whole: false);
            open.IsTainted = true;
            proof.End();
        }

        gaps.MarkNotEmpty();
        proof.MarkCarried(clock.LocalTime);
        proof.Begin(clock);
        EventCount++;
        rowStart = open.Rows.Length;
        return open;
    }

    /// <summary>Appends an event and passes it to the observer.</summary>
    public void Append(in EventRow row, ConnectionClock clock)
    {
        var segment = Place(row.Range, row.Arrival, clock, out var mark);
        row.WriteTo(segment.Rows, mark);
        RowAppended(segment, row.Range, row.Micros);
        if (stream.Observer is null)
            return;
        if (stream.Id.Dataset == Dataset.Depth)
            NotifyDiff(RowWriter.ReadDiff(row));
        else
            stream.Observer.OnTrade(RowWriter.ReadTrade(row));
    }

    /// <summary>Passes a diff to the observer. If the book is invalid after it, the proof ends and the missing diff is reported.</summary>
    public void NotifyDiff(in DepthEvent diff)
    {
        if (book.Check(diff, out var isVerified) is { } missing)
        {
            EndProof();
            gaps.Report(missing);
        }
        else if (isVerified && closing is { } over)
        {
            over.IsConfirmed = true;
        }
    }

    /// <summary>
    /// The row of a placed event was appended: it is published to the live stream, and the rows of the segment are queued for compression when they fill a piece.
    /// </summary>
    public void RowAppended(OpenSegment segment, SequenceRange? range, long micros)
    {
        if (stream.Live is { IsListened: true } live)
            live.PublishRow(segment.Rows.GetLast(segment.Rows.Length - rowStart), range, micros);
        if (segment == open && stream.Context.Compression is { } compression)
            segment.QueueFullPiece(compression);
    }

    /// <summary>Ends the proofs: no open segment can be whole, and later windows need a new proof, also of silence (rule W5).</summary>
    public void EndProof()
    {
        SealClosing(whole: false);
        SealOpen(whole: false);
        proof.End();
        proof.EndQuiet();
    }

    /// <summary>Ends the proof of windows, but keeps the open segment, which can only become a fragment.</summary>
    public void TaintOpen()
    {
        if (proof.HasBegun && open is not null)
            open.IsTainted = true;
        proof.End();
    }

    /// <summary>A new numbering or a clock that was set: the next event may be in an earlier window.</summary>
    public void ForgetHighestWindow() => highestWindow = null;

    /// <summary>Seals segments that the exchange clock proves, and stores segments that were held too long.</summary>
    public void SealOverdue(ConnectionClock clock)
    {
        var hold = stream.Times.MaxHoldTime;
        SealClosingAfterGrace(clock);
        if (!stream.IsChained && open is { } current && clock.ExchangeTime >= current.Window.EndMicros + stream.Times.Grace && !proof.IsUnconfirmed(current))
            SealOpen(whole: true);
        if (closing is { } unconfirmed && unconfirmed.IsStuck(clock.LocalTime, hold))
            SealClosing(whole: false);
        if (closing is { } late && late.IsOverdue(clock.LocalTime, hold))
            submission.StoreHeld(late);
        if (open is { IsTainted: true } stuck && stuck.IsStuck(clock.LocalTime, hold))
            SealOpen(whole: false);
        if (open is { } held && held.IsOverdue(clock.LocalTime, hold))
            submission.StoreHeld(held);
    }

    private OpenSegment Open(Window window)
    {
        reports.WindowHasEvents(window);
        var isStartProven = proof.CoversStartOf(window);
        if (reusable is not { } next)
            return new(window, isStartProven) { Grade = stream.CurrentGrade };
        reusable = null;
        next.Reuse(window, isStartProven);
        next.Grade = stream.CurrentGrade;
        return next;
    }

    /// <summary>Closes the open segment at the first event of a later window.</summary>
    private void AdvanceWindow(ConnectionClock clock)
    {
        if (stream.IsChained)
        {
            SealOpen(whole: true);
            return;
        }

        SealClosing(whole: true);
        (closing, open) = (open, null);
        SealClosingAfterGrace(clock);
    }

    private void SealClosingAfterGrace(ConnectionClock clock)
    {
        if (closing is { } over && clock.ExchangeTime >= over.Window.EndMicros + stream.Times.Grace && !proof.IsUnconfirmed(over))
            SealClosing(whole: true);
    }

    private void SealOpen(bool whole)
    {
        if (open is not { } segment)
            return;
        open = null;
        MarkSealed(segment);
        submission.Seal(segment, whole && proof.IsWhole(segment));
        reusable = segment;
    }

    private void SealClosing(bool whole)
    {
        if (closing is not { } segment)
            return;
        closing = null;
        MarkSealed(segment);
        submission.Seal(segment, whole && proof.IsWhole(segment) && !proof.IsUnconfirmed(segment));
        reusable = segment;
    }

    private void MarkSealed(OpenSegment segment) => SealedMicros = Math.Max(SealedMicros, Math.Min(segment.LastMicros, segment.Window.EndMicros));
}
