using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Merges a stream without sequence ids, window by window. A whole segment is complete; otherwise the fragments are joined. If windows overlap, each
/// minute is read from one of them. If replicas have different whole rows, one of them is used. The fragments of one window at a time are in memory.
/// </summary>
internal sealed class UnnumberedMerge(SegmentLoader loader, StreamId stream, bool variants)
{
    private readonly DuplicateRowFilter duplicates = new();

    /// <summary>
    /// Returns the events of a period and the marks between them, one window at a time. Enumerate each window once and completely before the next one.
    /// </summary>
    public async IAsyncEnumerable<IEnumerable<MarketEvent>> ReadAsync(
        IAsyncEnumerable<SegmentEntry> entries, Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<SegmentEntry> cluster = [], before = [];
        var end = long.MinValue;
        await foreach (var entry in entries.WithCancellation(cancellation))
        {
            if (cluster.Count > 0 && entry.Name.Window.StartMicros >= end)
            {
                await foreach (var found in ReadClusterAsync(cluster, before, period, cancellation))
                    yield return found;
                before = cluster;
                cluster = [];
            }

            cluster.Add(entry);
            end = Math.Max(cluster.Count == 1 ? long.MinValue : end, entry.Name.Window.EndMicros);
        }

        if (cluster.Count > 0)
            await foreach (var found in ReadClusterAsync(cluster, before, period, cancellation))
                yield return found;
    }

    /// <summary>
    /// Reads a cluster of overlapping windows, one after the other. The last cluster before the period is read only to drop rows that the first
    /// cluster in the period repeats.
    /// </summary>
    private async IAsyncEnumerable<IEnumerable<MarketEvent>> ReadClusterAsync(
        List<SegmentEntry> cluster, List<SegmentEntry> before, Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!cluster.Exists(entry => period.Overlaps(entry.Name.Window)))
            yield break;
        if (duplicates.IsEmpty && before.Count > 0 && !before.Exists(entry => period.Overlaps(entry.Name.Window)))
            await RememberAsync(before, cancellation);
        var usedMinutes = new HashSet<long>();
        var sources = await LoadSourcesAsync(cluster, cancellation);
        foreach (var source in sources)
        {
            if (period.Overlaps(source.Window))
                yield return source.Unreadable.Select(error => MarketEvent.Unreadable(stream, source.Window, error));
            var own = source.HasRows && sources.Count > 1 ? source.Minutes().Where(usedMinutes.Add).ToHashSet() : null;
            yield return from row in await source.MergeRowsAsync(duplicates, loader)
                         let micros = ClampToWindow(row.Micros, source.Window)
                         where period.Contains(micros) && own?.Contains(Window.Containing(micros, 1).StartMicros) != false
                         select new MarketEvent { Stream = stream, Micros = row.Micros, Range = row.Range, Row = row.Line, Origin = row.Origin, RowIndex = row.Index, Variant = source.Variant };
            foreach (var (hash, rows) in variants ? source.Alternatives : [])
                yield return from row in rows.Rows
                             where period.Contains(ClampToWindow(row.Micros, source.Window))
                             select new MarketEvent { Stream = stream, Micros = row.Micros, Range = row.Range, Row = row.Line, Origin = row.Origin, RowIndex = row.Index, Variant = hash, IsAlternative = true };
        }

        duplicates.StartNextWindow();
    }

    private static long ClampToWindow(long micros, Window window) => Math.Clamp(micros, window.StartMicros, window.EndMicros - 1);

    private async Task RememberAsync(List<SegmentEntry> cluster, CancellationToken cancellation)
    {
        foreach (var source in await LoadSourcesAsync(cluster, cancellation))
            foreach (var row in await source.MergeRowsAsync(duplicates, loader))
                _ = row;
        duplicates.StartNextWindow();
    }

    /// <summary>Loads the windows of a cluster: whole ones first, then shorter ones.</summary>
    private async Task<IReadOnlyList<WindowSource>> LoadSourcesAsync(List<SegmentEntry> cluster, CancellationToken cancellation)
    {
        var sources = new List<WindowSource>();
        foreach (var window in cluster.GroupBy(entry => entry.Name.Window))
            sources.Add(await WindowSource.LoadAsync(loader, window.Key, [.. window], cancellation));
        return sources.Count == 1 ? sources
            : [.. sources.OrderByDescending(source => source.IsWhole).ThenBy(source => source.Window.Minutes).ThenBy(source => source.Window.StartMicros)];
    }
}
