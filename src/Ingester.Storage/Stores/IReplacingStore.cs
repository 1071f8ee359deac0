namespace Ingester.Storage.Stores;

/// <summary>Capability of a store for files that are overwritten by design, apart from the objects of a recording, which never are.</summary>
internal interface IReplacingStore
{
    /// <summary>Writes a file, over an earlier one of the same key. A reader sees the old content or the new one, never a part.</summary>
    /// <param name="key">The key.</param>
    /// <param name="body">The content.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="cancellation">Cancels the write.</param>
    /// <exception cref="StoreException">The write failed.</exception>
    Task ReplaceAsync(string key, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellation);
}
