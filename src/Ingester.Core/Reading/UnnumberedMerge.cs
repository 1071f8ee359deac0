using System.Runtime.CompilerServices;
using Ingester.Core.Markets;

namespace Ingester.Core.Reading;

/// <summary>
/// Unites a stream without a sequence, window by window: a whole segment is all there is, else fragments are joined and the window is marked as not
/// proven. The fragments of one window at a time are in memory.
/// </summary>
internal sealed class UnnumberedMerge(ObjectReader reader, StreamId stream)
{
    /// <summary>The events of a period and the marks between them.</summary>
    public async IAsyncEnumerable<MarketEvent> ReadAsync(
        IAsyncEnumerable<SegmentEntry> entries, Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var window = new List<SegmentEntry>();
        await foreach (var entry in entries.WithCancellation(cancellation))
        {
            if (window.Count > 0 && entry.Name.Window.StartMicros != window[0].Name.Window.StartMicros)
            {
                await foreach (var found in WindowAsync(window, period, cancellation))
                    yield return found;
                window.Clear();
            }

            window.Add(entry);
        }

        if (window.Count == 0)
            yield break;
        await foreach (var found in WindowAsync(window, period, cancellation))
            yield return found;
    }

    private async IAsyncEnumerable<MarketEvent> WindowAsync(
        List<SegmentEntry> entries, Period period, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var window = entries[0].Name.Window;
        var runs = new List<IReadOnlyList<LoadedRow>>();
        var whole = false;
        foreach (var entry in entries.OrderByDescending(entry => entry.Name.Whole))
        {
            MarketEvent? broken = null;
            try
            {
                runs.Add((await reader.LoadAsync(entry.Key, stream.Dataset, entry.Name.Content?.Hash, cancellation)).Rows);
                whole = entry.Name.Whole;
            }
            catch (UnreadableObjectException unreadable)
            {
                broken = new() { Stream = stream, Kind = MarketEventKind.Unreadable, Micros = window.StartMicros, Note = unreadable.Message };
            }

            if (broken is { } mark)
                yield return mark;
            if (whole)
                break;
        }

        if (!whole && runs.Count > 0)
            yield return new() { Stream = stream, Kind = MarketEventKind.Unproven, Micros = window.StartMicros, Note = $"window {window} is not whole" };
        foreach (var row in RunJoin.Unite(runs))
            if (period.Holds(Math.Clamp(row.Micros, window.StartMicros, window.EndMicros - 1)))
                yield return new() { Stream = stream, Micros = row.Micros, Range = row.Range, Row = row.Line };
    }
}
