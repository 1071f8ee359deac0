using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>Reads one stream from an archive. The sequence kind that the exchange declares selects the merge.</summary>
internal sealed class StoredStreamReader(ArchiveReader archive)
{
    /// <summary>
    /// Reads the events of a period and the marks that follow from the objects: gaps in the ids, and objects that are not readable. They are returned
    /// one segment at a time; enumerate each segment once and completely before the next one.
    /// </summary>
    /// <param name="loader">Loads the segments of the stream.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="start">Where the merge starts and ends.</param>
    /// <param name="variants">True to return all rows of disputed windows.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public IAsyncEnumerable<IEnumerable<MarketEvent>> ReadAsync(SegmentLoader loader, StreamId stream, MergeStart start, bool variants, CancellationToken cancellation) =>
        ExchangeCatalog.SequenceOf(stream) is { } kind ? Read(loader, stream, start, kind, variants, cancellation) : InferAndReadAsync(loader, stream, start, variants, cancellation);

    private IAsyncEnumerable<IEnumerable<MarketEvent>> Read(SegmentLoader loader, StreamId stream, MergeStart start, SequenceKind kind, bool variants, CancellationToken cancellation)
    {
        var isUnnumbered = kind == SequenceKind.None;
        var entries = start.IncludesSurroundings ? ListAroundAsync(stream, start.Period, isUnnumbered, cancellation) : archive.Listing.ListSegmentsAsync(stream, start.Period, cancellation, isUnnumbered);
        if (isUnnumbered && ExchangeCatalog.Find(stream.Exchange)?.Profile.Find(stream.Dataset) is { HasExchangeTime: false })
            return new UntimedMerge(loader, stream).ReadAsync(entries, start.Period, cancellation);
        return isUnnumbered
            ? new UnnumberedMerge(loader, stream, variants).ReadAsync(entries, start.Period, cancellation)
            : new MixedMerge(new(loader, stream, kind == SequenceKind.Contiguous), new(loader, stream, variants))
                .ReadAsync(entries, () => ReadNumberingsAsync(stream, start.Period.Widen(HourProof.Margin), cancellation), start, cancellation);
    }

    private async IAsyncEnumerable<IEnumerable<MarketEvent>> InferAndReadAsync(
        SegmentLoader loader, StreamId stream, MergeStart start, bool variants, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var kind = await InferKindAsync(archive.Listing.ListSegmentsAsync(stream, start.Period, cancellation), cancellation);
        await foreach (var segment in Read(loader, stream, start, kind, variants, cancellation))
            yield return segment;
    }

    /// <summary>Reads the resets of a stream in a period.</summary>
    private async Task<Numberings> ReadNumberingsAsync(StreamId stream, Period period, CancellationToken cancellation) =>
        new(stream, await new JournalReader(archive).ReadGapsAsync(stream.Exchange, period, cancellation));

    /// <summary>Lists the segments of a period and around it. If one side has none, the nearest segment is included.</summary>
    private async IAsyncEnumerable<SegmentEntry> ListAroundAsync(
        StreamId stream, Period period, bool variants, [EnumeratorCancellation] CancellationToken cancellation)
    {
        const long Later = SegmentQueue.LookAhead + 2 * StreamListing.MaxWindowMicros;
        var (first, last) = (Math.Max(0, period.From - HourProof.Margin), period.To + Later);
        var (before, after) = (false, false);
        await foreach (var entry in archive.Listing.ListSegmentsAsync(stream, new(first, last), cancellation, variants))
        {
            if (!before && entry.Name.Window.EndMicros > period.From)
                foreach (var nearest in await archive.Listing.ListNearestAsync(stream, first, before: true, HourProof.MaxSearchDistance, cancellation))
                    yield return nearest;
            before = true;
            after |= entry.Name.Window.StartMicros >= period.To;
            yield return entry;
        }

        if (!after)
            foreach (var nearest in await archive.Listing.ListNearestAsync(stream, last, before: false, HourProof.MaxSearchDistance, cancellation))
                yield return nearest;
    }

    /// <summary>Infers the sequence kind from the names of the segments. With ids in the names, duplicates are certain and gaps are not.</summary>
    private static async Task<SequenceKind> InferKindAsync(IAsyncEnumerable<SegmentEntry> entries, CancellationToken cancellation)
    {
        await foreach (var entry in entries.WithCancellation(cancellation))
            return entry.Name.Range is null ? SequenceKind.None : SequenceKind.Monotonic;
        return SequenceKind.None;
    }
}
