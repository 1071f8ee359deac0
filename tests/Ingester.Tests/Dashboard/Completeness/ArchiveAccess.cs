using Ingester.Dashboard.Stores;
using Ingester.Publishing.Signing;
using Ingester.Reading;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>The dashboard's access to a store of a test.</summary>
internal sealed class ArchiveAccess(IObjectStore store, TimeProvider clock) : IStoreAccess, IDisposable
{
    private readonly OpenedStore opened = new(new MarketArchive(store, "", clock), store, "");

    /// <summary>What every query throws; null when all is well.</summary>
    public DashboardFault? Fault { get; set; }

    public string Description => "the store of the test";

    public string Address => "/data";

    public string? CacheDirectory => null;

    /// <summary>Number of queries.</summary>
    public int Queries { get; private set; }

    public async Task<T> ReadAsync<T>(Func<OpenedStore, CancellationToken, Task<T>> query, CancellationToken cancellation, TimeSpan? limit = null)
    {
        Queries++;
        if (Fault is { } fault)
            throw fault;
        try
        {
            return await query(opened, cancellation);
        }
        catch (Exception failure) when (failure is StoreException or UnreadableObjectException or CertificateException)
        {
            throw new DashboardFault(failure.Message, failure);
        }
    }

    public void Dispose() => opened.Archive.Dispose();
}
