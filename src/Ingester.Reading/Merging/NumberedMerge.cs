using System.Runtime.CompilerServices;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// Merges the whole segments, fragments and repaired windows of a stream with sequence ids: each event once, in order. One segment at a time is in
/// memory. A segment whose ids are all known is not opened. A row whose id does not fit into the sequence is returned in the window where it is
/// stored, and its id does not count as known.
/// </summary>
/// <param name="loader">Loads the segments.</param>
/// <param name="stream">The stream.</param>
/// <param name="chained">True when missing ids prove lost events.</param>
internal sealed class NumberedMerge(SegmentLoader loader, StreamId stream, bool chained)
{
    private KnownRanges known = new();
    private readonly ConflictDetector conflicts = new(stream.Dataset);
    private readonly HashSet<string> reportedObjects = new(StringComparer.Ordinal); // objects that are not readable, each reported once
    private readonly List<SegmentEntry> acceptedByName = []; // segments before the period, accepted by their names without loading
    private (KnownRanges Known, long? Cursor, long LatestWindowStart, long LastMicros) beforeAccepted; // the state without the segments accepted by name
    private readonly IdsBeforePeriod before = new();
    private long? cursor;
    private long latestWindowStart = long.MinValue; // start of the latest window that the sequence has reached
    private long lastMicros;
    private bool isResetPending;
    private readonly RowsBeforeReset rowsBeforeReset = new(loader);

