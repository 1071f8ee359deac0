using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>How segments are closed, held and handed over.</summary>
internal sealed partial class StreamRecorder
{
    private static readonly long ReportDelay = Micros.From(TimeSpan.FromSeconds(10));

    private static readonly long LongestSilence = Micros.From(TimeSpan.FromDays(1)); // a clock that leaps further leaves windows unreported

    private readonly long grace = Micros.From(context.Options.Grace);
    private readonly long hold = Micros.From(context.Options.Hold);
    private Window? unreported;

    /// <summary>
    /// Time has passed: seals what the exchange's clock proves, stores what is held too long, reports windows that are over.
    /// </summary>
    /// <param name="clock">The clock of the lane, for a stream that no connection carries.</param>
    /// <param name="statistics">How well the lane was heard.</param>
    public void Tick(FeedClock clock, LaneStatistics statistics)
    {
        clock = feed ?? clock; // only what the connection that carries the stream has told proves that nothing more comes
        SealClosingAfterGrace(clock);
        if (!Chained && open is { } current && clock.Exchange >= current.Window.EndMicros + grace && !IsUnconfirmed(current))
            SealOpen(whole: true);
        if (closing is { } unconfirmed && unconfirmed.IsStuck(clock.Local, hold))
            SealClosing(whole: false);
        if (open is { Tainted: true } stuck && stuck.IsStuck(clock.Local, hold))
            SealOpen(whole: false);
        if (open is { } held && held.IsOverdue(clock.Local, hold))
            StoreHeld(held);
        if (late is { } waiting && waiting.IsOverdue(clock.Local, hold))
            SealLate();
        if (strays is { Count: > 0 } list && list[^1].IsOverdue(clock.Local, hold))
            SealStrays();
        ReportWindows(clock, statistics);
    }

    /// <summary>The stream ends here, by a stop or because nobody wants it any more: everything is handed over.</summary>
    /// <param name="statistics">How well the lane was heard.</param>
    /// <param name="delistedAt">The local clock when it was found that nobody wants the stream any more; null for a stop.</param>
    public void Close(LaneStatistics statistics, long? delistedAt = null)
    {
        Abandon();
        SealClosing(whole: false);
        SealOpen(whole: false);
        SealLate();
        SealStrays();
        coverage.Close(unreported is { } window ? statistics.Of(window) : Hearing.None);
        if (delistedAt is { } micros)
        {
            coverage.Delisted(windows.Of(micros));
            unreported = null; // should it return, nothing was expected in between
        }

        proofBegan = Never;
    }

    /// <summary>The first event of a later window closes the open segment.</summary>
    private void Follow(FeedClock clock)
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

    /// <summary>
    /// Where a checksum tells whether anything is missing, a connection alone does not prove a window: a later change must come, and hold. Until then it
    /// is held like that of a stream whose ids chain.
    /// </summary>
    private bool IsUnconfirmed(OpenSegment segment) => !Chained && !segment.Confirmed && Follower is { Checks: true };

    private void Break(GapRow gap)
    {
        SealOpen(whole: false);
        proofBegan = Never;
        Report(gap);
    }

    private void Report(GapRow gap)
    {
        Gaps++;
        context.Output.Add(new(Markets.Dataset.Gaps, stream.Exchange, gap.ToJson()));
        context.Events.GapSeen(gap, countsByOne: stream.Dataset != Markets.Dataset.Depth);
        Follower?.Broke(gap);
    }

    /// <summary>The numbering began again: what came below the cursor meanwhile were its first events.</summary>
    private void Restart(GapRow reset, FeedClock clock)
    {
        SealOpen(whole: false);
        SealLate();
        highest = null;
        proofBegan = Never;
        context.Output.Add(new(Markets.Dataset.Gaps, stream.Exchange, reset.ToJson()));
        context.Events.NumberingReset(reset);
        Follower?.Broke(reset);
        foreach (var stray in strays ?? [])
        {
            BeginProof(stray.FirstMicros, clock);
            Place(stray.Range, stray.FirstMicros, clock).Rows.Append(stray.Rows);
            stray.Rows.Dispose();
        }

        strays?.Clear();
    }

    private OpenSegment AdmitLate(long micros, FeedClock clock)
    {
        var closed = cursor!.Missing;
        var window = windows.Of(micros);
        if (highest is { } top && window.StartMicros > top.StartMicros)
            window = top;
        if (late is { } current && (current.Window != window || current.Range!.Value.UpTo != closed.After))
            SealLate();
        late ??= new(window, leftProven: false);
        late.Extend(closed, micros, clock.Local);
        Admitted++;
        return late;
    }

