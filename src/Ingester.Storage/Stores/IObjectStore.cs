using System.Runtime.CompilerServices;
using Ingester.Core.Memory;

namespace Ingester.Storage.Stores;

/// <summary>
/// A store of objects: a directory or a bucket. An object is written completely or not at all, and is never replaced. A failed operation throws
/// a <see cref="StoreException"/>.
/// </summary>
internal interface IObjectStore
{
    /// <summary>
    /// Writes an object if its key does not exist. Of several concurrent writes exactly one returns <see cref="PutOutcome.Stored"/>.
    /// </summary>
    Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation);

    /// <summary>Size and metadata of an object; null if it does not exist.</summary>
    Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation);

    /// <summary>The content of an object; null if it does not exist. The caller disposes the stream.</summary>
    Task<Stream?> GetAsync(string key, CancellationToken cancellation);

    /// <summary>Lists the objects whose keys begin with a prefix, in ordinal order. Pages are fetched while the result is read.</summary>
    IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>
    /// Lists the names of the direct subfolders of a folder, without slash, in ordinal order. The default implementation lists all objects below it.
    /// </summary>
    /// <param name="folder">The folder with a trailing slash; empty for the root.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = "";
        await foreach (var found in ListAsync(folder, cancellation))
            if (found.Key.IndexOf('/', folder.Length) is > 0 and var end && found.Key[folder.Length..end] is var name && name != last)
                yield return last = name;
    }
}
