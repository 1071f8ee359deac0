using Ingester.Dashboard.Stores;
using Ingester.Reading;
using Ingester.Storage.Stores;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Access to a store in memory, as the dashboard opens it.</summary>
internal sealed class MemoryAccess(IObjectStore store) : IStoreAccess
{
    public OpenedStore Opened { get; } = new(new MarketArchive(store, ""), store, "");

    public string Description => "the store of the test";

    public string Address => "test";

    public string? CacheDirectory => null;

    /// <summary>Number of queries.</summary>
    public int Reads { get; private set; }

    public async Task<T> ReadAsync<T>(Func<OpenedStore, CancellationToken, Task<T>> query, CancellationToken cancellation, TimeSpan? limit = null)
    {
        Reads++;
        try
        {
            return await query(Opened, cancellation);
        }
        catch (StoreException failure)
        {
            throw new DashboardFault(failure.Message, failure);
        }
    }
}
