using System.Runtime.CompilerServices;
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
    public IAsyncEnumerable<MarketEvent> ReadAsync(StreamId stream, MergeStart start, CancellationToken cancellation) =>
        KindOf(stream) is { } kind ? ReadAsync(kind, stream, start, cancellation) : ReadUnknownAsync(stream, start, cancellation);

    /// <summary>Where the numbering of a stream began again in a period.</summary>
    public async Task<Epochs> EpochsAsync(StreamId stream, Period period, CancellationToken cancellation) =>
        new(stream, await new JournalReader(Listing, Objects).GapsAsync(stream.Exchange, period, cancellation));

    private IAsyncEnumerable<MarketEvent> ReadAsync(SequenceKind kind, StreamId stream, MergeStart start, CancellationToken cancellation)
    {
        var entries = Listing.SegmentsAsync(stream, start.Period, cancellation);
        return kind == SequenceKind.None
            ? new UnnumberedMerge(Objects, stream).ReadAsync(entries, start.Period, cancellation)
            : new NumberedMerge(Objects, stream, kind == SequenceKind.Contiguous)
                .ReadAsync(entries, () => EpochsAsync(stream, start.Period, cancellation), start, cancellation);
    }

    private async IAsyncEnumerable<MarketEvent> ReadUnknownAsync(StreamId stream, MergeStart start, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var kind = await GuessAsync(Listing.SegmentsAsync(stream, start.Period, cancellation), cancellation);
        await foreach (var found in ReadAsync(kind, stream, start, cancellation))
            yield return found;
    }

    /// <summary>By the names of what is stored: with a sequence in them, duplicates are certain and holes are not.</summary>
    private static async Task<SequenceKind> GuessAsync(IAsyncEnumerable<SegmentEntry> entries, CancellationToken cancellation)
    {
        await foreach (var entry in entries.WithCancellation(cancellation))
            return entry.Name.Range is null ? SequenceKind.None : SequenceKind.Monotonic;
        return SequenceKind.None;
    }
}
