using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Time;
using Ingester.Publishing.Certificates;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Publishing.Expiry;

/// <summary>
/// Removes the segments of certified days. Of each stream, the names of its segments are written first, as coverage with the state <c>expired</c>, and then the segments are
/// removed: an interrupted run is continued by the next one, and an audit gives the same verdicts before, meanwhile and afterwards. Journals, snapshots, variants and
/// everything below <c>export/</c> stay.
/// </summary>
/// <param name="recording">The store with the recording.</param>
/// <param name="prefix">The prefix of its keys, without a slash at its end.</param>
/// <param name="check">Decides what may be removed.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class DayExpirer(IPrunableStore recording, string prefix, CertifiedCheck check, TimeProvider clock)
{
    /// <summary>Number of objects that are removed concurrently: a request to a bucket takes tens of milliseconds, and a day of a stream has more than a thousand.</summary>
    private const int MaxConcurrency = 16;

    private const int WriteRetries = 4;

    private readonly ResiliencePipeline<bool> write = StoreRetry.Create(clock, WriteRetries, StoreRetry.Transient<bool>());

    /// <summary>Removes the segments of an exchange, dataset and day, or says what would be removed.</summary>
    /// <param name="keys">Exchange, dataset and day.</param>
    /// <param name="apply">True to remove them.</param>
    /// <param name="cancellation">Cancels it; the next run continues.</param>
    /// <exception cref="StoreException">The store rejects a request.</exception>
    public async Task<ExpiryOutcome> ExpireAsync(CertificateKeys keys, bool apply, CancellationToken cancellation)
    {
        if (!DatasetNames.TryParse(keys.Dataset, out var dataset) || !dataset.IsStreamed())
            return new(keys, ExpiryState.Kept) { Problems = [$"{keys.Dataset} has no segments: its objects do not expire."] };
        var day = keys.Day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        if (await recording.HeadAsync(FinishedKey(dataset, keys.Exchange, day), cancellation) is not null)
            return new(keys, ExpiryState.RemovedBefore);
        var (certificate, problems) = await check.RunAsync(keys, cancellation);
        var outcome = new ExpiryOutcome(keys, ExpiryState.Kept) { Revision = certificate?.Statement.Predicate.Revision, Certificate = certificate?.Digest, Problems = problems };
        if (certificate is null || problems.Count > 0)
            return outcome;
        var (listing, streams, count, bytes) = (new StreamListing(recording, prefix, clock), 0, 0L, 0L);
        foreach (var market in certificate.Statement.Predicate.Streams.Select(static stream => stream.Pair))
        {
            var stored = await ListAsync(listing, new(dataset, keys.Exchange, market), day, cancellation);
            var expired = await listing.Expired.FindAsync(new(dataset, keys.Exchange, market), day, cancellation);
            if (expired is not null && expired.Certificate != certificate.Digest)
                return outcome with { Problems = [$"A part of the day expired under revision {expired.Revision} of the certificate, which is not the newest one any more."] };
            if (expired is not null)
                stored.RemoveAll(segment => !expired.Segments.Any(name => name.Key == segment.Key)); // came afterwards: not certified
            streams += stored.Count > 0 ? 1 : 0;
            count += stored.Count;
            bytes += stored.Sum(static segment => segment.Size);
            if (!apply || stored.Count == 0)
                continue;
            if (expired is null)
                await WriteAsync(new(new(dataset, keys.Exchange, market), day, certificate.Statement.Predicate.Revision, certificate.Digest, stored), cancellation);
            await RemoveAsync(stored, cancellation);
        }

        if (apply)
            await PutAsync(FinishedKey(dataset, keys.Exchange, day), new ExpiredDay(new(dataset, keys.Exchange, ""), day, outcome.Revision!.Value, certificate.Digest, []).Write(prefix), cancellation);
        return outcome with { State = apply ? ExpiryState.Removed : ExpiryState.Removable, Streams = streams, Segments = count, Bytes = bytes };
    }

    private static async Task<List<SegmentEntry>> ListAsync(StreamListing listing, StreamId stream, DateTime day, CancellationToken cancellation)
    {
        var stored = new List<SegmentEntry>();
        await foreach (var segment in listing.ListSegmentsAsync(stream, Period.Of(day, day.AddDays(1)), cancellation))
            if (segment.Name.Window.Start.Date == day.Date)
                stored.Add(segment);
        return stored;
    }

    /// <summary>Next to the folder of the markets: says that all of them are done.</summary>
    private string FinishedKey(Dataset dataset, string exchange, DateTime day) => KeyFolder.Expired(prefix, dataset, exchange, day).TrimEnd('/') + ObjectKey.Extension;

    private Task WriteAsync(ExpiredDay day, CancellationToken cancellation) => PutAsync(ObjectKey.Expired(prefix, day.Stream, day.Day), day.Write(prefix), cancellation);

    private async Task PutAsync(string key, byte[] content, CancellationToken cancellation)
    {
        using var body = new RowBuffer();
        body.Append(content);
        await write.ExecuteAsync(async cancel => await recording.PutAsync(key, body, ObjectMetadata.None, cancel) == PutOutcome.Stored, cancellation);
    }

    private Task RemoveAsync(List<SegmentEntry> segments, CancellationToken cancellation) =>
        Parallel.ForEachAsync(segments, new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = cancellation }, async (segment, cancel) =>
            await write.ExecuteAsync(async stop =>
            {
                await recording.DeleteAsync(segment.Key, stop);
                return true;
            }, cancel));
}
