using System;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>Closes, holds and hands over segments.</summary>
internal sealed partial class StreamRecorder
{
    private static readonly long ReportDelayMicros = Micros.From(TimeSpan.FromSeconds(10));

    private static readonly long MaxSilenceMicros = Micros.From(TimeSpan.FromDays(1)); // after a longer jump of the clock the windows between are not reported

    private readonly long grace = Micros.From(context.Options.Grace);
    private readonly long hold = Micros.From(context.Options.Hold);
    private Window? unreported;

    /// <summary>
    /// Periodic work: seals segments that the exchange clock proves, stores segments that were held too long, and reports windows that are over.
    /// </summary>
    /// <param name="clock">The clock of the lane, used when no connection carries the stream.</param>
    /// <param name="statistics">Connection quality of the lane.</param>
    public void Tick(ConnectionClock clock, LaneStatistics statistics)
    {
        clock = carrier ?? clock; // only the exchange time of the connection that carries the stream proves that nothing more follows
        if (carrier is not null)
        {
            ReportUndecodable(clock);
            BeginProofs(clock);
        }

        SealClosingAfterGrace(clock);
        if (!IsChained && open is { } current && clock.ExchangeTime >= current.Window.EndMicros + grace && !IsUnconfirmed(current))
            SealOpen(whole: true);
        if (closing is { } unconfirmed && unconfirmed.IsStuck(clock.LocalTime, hold))
            SealClosing(whole: false);
        if (closing is { } late && late.IsOverdue(clock.LocalTime, hold))
            StoreHeld(late);
        if (open is { IsTainted: true } stuck && stuck.IsStuck(clock.LocalTime, hold))
            SealOpen(whole: false);
        if (open is { } held && held.IsOverdue(clock.LocalTime, hold))
            StoreHeld(held);
        if (detached.IsOverdue(clock.LocalTime, hold))
            SealDetached();
        ReportWindows(clock, statistics);
        ProveQuiet(clock);
    }

    /// <summary>Ends the stream, because of a stop or because it is not recorded any more: all segments are handed over.</summary>
    /// <param name="statistics">Connection quality of the lane.</param>
    /// <param name="delistedAt">Local time at which the stream was found to be unwanted; null for a stop.</param>
    public void Close(LaneStatistics statistics, long? delistedAt = null)
    {
        unstored = (closing ?? open)?.Unstored;
        if (carrier is { } current)
            ReportUndecodable(current, ends: true);
        AbandonHandover();
        ReportUnconfirmed();
        EndProof();
        SealDetached();
        coverage.ReportRemaining(unreported is { } window ? statistics.QualityOf(window) : ConnectionQuality.None);
        if (delistedAt is { } micros)
        {
            coverage.ReportDelisted(windows.WindowOf(carrier is { ExchangeTime: > 0 and var heard } ? heard : Math.Max(micros, cursor?.LastMicros ?? 0))); // a wrong local clock must not move the end
            unreported = null; // if the market returns, no windows are expected between
        }

        unstored = null;
    }

    /// <summary>Reports the gaps before events that wait for confirmation: no later event will confirm them (rule S5c).</summary>
    private void ReportUnconfirmed()
    {
        foreach (var (missing, micros) in cursor?.UnconfirmedGaps() ?? [])
            Report(CreateGap(cursor!.LastMicros, Math.Max(micros, cursor.LastMicros), missing));
    }

    /// <summary>Closes the open segment at the first event of a later window.</summary>
    private void AdvanceWindow(ConnectionClock clock)
    {
        if (IsChained)
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
        if (closing is { } over && clock.ExchangeTime >= over.Window.EndMicros + grace && !IsUnconfirmed(over))
            SealClosing(whole: true);
    }

    private bool IsWhole(OpenSegment segment) =>
        segment is { IsStartProven: true, IsTainted: false } && traits.HasExchangeTime && !IsDistrusted && !IsExcluded(segment.Window)
        && (IsChained || carrier is not { HasPendingUndecodable: true });

    /// <summary>The grade of a whole segment that is opened or sealed now.</summary>
    private ProofGrade CurrentGrade => !traits.HasExchangeTime ? ProofGrade.None
        : IsChained ? ProofGrade.Chain
        : Observer is { IsVerifyingChecksums: true } && traits.Checksum is { } checksum ? checksum
        : ProofGrade.Connection;

    private static ProofGrade WeakerOf(ProofGrade one, ProofGrade other) => one.CompareTo(other) < 0 ? one : other;

    /// <summary>
    /// True when a window still needs a matching checksum: with checksums, a connection alone proves nothing, and a later diff must match. Until then
    /// the segment is held, like that of a stream whose ids chain.
    /// </summary>
    private bool IsUnconfirmed(OpenSegment segment) => !IsChained && !segment.IsConfirmed && Observer is { IsVerifyingChecksums: true };

    private void Report(GapRow gap)
    {
        context.Output.Add(new(Dataset.Gaps, stream.Exchange, gap.ToJson()));
        if (gap.Cause == GapCause.Reset)
        {
            context.Events.NumberingReset(gap);
        }
        else
        {
            Gaps++;
            context.Events.GapDetected(gap, countsByOne: stream.Dataset != Dataset.Depth && gap.Cause != GapCause.Conflict);
        }

        Observer?.OnGap(gap);
    }

    private void SealOpen(bool whole)
    {
        if (open is not { } segment)
            return;
        open = null;
        Seal(segment, whole && IsWhole(segment));
        reusableSegment = segment;
    }

    private void SealClosing(bool whole)
    {
        if (closing is not { } segment)
            return;
        closing = null;
        Seal(segment, whole && IsWhole(segment) && !IsUnconfirmed(segment));
        reusableSegment = segment;
    }

