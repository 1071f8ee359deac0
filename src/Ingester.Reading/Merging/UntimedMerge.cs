using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Merges a stream whose events have neither an id nor a time of the exchange. What each replica received is one history, in which nothing but the
/// order is certain: the histories are aligned by content (<see cref="HistoryAlignment"/>). Replicas may have put an event into neighbouring windows,
/// because each derives the time itself; therefore a window is merged together with the one before and the one after it, and an event belongs to the
/// earliest of them that keeps the order. Three windows at a time are in memory; where they are larger than <see cref="MaxAlignedBytes"/>, only the
/// longest history is used.
/// </summary>
/// <param name="loader">Loads the segments.</param>
/// <param name="stream">The stream.</param>
internal sealed class UntimedMerge(SegmentLoader loader, StreamId stream)
{
    /// <summary>Maximum total size of the rows that are aligned.</summary>
    private const long MaxAlignedBytes = 96L << 20;

    /// <summary>Returns the events of a period and the marks between them, one window at a time.</summary>
    public async IAsyncEnumerable<IEnumerable<MarketEvent>> ReadAsync(
        IAsyncEnumerable<SegmentEntry> entries, Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        WindowHistories? before = null, own = null;
        await foreach (var next in GroupAsync(entries, cancellation))
        {
            if (own is not null)
                await foreach (var found in ReadWindowAsync(own, [before, next], period, cancellation))
                    yield return found;
            (before, own) = (own, next);
        }

        if (own is not null)
            await foreach (var found in ReadWindowAsync(own, [before], period, cancellation))
                yield return found;
    }

    private async IAsyncEnumerable<WindowHistories> GroupAsync(IAsyncEnumerable<SegmentEntry> entries, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<SegmentEntry> group = [];
        await foreach (var entry in entries.WithCancellation(cancellation))
        {
            if (group.Count > 0 && group[0].Name.Window != entry.Name.Window)
            {
                yield return new(loader, group[0].Name.Window, group);
                group = [];
            }

            group.Add(entry);
        }

        if (group.Count > 0)
            yield return new(loader, group[0].Name.Window, group);
    }

    private async IAsyncEnumerable<IEnumerable<MarketEvent>> ReadWindowAsync(
        WindowHistories own, WindowHistories?[] neighbours, Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!period.Overlaps(own.Window))
            yield break;
        var windows = neighbours.OfType<WindowHistories>().Append(own).OrderBy(histories => histories.Window.StartMicros).ToList();
        foreach (var histories in windows)
            await histories.LoadAsync(cancellation);
        yield return own.Unreadable.Select(error => MarketEvent.Unreadable(stream, own.Window, error));
        yield return from row in SelectOwn(Merge(windows, own), windows[0].Window, own.Window)
                     where period.Contains(Math.Clamp(row.Micros, own.Window.StartMicros, own.Window.EndMicros - 1))
                     select new MarketEvent { Stream = stream, Micros = row.Micros, Range = row.Range, Row = row.Line, Origin = row.Origin, RowIndex = row.Index };
    }

    /// <summary>Selects the rows of one window. An event does not belong to an earlier window than the event before it.</summary>
    private static IEnumerable<LoadedRow> SelectOwn(IEnumerable<HistoryRow> rows, Window first, Window own)
    {
        var window = first;
        foreach (var (row, stored) in rows)
        {
            window = stored.StartMicros > window.StartMicros ? stored : window;
            if (window == own)
                yield return row;
        }
    }

    private static IEnumerable<HistoryRow> Merge(List<WindowHistories> windows, WindowHistories own)
    {
        if (windows.Sum(histories => histories.Bytes) > MaxAlignedBytes)
            return own.Replicas.MaxBy(own.Count) is { } longest ? own.Find(longest) : [];
        var replicas = windows.SelectMany(histories => histories.Replicas).Distinct().Order(StringComparer.Ordinal).ToList();
        if (replicas.Count == 1)
            return own.Find(replicas[0]);
        IReadOnlyList<HistoryRow> merged = [];
        foreach (var replica in replicas)
        {
            IReadOnlyList<HistoryRow> history = [.. windows.SelectMany(histories => histories.Find(replica))];
            merged = merged.Count == 0 ? history : HistoryAlignment.Merge(merged, history);
        }

        return merged;
    }
}
