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
/// Unites the whole segments, fragments and repairs of a stream with a sequence: each event once, in order. One segment at a time is in memory,
/// and one whose range is known already is not opened. An id that the sequence does not lead to, and goes on without, is printed where it is stored and hides nothing.
/// </summary>
/// <param name="loader">Opens objects.</param>
/// <param name="stream">The stream.</param>
/// <param name="chained">True when a gap in the sequence is certainly a loss.</param>
internal sealed class NumberedMerge(SegmentLoader loader, StreamId stream, bool chained)
{
    private readonly KnownRanges known = new();
    private readonly RivalRows rivals = new(stream.Dataset);
    private readonly HashSet<string> named = new(StringComparer.Ordinal); // objects that could not be used, each said once
    private readonly List<SegmentEntry> trusted = []; // before the period: by their names alone
    private long? cursor;
    private long reached = long.MinValue; // the start of the latest window that the sequence has led to
    private long lastMicros;
    private bool begins;
    private readonly HashSet<(SequenceRange? Range, ulong Hash)> printed = []; // rows of the last whole segment before the numbering began again
    private SegmentEntry? lastWhole;
    private Window storedIn; // of the row of the conflict that was given last

    /// <summary>The events of a period and the marks between them.</summary>
    /// <param name="entries">The segments in order of their windows.</param>
    /// <param name="epochsOf">Finds out which numbering each belongs to.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="cancellation">Stops the reading.</param>
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

    /// <summary>Another numbering begins; an object under a wrong name can look like that, and its rows are read again where they belong.</summary>
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

    /// <summary>Far before the period: a segment says only where the sequence stands. Ids that are stored there and in the period are printed in the period.</summary>
    private void Pass(SegmentEntry entry)
    {
        cursor = Math.Max(cursor ?? long.MinValue, entry.Name.Range!.Value.UpTo);
        lastMicros = entry.Name.Window.EndMicros - 1;
    }

    /// <summary>What comes before the period is believed by its name.</summary>
    private void Trust(SegmentEntry entry)
    {
        trusted.Add(entry);
        lastWhole = entry.Name.Whole ? entry : lastWhole;
        Follow(entry.Name.Range!.Value, entry.Name.Window, entry.Name.Window.EndMicros - 1);
    }

    /// <summary>What comes before the period cannot be read: then what was trusted before that must be looked at, until something can.</summary>
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

    /// <summary>The rows of a segment far from where its ids were followed: they are printed where they are stored, and hide nothing.</summary>
    private async Task<IEnumerable<MarketEvent>> AsStoredAsync(SegmentEntry stray, CancellationToken cancellation)
    {
        var (rows, broken) = await loader.LoadAsync(stray, cancellation);
        return broken is not null ? named.Add(stray.Key) ? [Broken(stray, broken)] : []
            : rows!.Rows.Select(row => new MarketEvent { Stream = stream, Micros = row.Micros, Range = row.Range, Row = row.Line });
    }

    /// <summary>Opens another segment with ids of the segment that is read; why it cannot be used, or null.</summary>
    private async Task<UnreadableObjectException?> CompareAsync(SegmentEntry other, SequenceRange within, CancellationToken cancellation)
    {
        var (rows, broken) = await loader.LoadAsync(other, cancellation);
        if (rows is not null)
            rivals.Add(rows, within, other.Name.Window);
        return broken;
    }

    /// <summary>The events that are not known yet, and the marks between them.</summary>
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

            trusted.Clear(); // something was read: what comes before counts no more
            var micros = Place(row.Micros, name.Window);
            if (begins)
                yield return Mark(MarketEventKind.Reset, row.Micros, null, "the exchange began its numbering again");
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
        return Mark(MarketEventKind.Conflict, row.Micros, row.Range, "the same ids came with other content, which is not followed") with { Row = row.Line };
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

    /// <summary>True for ids that do not follow, in a window that the sequence has left behind already.</summary>
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

/// <summary>Where a merge begins and ends.</summary>
/// <param name="Period">The events that are wanted, by their windows and within them by their times.</param>
/// <param name="After">Events up to this id are known already; null to begin with the first that there is.</param>
/// <param name="Epoch">Earlier numberings are left out.</param>
internal readonly record struct MergeStart(Period Period, long? After = null, int Epoch = 0)
{
    /// <summary>True when what is stored around the period decides about its edges.</summary>
    public bool LooksAround { get; init; }
}