    /// <summary>
    /// Returns the events of a period and the marks between them, one segment at a time. Enumerate each segment once and completely before the next
    /// one: the merge advances with it.
    /// </summary>
    /// <param name="entries">The segments, in the order of their windows.</param>
    /// <param name="readNumberings">Reads the assignment of segments to numberings.</param>
    /// <param name="start">Where the merge starts and ends.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async IAsyncEnumerable<IEnumerable<MarketEvent>> ReadAsync(
        IAsyncEnumerable<SegmentEntry> entries, Func<Task<Numberings>> readNumberings, MergeStart start, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var listed = entries.GetAsyncEnumerator(cancellation);
        var numberings = await readNumberings();
        var queue = new SegmentQueue(listed, numberings);
        if (start.After is { } upTo)
            StartAfter(upTo);
        int? numbering = null;
        while (await queue.FillAsync(known, start.After) || queue.Undersized.Count > 0 || queue.HasStrays)
        {
            while (queue.Undersized.TryDequeue(out var undersized))
                if (start.Period.Overlaps(undersized.Name.Window))
                    yield return [CreateUnreadableMark(undersized, (await loader.LoadAsync(undersized, cancellation)).Error!)];
            while (queue.TakeStray() is { } stray)
                if (start.Period.Overlaps(stray.Name.Window))
                    yield return await ReadInPlaceAsync(stray, start.Period, cancellation);
            if (queue.IsEmpty)
                break;
            var first = start.NumberedAt is { } micros ? numberings.At(micros) : queue.Numbering;
            if (queue.Numbering < first)
            {
                queue.DropNumbering();
                continue;
            }

            if (queue.Numbering > (numbering ?? first))
                await StartNumberingAsync(cancellation);
            numbering = queue.Numbering;
            if (queue.TakeNext(cursor, known) is not { } entry)
                continue;
            var isInPeriod = start.Period.Overlaps(entry.Name.Window);
            var isBefore = entry.Name.Window.EndMicros <= start.Period.From;
            var others = queue.FindOverlapping(entry);
            if (entry.Name.Window.EndMicros < start.Period.From - SegmentQueue.LookAhead)
            {
                SkipByName(entry);
                continue;
            }

            if (!isInPeriod && !isResetPending && !queue.AffectsPeriod(entry, start.Period) && (cursor is not null || !queue.HasSegmentIn(entry.Name.Window)))
            {
                AcceptByName(entry);
                if (isBefore)
                    before.Add(entry.Name);
                continue;
            }

            var (rows, error) = await loader.LoadAsync(entry, cancellation);
            if (rows is not null)
                rowsBeforeReset.Remember(entry);
            if (error is not null && isInPeriod && reportedObjects.Add(entry.Key))
                yield return [CreateUnreadableMark(entry, error)];
            if (error is not null)
                await RevokeUnreadableAsync(cancellation);
            conflicts.Clear();
            foreach (var other in rows is null ? [] : others)
                if (await LoadForComparisonAsync(other, entry.Name.Range!.Value, cancellation) is { } fault && start.Period.Overlaps(other.Name.Window) && reportedObjects.Add(other.Key))
                    yield return [CreateUnreadableMark(other, fault)];
            if (rows is not null)
                yield return MergeRows(rows.Rows, entry.Name, start.Period);
            if (rows is not null && isBefore)
                before.Add(entry.Name);
        }
    }

    private static long ClampToWindow(long micros, Window window) => Math.Clamp(micros, window.StartMicros, window.EndMicros - 1);

    private void StartAfter(long upTo)
    {
        cursor = upTo;
        lastMicros = long.MaxValue;
        known.Add(new(long.MinValue, upTo));
    }

    /// <summary>
    /// Starts a new numbering. An object with a wrong name can look like a reset; its rows are then read again in their own window.
    /// </summary>
    private async Task StartNumberingAsync(CancellationToken cancellation)
    {
        (cursor, latestWindowStart, isResetPending) = (null, long.MinValue, true);
        known.Clear();
        acceptedByName.Clear();
        before.Clear();
        await rowsBeforeReset.StartNumberingAsync(cancellation);
    }

    /// <summary>
    /// Skips a segment far before the period: only its last id counts. If the same ids are stored again in the period, they are returned there.
    /// </summary>
    private void SkipByName(SegmentEntry entry)
    {
        cursor = Math.Max(cursor ?? long.MinValue, entry.Name.Range!.Value.UpTo);
        lastMicros = entry.Name.Window.EndMicros - 1;
    }

    /// <summary>Accepts a segment before the period by its name, without loading it.</summary>
    private void AcceptByName(SegmentEntry entry)
    {
        if (acceptedByName.Count == 0)
            beforeAccepted = (known.Copy(), cursor, latestWindowStart, lastMicros);
        acceptedByName.Add(entry);
        rowsBeforeReset.Remember(entry);
        Advance(entry.Name.Range!.Value, entry.Name.Window, entry.Name.Window.EndMicros - 1);
    }

    /// <summary>
    /// A segment before the period is not readable. Loads the segments accepted before it, latest first, and withdraws each one until one is
    /// readable. What was known before them stays known.
    /// </summary>
    private async Task RevokeUnreadableAsync(CancellationToken cancellation)
    {
        while (acceptedByName.Count > 0)
        {
            var (rows, _) = await loader.LoadAsync(acceptedByName[^1], cancellation);
            if (rows is not null)
                break;
            acceptedByName.RemoveAt(acceptedByName.Count - 1);
            (known, cursor, latestWindowStart, lastMicros) = (beforeAccepted.Known.Copy(), beforeAccepted.Cursor, beforeAccepted.LatestWindowStart, beforeAccepted.LastMicros);
            foreach (var entry in acceptedByName)
                Advance(entry.Name.Range!.Value, entry.Name.Window, entry.Name.Window.EndMicros - 1);
        }
    }

    /// <summary>
    /// Returns the rows of a segment whose ids were merged long before. They stay in the window where they are stored, and do not change the known
    /// ids.
    /// </summary>
    private async Task<IEnumerable<MarketEvent>> ReadInPlaceAsync(SegmentEntry stray, Period period, CancellationToken cancellation)
    {
        var (rows, error) = await loader.LoadAsync(stray, cancellation);
        if (rows is null)
            return reportedObjects.Add(stray.Key) ? [CreateUnreadableMark(stray, error!)] : [];
        var found = new List<MarketEvent>();
        foreach (var row in rows.Rows)
            if (period.Contains(ClampToWindow(row.Micros, stray.Name.Window)) && before.TryReturnInPlace(row))
                found.Add(CreateRow(row));
        return found;
    }

    /// <summary>Loads another segment with some of the same ids, for comparison. Returns the reason if it is not readable, otherwise null.</summary>
    private async Task<UnreadableObjectException?> LoadForComparisonAsync(SegmentEntry other, SequenceRange within, CancellationToken cancellation)
    {
        var (rows, error) = await loader.LoadAsync(other, cancellation);
        if (rows is null)
            return error;
        conflicts.Add(rows, within, other.Name.Window, known);
        rowsBeforeReset.Remember(other);
        return null;
    }

    /// <summary>Returns the events of a period that are not known yet, and the marks between them.</summary>
    private IEnumerable<MarketEvent> MergeRows(IReadOnlyCollection<LoadedRow> rows, SegmentKey name, Period period)
    {
        LoadedRow? last = null;
        var left = rows.Count;
        foreach (var row in rows)
        {
            left--;
            if (row.Range is not { } range)
                continue;
            if (known.Covers(range) && !(period.Overlaps(name.Window) && before.MustReturn(row, range, name.Window)))
            {
                if (last is not { } previous || previous.Range != range)
                    continue;
                conflicts.Add(row, range, name.Window);
                foreach (var (conflict, window) in conflicts.FindSameRangeConflicts(previous))
                    if (IsReported(conflict, window, period))
                        yield return CreateConflict(conflict);
                continue;
            }

            last = row;
            var micros = ClampToWindow(row.Micros, name.Window);
            var isInPeriod = period.Contains(micros);
            if (rowsBeforeReset.Contains(row))
            {
                Advance(range, name.Window, micros); // returned before; rows that contradict it are still conflicts
            }
            else
            {
                acceptedByName.Clear(); // a row was read: segments before it no longer matter
                if (isResetPending && isInPeriod)
                    yield return CreateMark(MarketEventKind.Reset, row.Micros, null, "the exchange reset its numbering");
                isResetPending = false;
                if (isInPeriod && chained && cursor is { } upTo && range.After > upTo && !IsOutOfSequence(range, name.Window) && (lastMicros == long.MaxValue || micros - lastMicros < HourProof.MaxSearchDistance))
                    foreach (var missing in known.Missing(new(upTo, range.After)))
                        yield return CreateMark(MarketEventKind.Gap, Math.Max(row.Micros, name.Window.StartMicros), missing, "missing");
                Advance(range, name.Window, micros);
                if (isInPeriod)
                {
                    before.MarkReturned(row, range);
                    yield return CreateRow(row);
                }
            }

            conflicts.AddMerged(row, left);
            if (conflicts.IsEmpty)
                continue;
            foreach (var (conflict, window) in conflicts.FindConflicts(row, known))
                if (IsReported(conflict, window, period))
                    yield return CreateConflict(conflict);
        }
    }

    /// <summary>True for a conflict in the period. A row that was returned before a reset is an event of that numbering, and contradicts no other one.</summary>
    private bool IsReported(in LoadedRow conflict, Window window, Period period) =>
        period.Contains(ClampToWindow(conflict.Micros, window)) && !rowsBeforeReset.Contains(conflict);

    private MarketEvent CreateRow(in LoadedRow row) =>
        new() { Stream = stream, Micros = row.Micros, Range = row.Range, Row = row.Line, Origin = row.Origin, RowIndex = row.Index };

    private MarketEvent CreateConflict(in LoadedRow row) =>
        CreateMark(MarketEventKind.Conflict, row.Micros, row.Range, "another row with the same ids has different content and is not used") with { Row = row.Line, Origin = row.Origin, RowIndex = row.Index };

    private void Advance(SequenceRange range, Window window, long micros)
    {
        var isOutOfSequence = IsOutOfSequence(range, window);
        known.Add(range);
        if (isOutOfSequence)
            return;
        cursor = Math.Max(cursor ?? long.MinValue, range.UpTo);
        (latestWindowStart, lastMicros) = (Math.Max(latestWindowStart, window.StartMicros), micros);
    }

    /// <summary>True for ids that leave a gap, in a window before the latest one that the sequence has reached.</summary>
    private bool IsOutOfSequence(SequenceRange range, Window window) => cursor is { } upTo && range.After > upTo && window.StartMicros < latestWindowStart;

    private MarketEvent CreateMark(MarketEventKind kind, long micros, SequenceRange? range, string note) =>
        new() { Stream = stream, Kind = kind, Micros = micros, Range = range, Note = note };

    private MarketEvent CreateUnreadableMark(SegmentEntry entry, UnreadableObjectException error) =>
        MarketEvent.Unreadable(stream, entry.Name.Window, error) with { Range = entry.Name.Range };
}
