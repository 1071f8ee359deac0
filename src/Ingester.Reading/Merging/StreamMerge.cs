using System.Runtime.CompilerServices;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Merging;

/// <summary>Reads one stream out of a store, by what its exchange declares its sequence to be worth.</summary>
internal sealed class StreamMerge(IObjectStore store, string prefix, TimeProvider? clock = null)
{
    /// <summary>Opens and counts objects.</summary>
    public ObjectReader Objects { get; } = new(store, clock);

    /// <summary>Lists them.</summary>
    public StreamListing Listing { get; } = new(store, prefix, clock);

    /// <summary>The events of a period and the marks between them that the objects themselves give: gaps in a sequence, and what is not readable.</summary>
    /// <param name="loader">Opens the stream's segments.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="start">Where it begins and ends.</param>
    /// <param name="variants">True to give all rows of disputed windows.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public IAsyncEnumerable<MarketEvent> ReadAsync(SegmentLoader loader, StreamId stream, MergeStart start, bool variants, CancellationToken cancellation) =>
        Catalog.SequenceOf(stream) is { } kind ? Read(loader, stream, start, kind, variants, cancellation) : GuessAndReadAsync(loader, stream, start, variants, cancellation);

    private IAsyncEnumerable<MarketEvent> Read(SegmentLoader loader, StreamId stream, MergeStart start, SequenceKind kind, bool variants, CancellationToken cancellation)
    {
        var asides = kind == SequenceKind.None;
        var entries = start.LooksAround ? AroundAsync(stream, start.Period, asides, cancellation) : Listing.SegmentsAsync(stream, start.Period, cancellation, asides);
        return asides
            ? new UnnumberedMerge(loader, stream, variants).ReadAsync(entries, start.Period, cancellation)
            : new NumberedMerge(loader, stream, kind == SequenceKind.Contiguous)
                .ReadAsync(entries, () => EpochsAsync(stream, start.Period.Widen(HourProof.Around), cancellation), start, cancellation);
    }

    private async IAsyncEnumerable<MarketEvent> GuessAndReadAsync(
        SegmentLoader loader, StreamId stream, MergeStart start, bool variants, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var kind = await GuessAsync(Listing.SegmentsAsync(stream, start.Period, cancellation), cancellation);
        await foreach (var found in Read(loader, stream, start, kind, variants, cancellation))
            yield return found;
    }

    /// <summary>Where the numbering of a stream began again in a period.</summary>
    public async Task<Epochs> EpochsAsync(StreamId stream, Period period, CancellationToken cancellation) =>
        new(stream, await new JournalReader(Listing, Objects).GapsAsync(stream.Exchange, period, cancellation));

    /// <summary>What is stored of a period and around it; where there is nothing on one side, what is nearest.</summary>
    private async IAsyncEnumerable<SegmentEntry> AroundAsync(
        StreamId stream, Period period, bool variants, [EnumeratorCancellation] CancellationToken cancellation)
    {
        const long Later = SegmentQueue.Ahead + 2 * StreamListing.LongestWindow;
        var (first, last) = (Math.Max(0, period.From - HourProof.Around), period.To + Later);
        var (before, after) = (false, false);
        await foreach (var entry in Listing.SegmentsAsync(stream, new(first, last), cancellation, variants))
        {
            if (!before && entry.Name.Window.EndMicros > period.From)
                foreach (var nearest in await Listing.NearestAsync(stream, first, before: true, HourProof.Reach, cancellation))
                    yield return nearest;
            before = true;
            after |= entry.Name.Window.StartMicros >= period.To;
            yield return entry;
        }

        if (!after)
            foreach (var nearest in await Listing.NearestAsync(stream, last, before: false, HourProof.Reach, cancellation))
                yield return nearest;
    }

    /// <summary>By the names of what is stored: with a sequence in them, duplicates are certain and gaps are not.</summary>
    private static async Task<SequenceKind> GuessAsync(IAsyncEnumerable<SegmentEntry> entries, CancellationToken cancellation)
    {
        await foreach (var entry in entries.WithCancellation(cancellation))
            return entry.Name.Range is null ? SequenceKind.None : SequenceKind.Monotonic;
        return SequenceKind.None;
    }
}