    private OpenSegment AdmitStray(SequenceRange next, long micros, FeedClock clock)
    {
        strays ??= [];
        if (strays.Count > 0 && strays[^1].Range!.Value.UpTo != next.After)
            SealStrays();
        var stray = new OpenSegment(windows.Of(micros), leftProven: false);
        stray.Extend(next, micros, clock.Local);
        strays.Add(stray);
        return stray;
    }

    private void SealOpen(bool whole)
    {
        if (open is not { } segment)
            return;
        open = null;
        Seal(segment, whole && segment is { LeftProven: true, Tainted: false });
        spare = segment;
    }

    private void SealClosing(bool whole)
    {
        if (closing is not { } segment)
            return;
        closing = null;
        Seal(segment, whole && segment is { LeftProven: true, Tainted: false } && !IsUnconfirmed(segment));
        spare = segment;
    }

    private void SealLate()
    {
        if (late is not { } segment)
            return;
        late = null;
        var gap = new GapRow(stream, segment.Range, segment.FirstMicros, segment.LastMicros, GapCause.Late);
        context.Output.Add(new(Markets.Dataset.Gaps, stream.Exchange, gap.ToJson()));
        context.Events.GapClosed(gap);
        Seal(segment, whole: false);
    }

    private void SealStrays()
    {
        foreach (var stray in strays ?? [])
        {
            Admitted++;
            Seal(stray, whole: false);
        }

        strays?.Clear();
    }

    private void Seal(OpenSegment segment, bool whole)
    {
        sealedStart = Math.Max(sealedStart, segment.Window.StartMicros);
        if (!whole && segment.StoredCount == segment.Count)
        {
            segment.Drop(); // what was held is stored already, under the same key
            return;
        }

        Segments = whole ? (Segments.Whole + 1, Segments.Fragments) : (Segments.Whole, Segments.Fragments + 1);
        Hand(segment, whole);
    }

    private void StoreHeld(OpenSegment held)
    {
        if (held.StoredCount == held.Count)
            return;
        var copy = new RowBuffer();
        copy.Append(held.Rows);
        var packed = held.Packed?.Copy();
        if (!TryHand(held, (copy, packed), whole: false, CoverageState.Held))
        {
            copy.Dispose();
            packed?.Dispose(); // nothing is lost: the rows are still open, and the next tick tries again
            return;
        }

        held.MarkStored();
        Segments = (Segments.Whole, Segments.Fragments + 1);
    }

    private void Hand(OpenSegment segment, bool whole)
    {
        if (TryHand(segment, (segment.Rows, segment.Packed), whole, whole ? CoverageState.Whole : CoverageState.Fragment))
            return;
        segment.Drop();
        var lost = segment.Count - segment.StoredCount;
        if (lost == 0)
            return; // all of it was held, and is stored as a fragment
        context.Events.Overflowed(stream, lost);
        Report(new(stream, segment.Rest.Range, segment.Rest.FromMicros, segment.LastMicros, GapCause.Overflow));
    }

    private bool TryHand(OpenSegment segment, (RowBuffer Newest, PackedRows? Packed) rows, bool whole, CoverageState state) => context.Output.TryAdd(
        new SealedSegment
        {
            Stream = stream,
            Window = segment.Window,
            Range = segment.Range,
            Whole = whole,
            Count = segment.Count,
            Rows = rows.Newest,
            Packed = rows.Packed,
            Identity = traits.Identity,
            Coverage = coverage.Sealed(segment, state),
        });

    private void ReportWindows(FeedClock clock, LaneStatistics statistics)
    {
        var oldest = windows.Of(clock.Local - LongestSilence);
        if (unreported is not { } next || next.StartMicros < oldest.StartMicros)
            unreported = unreported is null ? windows.Of(clock.Local) : oldest;
        while (unreported is { } window && clock.Local >= window.EndMicros + ReportDelay)
        {
            var held = open?.Window == window ? open : closing?.Window == window ? closing : null;
            var over = IsOver(window, clock);
            if (!over && feed is not null && clock.Local < window.EndMicros + ReportDelay + hold)
                return; // what comes late may still tell
            var alive = over && subscribedSince <= window.StartMicros && statistics.AliveThrough(window);
            coverage.Report(window, held, alive, statistics.Of(window));
            unreported = windows.Of(window.EndMicros);
        }
    }

    /// <summary>
    /// True when the exchange has told a later time, or its last was told without delay: a local clock that is ahead must not call a window quiet that
    /// has not begun.
    /// </summary>
    private static bool IsOver(Window window, FeedClock clock) =>
        clock.Exchange >= window.EndMicros || (clock.Exchange > 0 && clock.Lag < ReportDelay);
}
