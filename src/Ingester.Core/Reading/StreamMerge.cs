using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Storage;

namespace Ingester.Core.Reading;

/// <summary>Reads one stream out of a store, by what its exchange declares its sequence to be worth.</summary>
internal sealed class StreamMerge(IObjectStore store, string prefix)
{
    /// <summary>Opens and counts objects.</summary>
    public ObjectReader Objects { get; } = new(store);

    /// <summary>Lists them.</summary>
    public StreamListing Listing { get; } = new(store, prefix);

    /// <summary>What a stream's sequence is worth; null for an exchange that this program does not know.</summary>
    public static SequenceKind? KindOf(StreamId stream) => Catalog.Find(stream.Exchange)?.Profile.Find(stream.Dataset)?.Sequence;

    /// <summary>The events of a period and the marks between them.</summary>
    public async IAsyncEnumerable<MarketEvent> ReadAsync(
        StreamId stream, MergeStart start, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var entries = Listing.SegmentsAsync(stream, start.Period, cancellation);
        var kind = KindOf(stream) ?? await GuessAsync(entries, cancellation);
        IAsyncEnumerable<MarketEvent> events;
        if (kind == SequenceKind.None)
        {
            events = new UnnumberedMerge(Objects, stream).ReadAsync(entries, start.Period, cancellation);
        }
        else
        {
            var epochs = await EpochsAsync(stream, start.Period, cancellation);
            events = new NumberedMerge(Objects, stream, kind == SequenceKind.Contiguous).ReadAsync(entries, epochs, start, cancellation);
        }

        await foreach (var found in events)
            yield return found;
    }

    /// <summary>Where the numbering of a stream began again in a period.</summary>
    public async Task<Epochs> EpochsAsync(StreamId stream, Period period, CancellationToken cancellation) =>
        new(stream, await new JournalReader(Listing, Objects).GapsAsync(stream.Exchange, period, cancellation));

    /// <summary>By the names of what is stored: with a sequence in them, duplicates are certain and holes are not.</summary>
    private static async Task<SequenceKind> GuessAsync(IAsyncEnumerable<SegmentEntry> entries, CancellationToken cancellation)
    {
        await foreach (var entry in entries.WithCancellation(cancellation))
            return entry.Name.Range is null ? SequenceKind.None : SequenceKind.Monotonic;
        return SequenceKind.None;
    }
}