    /// <summary>Holds an event for a fragment of its own window.</summary>
    private void HoldForFragment(in EventRow row, CursorVerdict verdict, ConnectionClock clock)
    {
        var (window, mark) = WindowOf(row.Micros, row.Arrival.Mark, clock);
        if (detached.IsFull)
            SealDetached();
        detached.Add(new(row, window, mark, verdict.Run, verdict.Outcome == CursorOutcome.Late ? verdict.Span : null), clock.LocalTime);
        RecordedEvents++;
    }

    private void SealDetached()
    {
        var runs = detached.Runs;
        foreach (var part in detached.RemoveAll())
        {
            var segment = new OpenSegment(part[0].Window, leftProven: false);
            ExcludeWindow(segment.Window);
            ReportLate(part);
            foreach (var (row, _, mark, _, _) in part)
            {
                segment.Extend(row.Range, row.Micros);
                row.WriteTo(segment.Rows, mark);
            }

            SegmentCounts = (SegmentCounts.Whole, SegmentCounts.Fragments + 1);
            Submit(segment, whole: false);
        }

        foreach (var run in runs)
            cursor?.RemoveStoredRun(run);
    }

    private void ReportLate(IReadOnlyList<DetachedRow> part)
    {
        GapRow? closed = null;
        foreach (var (row, _, _, _, closes) in part)
        {
            if (closes is not { } range)
                continue;
            if (closed?.Range is { } before && before.UpTo == range.After)
            {
                closed = closed with { Range = new(before.After, range.UpTo), ToMicros = Math.Max(closed.ToMicros, row.Micros) };
                continue;
            }

            Close(closed);
            closed = new(stream, range, row.Micros, row.Micros, GapCause.Late);
        }

        Close(closed);
    }

    private void Close(GapRow? closed)
    {
        if (closed is null)
            return;
        context.Output.Add(new(Dataset.Gaps, stream.Exchange, closed.ToJson()));
        context.Events.GapClosed(closed);
    }

    private void Seal(OpenSegment segment, bool whole)
    {
        sealedStart = Math.Max(sealedStart, segment.Window.StartMicros);
        if (!whole && segment.StoredCount == segment.Count)
        {
            segment.DisposeRows(); // the held rows are already stored, under the same key
            return;
        }

        SegmentCounts = whole ? (SegmentCounts.Whole + 1, SegmentCounts.Fragments) : (SegmentCounts.Whole, SegmentCounts.Fragments + 1);
        Submit(segment, whole);
    }

    private void StoreHeld(OpenSegment held)
    {
        if (held.StoredCount == held.Count)
            return;
        RowBuffer? copy = null;
        CompressedRows? packed = null;
        try
        {
            copy = new RowBuffer();
            copy.Append(held.Rows);
            packed = held.CompressedRows?.Copy();
            if (!TrySubmit(held, (copy, packed), whole: false, CoverageState.Held))
                return; // nothing is lost: the segment is still open, and the next tick retries
            (copy, packed) = (null, null);
        }
        finally
        {
            copy?.Dispose();
            packed?.Dispose();
        }

        held.MarkStored();
        SegmentCounts = (SegmentCounts.Whole, SegmentCounts.Fragments + 1);
    }

    private void Submit(OpenSegment segment, bool whole)
    {
        var taken = false;
        try
        {
            taken = TrySubmit(segment, (segment.Rows, segment.CompressedRows), whole, whole ? CoverageState.Whole : CoverageState.Fragment);
        }
        finally
        {
            if (!taken)
                segment.DisposeRows();
        }

        var lost = segment.Count - segment.StoredCount;
        if (taken || lost == 0)
            return; // all rows are already stored as a fragment
        context.Events.SegmentDropped(stream, lost);
        Report(new(stream, segment.Unstored.Range, segment.Unstored.FromMicros, segment.LastMicros, GapCause.Overflow));
    }

    private bool TrySubmit(OpenSegment segment, (RowBuffer Newest, CompressedRows? Packed) rows, bool whole, CoverageState state)
    {
        segment.Grade = WeakerOf(segment.Grade, CurrentGrade);
        return context.Output.TryAdd(new SealedSegment
        {
            Stream = stream,
            Window = segment.Window,
            Range = segment.Range,
            IsWhole = whole,
            Grade = whole ? segment.Grade : ProofGrade.None,
            Count = segment.Count,
            Rows = rows.Newest,
            CompressedRows = rows.Packed,
            Identity = traits.Identity,
            Coverage = coverage.AddSegment(segment, state),
        });
    }

    private void ReportWindows(ConnectionClock clock, LaneStatistics statistics)
    {
        var oldest = windows.WindowOf(clock.LocalTime - MaxSilenceMicros);
        if (unreported is not { } next || next.StartMicros < oldest.StartMicros)
            unreported = unreported is null ? windows.WindowOf(clock.LocalTime) : oldest;
        while (unreported is { } window && clock.LocalTime >= window.EndMicros + ReportDelayMicros)
        {
            var held = open?.Window == window ? open : closing?.Window == window ? closing : null;
            var over = clock.ExchangeTime >= window.EndMicros + grace;
            if (!over && carrier is not null && clock.LocalTime < window.EndMicros + ReportDelayMicros + hold)
                return; // a later exchange time may still prove the window
            if (coverage.Report(window, held, IsQuiet(window, clock), statistics.QualityOf(window)) == CoverageState.Absent && carrier is not null)
                AwaitQuietProof(window);
            unreported = windows.WindowOf(window.EndMicros);
        }
    }

    private void AwaitQuietProof(Window window)
    {
        if (unprovenQuiet.Count == MaxWindows)
            unprovenQuiet.RemoveAt(0);
        unprovenQuiet.Add(window);
    }
}
