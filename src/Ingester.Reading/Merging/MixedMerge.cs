using System.Runtime.CompilerServices;
using Ingester.Core.Time;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// Merges a stream that has sequence ids, but may also have fragments without ids (rule S13 of <c>docs/proof.md</c>). Nothing states where such rows
/// belong in the sequence: they follow the rows with ids of the same window.
/// </summary>
/// <param name="numbered">Merges the segments with ids.</param>
/// <param name="unnumbered">Merges the fragments without ids.</param>
internal sealed class MixedMerge(NumberedMerge numbered, UnnumberedMerge unnumbered)
{
    private readonly List<SegmentEntry> waiting = []; // the listed fragments without ids, in the order of their windows

    /// <inheritdoc cref="NumberedMerge.ReadAsync"/>
    public async IAsyncEnumerable<IEnumerable<MarketEvent>> ReadAsync(
        IAsyncEnumerable<SegmentEntry> entries, Func<Task<Numberings>> readNumberings, MergeStart start, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var segment in numbered.ReadAsync(SelectNumberedAsync(entries, cancellation), readNumberings, start, cancellation))
        {
            if (waiting.Count == 0) // the usual case
            {
                yield return segment;
                continue;
            }

            foreach (var found in segment)
            {
                await foreach (var rows in ReadWaitingAsync(found.Micros, start.Period, cancellation))
                    yield return rows;
                yield return [found];
            }
        }

        await foreach (var rows in ReadWaitingAsync(long.MaxValue, start.Period, cancellation))
            yield return rows;
    }

    private async IAsyncEnumerable<SegmentEntry> SelectNumberedAsync(IAsyncEnumerable<SegmentEntry> entries, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var entry in entries.WithCancellation(cancellation))
            if (entry.Name.Range is null)
                waiting.Add(entry);
            else
                yield return entry;
    }

    /// <summary>Reads the fragments whose windows end at or before a time.</summary>
    private IAsyncEnumerable<IEnumerable<MarketEvent>> ReadWaitingAsync(long micros, Period period, CancellationToken cancellation)
    {
        var due = waiting.FindAll(entry => entry.Name.Window.EndMicros <= micros);
        waiting.RemoveAll(entry => entry.Name.Window.EndMicros <= micros);
        return unnumbered.ReadAsync(due.ToAsyncEnumerable(), period, cancellation);
    }
}
