using System.Runtime.CompilerServices;

namespace Ingester.Reading.Merging;

/// <summary>
/// Merges several streams by time. The order within a stream is kept, even when its time goes back. One segment of each stream is in memory at a
/// time.
/// </summary>
internal static class TimeOrderedMerge
{
    /// <summary>Returns all events of all streams. One stream is returned as it is: it has its order already.</summary>
    public static IAsyncEnumerable<MarketEvent> MergeAsync(IReadOnlyList<IAsyncEnumerable<MarketEvent>> streams, CancellationToken cancellation) =>
        streams is [var only] ? only : MergeSeveralAsync(streams, cancellation);

    private static async IAsyncEnumerable<MarketEvent> MergeSeveralAsync(
        IReadOnlyList<IAsyncEnumerable<MarketEvent>> streams, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var readers = streams.Select(stream => stream.GetAsyncEnumerator(cancellation)).ToList();
        var due = new PriorityQueue<int, (long Micros, int Stream)>();
        var tops = new long[readers.Count];
        try
        {
            for (var index = 0; index < readers.Count; index++)
                if (await readers[index].MoveNextAsync())
                    due.Enqueue(index, Place(index));
            while (due.TryPeek(out var index, out _))
            {
                yield return readers[index].Current;
                if (await readers[index].MoveNextAsync())
                    due.DequeueEnqueue(index, Place(index));
                else
                    due.Dequeue();
            }
        }
        finally
        {
            foreach (var reader in readers)
                await reader.DisposeAsync();
        }

        (long Micros, int Stream) Place(int index) => (tops[index] = Math.Max(tops[index], readers[index].Current.Micros), index);
    }
}
