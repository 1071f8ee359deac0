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
    private static readonly long ReportDelay = Micros.From(TimeSpan.FromSeconds(10));

    private static readonly long LongestSilence = Micros.From(TimeSpan.FromDays(1)); // after a longer jump of the clock the windows between are not reported

    private readonly long grace = Micros.From(context.Options.Grace);
    private readonly long hold = Micros.From(context.Options.Hold);
    private Window? unreported;

    /// <summary>
    /// Periodic work: seals segments that the exchange clock proves, stores segments that were held too long, and reports windows that are over.
    /// </summary>
    /// <param name="clock">The clock of the lane, used when no connection carries the stream.</param>
    /// <param name="statistics">Connection quality of the lane.</param>
    public void Tick(FeedClock clock, LaneStatistics statistics)
    {
        clock = feed ?? clock; // only the exchange time of the connection that carries the stream proves that nothing more follows
        if (feed is not null)
        {
            SettleDoubt(clock);
            BeginProofs(clock);
        }

        SealClosingAfterGrace(clock);
        if (!Chained && open is { } current && clock.Exchange >= current.Window.EndMicros + grace && !IsUnconfirmed(current))
            SealOpen(whole: true);
        if (closing is { } unconfirmed && unconfirmed.IsStuck(clock.Local, hold))
            SealClosing(whole: false);
        if (closing is { } late && late.IsOverdue(clock.Local, hold))
            StoreHeld(late);
        if (open is { Tainted: true } stuck && stuck.IsStuck(clock.Local, hold))
            SealOpen(whole: false);
        if (open is { } held && held.IsOverdue(clock.Local, hold))
            StoreHeld(held);
        if (odd.IsOverdue(clock.Local, hold))
            SealOdd();
        ReportWindows(clock, statistics);
        ProveQuiet(clock);
    }

    /// <summary>Ends the stream, because of a stop or because it is not recorded any more: all segments are handed over.</summary>
    /// <param name="statistics">Connection quality of the lane.</param>
    /// <param name="delistedAt">Local time at which the stream was found to be unwanted; null for a stop.</param>
    public void Close(LaneStatistics statistics, long? delistedAt = null)
    {
        unstored = (closing ?? open)?.Rest;
        if (feed is { } current)
            SettleDoubt(current, ends: true);
        Abandon();
        ReportUnconfirmed();
        EndProof();
        SealOdd();
        coverage.Close(unreported is { } window ? statistics.Of(window) : Hearing.None);
        if (delistedAt is { } micros)
        {
            coverage.Delisted(windows.Of(feed is { Exchange: > 0 and var heard } ? heard : Math.Max(micros, cursor?.LastMicros ?? 0))); // a wrong local clock must not move the end
            unreported = null; // if the market returns, no windows are expected between
        }

        unstored = null;
    }

    /// <summary>Reports the gaps before events that wait for confirmation: no later event will confirm them (rule S5c).</summary>
    private void ReportUnconfirmed()
    {
        foreach (var (missing, micros) in cursor?.Unconfirmed() ?? [])
            Report(GapSince(cursor!.LastMicros, Math.Max(micros, cursor.LastMicros), missing));
    }

    /// <summary>Closes the open segment at the first event of a later window.</summary>
    private void CloseWindow(FeedClock clock)
    {
        if (Chained)
        {
            SealOpen(whole: true);
            return;
        }

        SealClosing(whole: true);
        (closing, open) = (open, null);
        SealClosingAfterGrace(clock);
    }

    private void SealClosingAfterGrace(FeedClock clock)
    {
        if (closing is { } over && clock.Exchange >= over.Window.EndMicros + grace && !IsUnconfirmed(over))
            SealClosing(whole: true);
    }

    private bool IsWhole(OpenSegment segment) =>
        segment is { LeftProven: true, Tainted: false } && traits.HasTime && !IsDistrusted && !IsTouched(segment.Window)
        && (Chained || feed is not { InDoubt: true });

    /// <summary>The grade of a whole segment that is opened or sealed now.</summary>
    private ProofGrade Grade => !traits.HasTime ? ProofGrade.None
        : Chained ? ProofGrade.Chain
        : Follower is { Checks: true } && traits.Checksum is { } checksum ? checksum
        : ProofGrade.Connection;

    private static ProofGrade Weaker(ProofGrade one, ProofGrade other) => one.CompareTo(other) < 0 ? one : other;

    /// <summary>
    /// True when a window still needs a matching checksum: with checksums, a connection alone proves nothing, and a later diff must match. Until then
    /// the segment is held, like that of a stream whose ids chain.
    /// </summary>
    private bool IsUnconfirmed(OpenSegment segment) => !Chained && !segment.Confirmed && Follower is { Checks: true };

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
            context.Events.GapSeen(gap, countsByOne: stream.Dataset != Dataset.Depth && gap.Cause != GapCause.Conflict);
        }

        Follower?.Broke(gap);
    }

    private void SealOpen(bool whole)
    {
        if (open is not { } segment)
            return;
        open = null;
        Seal(segment, whole && IsWhole(segment));
        spare = segment;
    }

    private void SealClosing(bool whole)
    {
        if (closing is not { } segment)
            return;
        closing = null;
        Seal(segment, whole && IsWhole(segment) && !IsUnconfirmed(segment));
        spare = segment;
    }

    /// <summary>Holds an event for a fragment of its own window.</summary>
    private void SetAside(in FeedRow row, CursorVerdict verdict, FeedClock clock)
    {
        var (window, mark) = WindowOf(row.Micros, row.Arrival.Mark, clock);
        if (odd.IsFull)
            SealOdd();
        odd.Add(new(row, window, mark, verdict.Run, verdict.Outcome == CursorOutcome.Late ? verdict.Span : null), clock.Local);
        Admitted++;
    }

    private void SealOdd()
    {
        var runs = odd.Runs;
        foreach (var part in odd.TakeAll())
        {
            var segment = new OpenSegment(part[0].Window, leftProven: false);
            Touch(segment.Window);
            ReportLate(part);
            foreach (var (row, _, mark, _, _) in part)
            {
                segment.Extend(row.Range, row.Micros);
                row.WriteTo(segment.Rows, mark);
            }

            Segments = (Segments.Whole, Segments.Fragments + 1);
            Hand(segment, whole: false);
        }

        foreach (var run in runs)
            cursor?.Stored(run);
    }

    private void ReportLate(IReadOnlyList<OddRow> part)
    {
        GapRow? closed = null;
        foreach (var (row, _, _, _, closes) in part)
        {
            if (closes is not { } range)
                continue;
            if (closed?.Missing is { } before && before.UpTo == range.After)
            {
                closed = closed with { Missing = new(before.After, range.UpTo), To = Math.Max(closed.To, row.Micros) };
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
            segment.Drop(); // the held rows are already stored, under the same key
            return;
        }

        Segments = whole ? (Segments.Whole + 1, Segments.Fragments) : (Segments.Whole, Segments.Fragments + 1);
        Hand(segment, whole);
    }

    private void StoreHeld(OpenSegment held)
    {
        if (held.StoredCount == held.Count)
            return;
        RowBuffer? copy = null;
        PackedRows? packed = null;
        try
        {
            copy = new RowBuffer();
            copy.Append(held.Rows);
            packed = held.Packed?.Copy();
            if (!TryHand(held, (copy, packed), whole: false, CoverageState.Held))
                return; // nothing is lost: the segment is still open, and the next tick retries
            (copy, packed) = (null, null);
        }
        finally
        {
            copy?.Dispose();
            packed?.Dispose();
        }

        held.MarkStored();
        Segments = (Segments.Whole, Segments.Fragments + 1);
    }

    private void Hand(OpenSegment segment, bool whole)
    {
        var taken = false;
        try
        {
            taken = TryHand(segment, (segment.Rows, segment.Packed), whole, whole ? CoverageState.Whole : CoverageState.Fragment);
        }
        finally
        {
            if (!taken)
                segment.Drop();
        }

        var lost = segment.Count - segment.StoredCount;
        if (taken || lost == 0)
            return; // all rows are already stored as a fragment
        context.Events.Overflowed(stream, lost);
        Report(new(stream, segment.Rest.Range, segment.Rest.FromMicros, segment.LastMicros, GapCause.Overflow));
    }

    private bool TryHand(OpenSegment segment, (RowBuffer Newest, PackedRows? Packed) rows, bool whole, CoverageState state)
    {
        segment.Grade = Weaker(segment.Grade, Grade);
        return context.Output.TryAdd(new SealedSegment
        {
            Stream = stream,
            Window = segment.Window,
            Range = segment.Range,
            Whole = whole,
            Grade = whole ? segment.Grade : ProofGrade.None,
            Count = segment.Count,
            Rows = rows.Newest,
            Packed = rows.Packed,
            Identity = traits.Identity,
            Coverage = coverage.Sealed(segment, state),
        });
    }

    private void ReportWindows(FeedClock clock, LaneStatistics statistics)
    {
        var oldest = windows.Of(clock.Local - LongestSilence);
        if (unreported is not { } next || next.StartMicros < oldest.StartMicros)
            unreported = unreported is null ? windows.Of(clock.Local) : oldest;
        while (unreported is { } window && clock.Local >= window.EndMicros + ReportDelay)
        {
            var held = open?.Window == window ? open : closing?.Window == window ? closing : null;
            var over = clock.Exchange >= window.EndMicros + grace;
            if (!over && feed is not null && clock.Local < window.EndMicros + ReportDelay + hold)
                return; // a later exchange time may still prove the window
            if (coverage.Report(window, held, IsQuiet(window, clock), statistics.Of(window)) == CoverageState.Absent && feed is not null)
                AwaitProof(window);
            unreported = windows.Of(window.EndMicros);
        }
    }

    private void AwaitProof(Window window)
    {
        if (unproven.Count == MostWindows)
            unproven.RemoveAt(0);
        unproven.Add(window);
    }
}
