using Ingester.Core.Memory;
using Ingester.Storage.Stores;

namespace Ingester.Testing.Storage;

/// <summary>A store that fails for good after some writes, as a process that is killed there.</summary>
internal sealed class InterruptedStore(MemoryStore store, int writes) : IPrunableStore
{
    private int begun;

    /// <summary>Number of writes so far.</summary>
    public int Writes => Math.Min(begun, writes);

    public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) => Step(() => store.PutAsync(key, body, metadata, cancellation));

    public Task<bool> ReplaceAsync(string key, string file, string? tag, CancellationToken cancellation) => Step(() => store.ReplaceAsync(key, file, tag, cancellation));

    public async Task DeleteAsync(string key, CancellationToken cancellation) => await Step(async () =>
    {
        await store.DeleteAsync(key, cancellation);
        return true;
    });

    public Task<string?> GetTagAsync(string key, CancellationToken cancellation) => store.GetTagAsync(key, cancellation);

    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => store.HeadAsync(key, cancellation);

    public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => store.GetAsync(key, cancellation);

    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);

    private Task<T> Step<T>(Func<Task<T>> write) => Interlocked.Increment(ref begun) > writes ? throw new StoreException("The process was killed.", permanent: true) : write();
}
