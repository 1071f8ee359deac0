using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Reading;

/// <summary>
/// Unites the whole segments, fragments and repairs of a stream with a sequence: each event once, in order. One segment at a time is in memory,
/// and one whose range is known already is not opened.
/// </summary>
/// <param name="reader">Opens objects.</param>
/// <param name="stream">The stream.</param>
/// <param name="chained">True when a hole in the sequence is certainly a loss.</param>
internal sealed class NumberedMerge(ObjectReader reader, StreamId stream, bool chained)
{
    private long? cursor;

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
        cursor = start.After;
        int? epoch = start.After is null ? null : start.Epoch;
        while (await queue.FillAsync())
        {
            if (queue.Epoch < start.Epoch)
            {
                queue.Take(long.MaxValue);
                continue;
            }

            var reset = epoch is { } last && queue.Epoch > last;
            if (reset)
                cursor = null;
            epoch = queue.Epoch;
            if (queue.Take(cursor) is not { } entry)
                continue;
            if (reset)
                yield return Mark(MarketEventKind.Reset, entry.Name.Window.StartMicros, null, "the exchange began its numbering again");
            var (rows, broken) = await LoadAsync(entry, cancellation);
            if (broken is not null)
                yield return Mark(MarketEventKind.Unreadable, entry.Name.Window.StartMicros, entry.Name.Range, broken.Message);
            foreach (var found in Unite(rows, entry.Name.Window))
                if (start.Period.Holds(Math.Clamp(found.Micros, entry.Name.Window.StartMicros, entry.Name.Window.EndMicros - 1)))
                    yield return found;
        }
    }

    private async Task<(IReadOnlyList<LoadedRow> Rows, UnreadableObjectException? Broken)> LoadAsync(SegmentEntry entry, CancellationToken cancellation)
    {
        try
        {
            return ((await reader.LoadAsync(entry.Key, stream.Dataset, hashStart: null, cancellation)).Rows, null);
        }
        catch (UnreadableObjectException broken)
        {
            return ([], broken);
        }
    }

    private IEnumerable<MarketEvent> Unite(IReadOnlyList<LoadedRow> rows, Window window)
    {
        foreach (var row in rows)
        {
            if (row.Range is not { } range || range.UpTo <= cursor)
                continue;
            if (chained && cursor is { } upTo && range.After > upTo)
                yield return Mark(MarketEventKind.Gap, Math.Max(row.Micros, window.StartMicros), new(upTo, range.After), "missing");
            cursor = range.UpTo;
            yield return new() { Stream = stream, Micros = row.Micros, Range = range, Row = row.Line };
        }
    }

    private MarketEvent Mark(MarketEventKind kind, long micros, SequenceRange? range, string note) =>
        new() { Stream = stream, Kind = kind, Micros = micros, Range = range, Note = note };
}

/// <summary>Where a merge begins and ends.</summary>
/// <param name="Period">The events that are wanted, by their windows and within them by their times.</param>
/// <param name="After">Events up to this id are known already; null to begin with the first that there is.</param>
/// <param name="Epoch">Earlier numberings are left out.</param>
internal readonly record struct MergeStart(Period Period, long? After = null, int Epoch = 0);
