using Ingester.Core.Memory;

namespace Ingester.Storage.Stores;

/// <summary>A store that could not be opened at start. Each request tries to open it until that succeeds.</summary>
internal sealed class LazyStore(Func<IReplaceableStore> open) : IReplaceableStore
{
    private readonly Lock gate = new();
    private IReplaceableStore? opened;

    /// <inheritdoc/>
    public async Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) =>
        await Open().PutAsync(key, body, metadata, cancellation);

    /// <inheritdoc/>
    public async Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => await Open().HeadAsync(key, cancellation);

    /// <inheritdoc/>
    public async Task<Stream?> GetAsync(string key, CancellationToken cancellation) => await Open().GetAsync(key, cancellation);

    /// <inheritdoc/>
    public async Task<Stream?> GetRangeAsync(string key, long offset, int length, CancellationToken cancellation) =>
        await Open().GetRangeAsync(key, offset, length, cancellation);

    /// <inheritdoc/>
    public async Task<string?> GetTagAsync(string key, CancellationToken cancellation) => await Open().GetTagAsync(key, cancellation);

    /// <inheritdoc/>
    public async Task<bool> ReplaceAsync(string key, string file, string? tag, CancellationToken cancellation) =>
        await Open().ReplaceAsync(key, file, tag, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => Open().ListAsync(prefix, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellation) => Open().ListFoldersAsync(folder, cancellation);

    private IReplaceableStore Open()
    {
        lock (gate)
            return opened ??= open();
    }
}
