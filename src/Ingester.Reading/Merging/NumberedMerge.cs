using System.IO.Hashing;
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
    private readonly KnownRanges known = new();
    private readonly RivalRows rivals = new(stream.Dataset);
    private readonly HashSet<string> named = new(StringComparer.Ordinal); // objects that are not readable, each reported once
    private readonly List<SegmentEntry> trusted = []; // segments before the period, accepted by their names without loading
    private long? cursor;
    private long reached = long.MinValue; // start of the latest window that the sequence has reached
    private long lastMicros;
    private bool begins;
    private readonly HashSet<(SequenceRange? Range, ulong Hash)> printed = []; // rows of the last whole segment before the reset
    private SegmentEntry? lastWhole;
    private Window storedIn; // window of the row of the latest conflict

    /// <summary>Returns the events of a period and the marks between them.</summary>
    /// <param name="entries">The segments, in the order of their windows.</param>
    /// <param name="epochsOf">Reads the assignment of segments to numberings.</param>
    /// <param name="start">Where the merge starts and ends.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async IAsyncEnumerable<MarketEvent> ReadAsync(
        IAsyncEnumerable<SegmentEntry> entries, Func<Task<Epochs>> epochsOf, MergeStart start, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var listed = entries.GetAsyncEnumerator(cancellation);
        var queue = new SegmentQueue(listed, await epochsOf());
        if (start.After is { } upTo)
            Begin(upTo);
        int? epoch = start.After is null ? null : start.Epoch;
        while (await queue.FillAsync(known, start.After) || queue.Absurd.Count > 0 || queue.HasStrays)
        {
            while (queue.Absurd.TryDequeue(out var absurd))
                if (start.Period.Touches(absurd.Name.Window))
                    yield return Broken(absurd, (await loader.LoadAsync(absurd, cancellation)).Broken!);
            while (queue.NextStray() is { } stray)
                if (start.Period.Touches(stray.Name.Window))
                    foreach (var found in await AsStoredAsync(stray, cancellation))
                        if (start.Period.Holds(Place(found.Micros, stray.Name.Window)))
                            yield return found;
            if (queue.IsEmpty)
                break;
            if (queue.Epoch < start.Epoch)
            {
                queue.DropEpoch();
                continue;
            }

            if (epoch is { } last && queue.Epoch > last)
                await RestartAsync(cancellation);
            epoch = queue.Epoch;
            if (queue.Take(cursor, known) is not { } entry)
                continue;
            var inside = start.Period.Touches(entry.Name.Window);
            var others = queue.Rivals(entry);
            if (entry.Name.Window.EndMicros < start.Period.From - SegmentQueue.Ahead)
            {
                Pass(entry);
                continue;
            }

            if (!inside && !begins && !queue.Matters(entry, start.Period))
            {
                Trust(entry);
                continue;
            }

            var (rows, broken) = await loader.LoadAsync(entry, cancellation);
            lastWhole = rows is not null && entry.Name.Whole ? entry : lastWhole;
            if (broken is not null && inside && named.Add(entry.Key))
                yield return Broken(entry, broken);
            if (broken is not null)
                await DistrustAsync(cancellation);
            rivals.Clear();
            foreach (var other in rows is null ? [] : others)
                if (await CompareAsync(other, entry.Name.Range!.Value, cancellation) is { } fault && start.Period.Touches(other.Name.Window) && named.Add(other.Key))
                    yield return Broken(other, fault);
            foreach (var found in Unite(rows?.Rows ?? [], entry.Name))
                if (start.Period.Holds(Place(found.Micros, found.Kind == MarketEventKind.Conflict ? storedIn : entry.Name.Window)))
                    yield return found;
        }
    }

    private static long Place(long micros, Window window) => Math.Clamp(micros, window.StartMicros, window.EndMicros - 1);

    private void Begin(long upTo)
    {
        cursor = upTo;
        lastMicros = long.MaxValue;
        known.Add(new(long.MinValue, upTo));
    }

    /// <summary>
    /// Starts a new numbering. An object with a wrong name can look like a reset; its rows are then read again in their own window.
    /// </summary>
    private async Task RestartAsync(CancellationToken cancellation)
    {
        (cursor, reached, begins) = (null, long.MinValue, true);
        known.Clear();
        trusted.Clear();
        printed.Clear();
        if (lastWhole is not null && (await loader.LoadAsync(lastWhole, cancellation)).Rows is { } rows)
            foreach (var row in rows.Rows)
                printed.Add((row.Range, XxHash3.HashToUInt64(row.Line.Span)));
    }

    /// <summary>
    /// Skips a segment far before the period: only its last id counts. If the same ids are stored again in the period, they are returned there.
    /// </summary>
    private void Pass(SegmentEntry entry)
    {
        cursor = Math.Max(cursor ?? long.MinValue, entry.Name.Range!.Value.UpTo);
        lastMicros = entry.Name.Window.EndMicros - 1;
    }

    /// <summary>Accepts a segment before the period by its name, without loading it.</summary>
    private void Trust(SegmentEntry entry)
    {
        trusted.Add(entry);
        lastWhole = entry.Name.Whole ? entry : lastWhole;
        Follow(entry.Name.Range!.Value, entry.Name.Window, entry.Name.Window.EndMicros - 1);
    }

    /// <summary>
    /// A segment before the period is not readable. Loads the segments accepted before it, latest first, and withdraws each one until one is
    /// readable.
    /// </summary>
    private async Task DistrustAsync(CancellationToken cancellation)
    {
        while (trusted.Count > 0)
        {
            var (rows, _) = await loader.LoadAsync(trusted[^1], cancellation);
            if (rows is not null)
                break;
            trusted.RemoveAt(trusted.Count - 1);
            (cursor, reached) = (null, long.MinValue);
            known.Clear();
            foreach (var entry in trusted)
                Follow(entry.Name.Range!.Value, entry.Name.Window, entry.Name.Window.EndMicros - 1);
        }
    }

    /// <summary>
    /// Returns the rows of a segment whose ids were merged long before. They stay in the window where they are stored, and do not change the known
    /// ids.
    /// </summary>
    private async Task<IEnumerable<MarketEvent>> AsStoredAsync(SegmentEntry stray, CancellationToken cancellation)
    {
        var (rows, broken) = await loader.LoadAsync(stray, cancellation);
        return broken is not null ? named.Add(stray.Key) ? [Broken(stray, broken)] : []
            : rows!.Rows.Select(row => new MarketEvent { Stream = stream, Micros = row.Micros, Range = row.Range, Row = row.Line });
    }

    /// <summary>Loads another segment with some of the same ids, for comparison. Returns the reason if it is not readable, otherwise null.</summary>
    private async Task<UnreadableObjectException?> CompareAsync(SegmentEntry other, SequenceRange within, CancellationToken cancellation)
    {
        var (rows, broken) = await loader.LoadAsync(other, cancellation);
        if (rows is not null)
            rivals.Add(rows, within, other.Name.Window);
        return broken;
    }

    /// <summary>Returns the events that are not known yet, and the marks between them.</summary>
    private IEnumerable<MarketEvent> Unite(IReadOnlyCollection<LoadedRow> rows, SegmentName name)
    {
        LoadedRow? last = null;
        var left = rows.Count;
        foreach (var row in rows)
        {
            left--;
            if (row.Range is not { } range)
                continue;
            if (known.Covers(range))
            {
                if (last is not { } twice || twice.Range != range)
                    continue;
                rivals.Add(row, range, name.Window);
                foreach (var (rival, window) in rivals.AgainstSame(twice))
                    yield return Conflict(rival, window);
                continue;
            }

            last = row;
            if (printed.Count > 0 && printed.Contains((range, XxHash3.HashToUInt64(row.Line.Span))))
            {
                Follow(range, name.Window, Place(row.Micros, name.Window));
                continue;
            }

            trusted.Clear(); // a row was read: segments before it no longer matter
            var micros = Place(row.Micros, name.Window);
            if (begins)
                yield return Mark(MarketEventKind.Reset, row.Micros, null, "the exchange reset its numbering");
            begins = false;
            if (chained && cursor is { } upTo && range.After > upTo && !IsOdd(range, name.Window) && (lastMicros == long.MaxValue || micros - lastMicros < HourProof.Reach))
                foreach (var missing in known.Missing(new(upTo, range.After)))
                    yield return Mark(MarketEventKind.Gap, Math.Max(row.Micros, name.Window.StartMicros), missing, "missing");
            Follow(range, name.Window, micros);
            yield return new() { Stream = stream, Micros = row.Micros, Range = range, Row = row.Line };
            rivals.Remember(row, left);
            if (rivals.IsEmpty)
                continue;
            foreach (var (rival, window) in rivals.Against(row))
                yield return Conflict(rival, window);
        }
    }

    private MarketEvent Conflict(in LoadedRow row, Window window)
    {
        storedIn = window;
        return Mark(MarketEventKind.Conflict, row.Micros, row.Range, "another row with the same ids has different content and is not used") with { Row = row.Line };
    }

    private void Follow(SequenceRange range, Window window, long micros)
    {
        var odd = IsOdd(range, window);
        known.Add(range);
        if (odd)
            return;
        cursor = Math.Max(cursor ?? long.MinValue, range.UpTo);
        (reached, lastMicros) = (Math.Max(reached, window.StartMicros), micros);
    }

    /// <summary>True for ids that leave a gap, in a window before the latest one that the sequence has reached.</summary>
    private bool IsOdd(SequenceRange range, Window window) => cursor is { } upTo && range.After > upTo && window.StartMicros < reached;

    private MarketEvent Mark(MarketEventKind kind, long micros, SequenceRange? range, string note) =>
        new() { Stream = stream, Kind = kind, Micros = micros, Range = range, Note = note };

    private MarketEvent Broken(SegmentEntry entry, UnreadableObjectException broken) =>
        Mark(MarketEventKind.Unreadable, entry.Name.Window.StartMicros, entry.Name.Range, broken.Message) with
        {
            UntilMicros = entry.Name.Window.EndMicros,
            IsStoreFailure = broken.IsStoreFailure,
        };
}

/// <summary>Where a merge starts and ends.</summary>
/// <param name="Period">The requested period. Windows select the segments; times select the events in them.</param>
/// <param name="After">Ids up to this one are known already; null to start with the first stored one.</param>
/// <param name="Epoch">The first numbering to read; earlier ones are skipped.</param>
internal readonly record struct MergeStart(Period Period, long? After = null, int Epoch = 0)
{
    /// <summary>True when segments around the period are used to decide about its edges.</summary>
    public bool LooksAround { get; init; }
}
