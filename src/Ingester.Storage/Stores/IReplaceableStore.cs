namespace Ingester.Storage.Stores;

/// <summary>
/// A store whose objects can also be replaced. Only files in the layout of other programs are: their keys hold the newest revision. Recorded objects are never replaced.
/// </summary>
internal interface IReplaceableStore : IObjectStore
{
    /// <summary>The tag of the present content of an object, which changes with the content; null if the object does not exist.</summary>
    Task<string?> GetTagAsync(string key, CancellationToken cancellation);

    /// <summary>Writes a file as an object if the object has not changed since its tag was read. Of several concurrent writes with the same tag one succeeds.</summary>
    /// <param name="key">The key.</param>
    /// <param name="file">Path of the file; it is read in pieces.</param>
    /// <param name="tag">The tag that was read; null if the object must not exist.</param>
    /// <param name="cancellation">Cancels the write.</param>
    /// <returns>False if the object was created, changed or removed by another writer; it is unchanged then.</returns>
    Task<bool> ReplaceAsync(string key, string file, string? tag, CancellationToken cancellation);
}
