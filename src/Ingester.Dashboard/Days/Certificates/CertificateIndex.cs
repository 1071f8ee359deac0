using Ingester.Dashboard.Stores;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Signing;

namespace Ingester.Dashboard.Days.Certificates;

/// <summary>Reads certificates and keeps their summaries: a stored revision never changes. Thread-safe.</summary>
/// <param name="stores">The store.</param>
/// <param name="clock">The clock.</param>
internal sealed class CertificateIndex(IStoreAccess stores, TimeProvider clock) : IDisposable
{
    /// <summary>Maximum number of markets of all kept summaries.</summary>
    private const int MaxMarkets = 1_000_000;

    private const int MaxListedDays = 1_000;

    private static readonly TimeSpan ListingAge = TimeSpan.FromSeconds(30);

    /// <summary>How long one caller reads certificates before it returns what it has; the next call continues.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim reading = new(1); // several viewers want the same certificates: the first one reads them
    private readonly Dictionary<DateOnly, (IReadOnlyList<(CertificateKeys Keys, int Revision)> Newest, DateTimeOffset At)> listings = [];
    private readonly Dictionary<(CertificateKeys Keys, int Revision), CertificateSummary> summaries = [];
    private long keptMarkets;

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    /// <summary>The newest certificates of some days, as far as they are read within two seconds.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <exception cref="DashboardFault">The store does not answer.</exception>
    public async Task<CertificateList> ReadAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        await reading.WaitAsync(cancellation);
        try
        {
            var (found, pending) = (new List<CertificateSummary>(), 0);
            for (var day = to; day >= from; day = day.AddDays(-1))
                foreach (var (keys, revision) in await ListAsync(day, cancellation))
                    if (Find(keys, revision) is { } known)
                        found.Add(known);
                    else if (clock.GetElapsedTime(started) > Patience)
                        pending++;
                    else
                        found.Add(await SummarizeAsync(keys, revision, cancellation));
            return new(found, pending);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Reads the newest certificate of an exchange, dataset and day; null when there is none.</summary>
    /// <exception cref="DashboardFault">The store does not answer, or the certificate cannot be read.</exception>
    public async Task<(CertificateKeys Keys, StoredCertificate Certificate)?> FindAsync(string exchange, string dataset, DateOnly day, CancellationToken cancellation)
    {
        foreach (var (keys, revision) in await ListAsync(day, cancellation))
            if (keys.Exchange == exchange && keys.Dataset == dataset)
                return await stores.ReadAsync((store, stop) => new CertificateStore(store.Objects, clock).ReadAsync(keys, revision, stop), cancellation) is { } certificate ? (keys, certificate) : null;
        return null;
    }

    private async Task<IReadOnlyList<(CertificateKeys Keys, int Revision)>> ListAsync(DateOnly day, CancellationToken cancellation)
    {
        lock (gate)
            if (listings.TryGetValue(day, out var known) && clock.GetUtcNow() - known.At < ListingAge)
                return known.Newest;
        var listed = await stores.ReadAsync((store, stop) => ListAsync(store, day, stop), cancellation);
        lock (gate)
        {
            if (listings.Count >= MaxListedDays)
                listings.Clear();
            listings[day] = (listed, clock.GetUtcNow());
        }

        return listed;
    }

    private static async Task<IReadOnlyList<(CertificateKeys Keys, int Revision)>> ListAsync(OpenedStore store, DateOnly day, CancellationToken cancellation)
    {
        var newest = new Dictionary<CertificateKeys, int>();
        await foreach (var found in store.Objects.ListAsync(CertificateKeys.Certificates(store.Prefix, day), cancellation))
            if (CertificateKeys.Parse(store.Prefix, day, found.Key) is { } keys && keys.RevisionOf(found.Key) is { } revision)
                newest[keys] = Math.Max(revision, newest.GetValueOrDefault(keys));
        return [.. newest.OrderBy(one => one.Key.Exchange, StringComparer.Ordinal).ThenBy(one => one.Key.Dataset, StringComparer.Ordinal).Select(one => (one.Key, one.Value))];
    }

    private CertificateSummary? Find(CertificateKeys keys, int revision)
    {
        lock (gate)
            return summaries.GetValueOrDefault((keys, revision));
    }

    private async Task<CertificateSummary> SummarizeAsync(CertificateKeys keys, int revision, CancellationToken cancellation)
    {
        CertificateSummary summary;
        try
        {
            summary = await stores.ReadAsync(async (store, stop) => await new CertificateStore(store.Objects, clock).ReadAsync(keys, revision, stop) is { } read
                ? CertificateSummary.From(keys, read)
                : CertificateSummary.Unreadable(keys, revision, $"{keys.Envelope(revision)} was listed and is not there any more."), cancellation);
        }
        catch (DashboardFault fault) when (fault.InnerException is CertificateException)
        {
            summary = CertificateSummary.Unreadable(keys, revision, fault.Message);
        }

        lock (gate)
        {
            if (keptMarkets > MaxMarkets)
            {
                summaries.Clear();
                keptMarkets = 0;
            }

            summaries[(keys, revision)] = summary;
            keptMarkets += summary.Markets + 1;
        }

        return summary;
    }
}
