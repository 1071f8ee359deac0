using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>Holds the events of a stream that are not part of its chain, and stores them as fragments of their own windows (rule S11).</summary>
internal sealed class DetachedSegments(
    RecordedStream stream, DetachedRows rows, ExcludedWindows excluded, GapRowWriter gaps, SegmentSubmission submission, StreamCursor? cursor)
{
    /// <summary>Number of events that were ever held.</summary>
    public long EventCount { get; private set; }

    /// <summary>Holds an event for a fragment of its own window.</summary>
    public void Hold(in EventRow row, CursorVerdict verdict, ConnectionClock clock)
    {
        var (window, mark) = stream.WindowOf(row.Arrival, clock);
        if (rows.IsFull)
            Seal();
        rows.Add(new(row, window, mark, verdict.Run, verdict.Outcome == CursorOutcome.Late ? verdict.Span : null), clock.LocalTime);
        EventCount++;
    }

    /// <summary>Holds the events of a connection that ended before the handover: they may exist nowhere else.</summary>
    public void Hold(IReadOnlyList<EventRow> events, ConnectionClock clock)
    {
        foreach (var row in events)
            Hold(row, default, clock);
    }

    /// <summary>Removes and returns the rows of a run that the chain continues with.</summary>
    public IReadOnlyList<DetachedRow> RemoveRun(int run) => rows.RemoveRun(run);

    /// <summary>Stores the rows when the oldest was held for too long.</summary>
    public void SealOverdue(long now)
    {
        if (rows.IsOverdue(now, stream.Times.MaxHoldTime))
            Seal();
    }

    /// <summary>Stores all rows.</summary>
    public void Seal()
    {
        var runs = rows.Runs;
        foreach (var part in rows.RemoveAll())
        {
            var segment = new OpenSegment(part[0].Window, isStartProven: false);
            excluded.Add(segment.Window);
            ReportClosedGaps(part);
            foreach (var (row, _, mark, _, _) in part)
            {
                segment.Extend(row.Range, row.Micros);
                segment.AddReceived(row.Range, row.Arrival);
                var before = segment.Rows.Length;
                row.WriteTo(segment.Rows, mark);
                if (stream.Live is { IsListened: true } live)
                    live.PublishRow(segment.Rows.GetLast(segment.Rows.Length - before), row.Range, row.Micros, isDetached: true);
            }

            submission.SubmitFragment(segment);
        }

        foreach (var run in runs)
            cursor?.RemoveStoredRun(run);
    }

    private void ReportClosedGaps(IReadOnlyList<DetachedRow> part)
    {
        GapRow? closed = null;
        foreach (var (row, _, _, _, closedRange) in part)
        {
            if (closedRange is not { } range)
                continue;
            if (closed?.Range is { } before && before.UpTo == range.After)
            {
                closed = closed with { Range = new(before.After, range.UpTo), ToMicros = Math.Max(closed.ToMicros, row.Micros) };
                continue;
            }

            ReportClosedGap(closed);
            closed = new(stream.Id, range, row.Micros, row.Micros, GapCause.Late);
        }

        ReportClosedGap(closed);
    }

    private void ReportClosedGap(GapRow? closed)
    {
        if (closed is not null)
            gaps.ReportClosed(closed);
    }
}
