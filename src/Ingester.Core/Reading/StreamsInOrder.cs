using System.Runtime.CompilerServices;

namespace Ingester.Core.Reading;

/// <summary>
/// Several streams as one, by time. Within a stream the order of its sequence stands, also where a time steps back. One segment of each stream is in
/// memory at a time.
/// </summary>
internal static class StreamsInOrder
{
    /// <summary>All events of all streams.</summary>
    public static async IAsyncEnumerable<MarketEvent> MergeAsync(
        IReadOnlyList<IAsyncEnumerable<MarketEvent>> streams, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var readers = streams.Select(stream => stream.GetAsyncEnumerator(cancellation)).ToList();
        var due = new PriorityQueue<int, (long Micros, int Stream)>();
        var tops = new long[readers.Count];
        try
        {
            for (var i = 0; i < readers.Count; i++)
                await AdvanceAsync(i);
            while (due.TryDequeue(out var index, out _))
            {
                yield return readers[index].Current;
                await AdvanceAsync(index);
            }
        }
        finally
        {
            foreach (var reader in readers)
                await reader.DisposeAsync();
        }

        async ValueTask AdvanceAsync(int index)
        {
            if (!await readers[index].MoveNextAsync())
                return;
            tops[index] = Math.Max(tops[index], readers[index].Current.Micros);
            due.Enqueue(index, (tops[index], index));
        }
    }
}
