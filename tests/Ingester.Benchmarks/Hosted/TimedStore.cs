using Ingester.Core.Memory;
using Ingester.Storage.Stores;

namespace Ingester.Benchmarks.Hosted;

/// <summary>A store that reports its successful writes to a <see cref="StoreDelayMeter"/>.</summary>
internal sealed class TimedStore(IObjectStore store, StoreDelayMeter watch) : IObjectStore
{
    /// <inheritdoc/>
    public async Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation)
    {
        var outcome = await store.PutAsync(key, body, metadata, cancellation);
        if (outcome == PutOutcome.Stored)
            watch.Stored(key);
        return outcome;
    }

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => store.HeadAsync(key, cancellation);

    /// <inheritdoc/>
    public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => store.GetAsync(key, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);
}
