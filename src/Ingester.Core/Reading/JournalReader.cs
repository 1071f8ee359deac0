using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Core.Reading;

/// <summary>Reads what replicas say about themselves: gaps and coverage.</summary>
internal sealed class JournalReader(StreamListing listing, ObjectReader reader)
{
    /// <summary>A replica writes down what it saw within minutes; what is corrected later is corrected by its own rows.</summary>
    private const long Later = 2 * 60 * Window.MicrosPerMinute;

    private const long Earlier = Window.MicrosPerMinute;

    private readonly List<UnreadableObjectException> unreadable = [];

    /// <summary>The objects that could not be used.</summary>
    public IReadOnlyList<UnreadableObjectException> Unreadable => unreadable;

    /// <summary>What replicas wrote in their gaps about a period.</summary>
    public async Task<IReadOnlyList<GapRecord>> GapsAsync(string exchange, Period period, CancellationToken cancellation)
    {
        var gaps = new List<GapRecord>();
        await ReadAsync(Dataset.Gaps, exchange, period, (replica, row) =>
        {
            if (GapRecord.Read(exchange, replica, row) is { } gap)
                gaps.Add(gap);
        }, cancellation);
        return gaps;
    }

    /// <summary>Gives every row of a journal about a period to <paramref name="take"/>, with its replica, in the order in which they were written.</summary>
    public async Task ReadAsync(
        Dataset dataset, string exchange, Period period, Action<string, ReadOnlyMemory<byte>> take, CancellationToken cancellation)
    {
        var written = new Period(period.From - Earlier, period.To + Later);
        foreach (var (name, key) in await listing.JournalAsync(dataset, exchange, written, cancellation))
            try
            {
                foreach (var row in (await reader.LoadAsync(key, dataset, hashStart: null, cancellation)).Rows)
                    take(name.Replica, row.Line);
            }
            catch (UnreadableObjectException broken)
            {
                unreadable.Add(broken);
            }
    }
}
