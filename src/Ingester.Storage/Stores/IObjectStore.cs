using System.Runtime.CompilerServices;
using Ingester.Core.Memory;

namespace Ingester.Storage.Stores;

/// <summary>
/// Where objects stand: a directory or a bucket. An object is written whole or not at all, and never replaced. What fails is a
/// <see cref="StoreException"/>.
/// </summary>
internal interface IObjectStore
{
    /// <summary>Writes an object under a name that nothing stands under; of many at once exactly one is <see cref="PutOutcome.Stored"/>.</summary>
    Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation);

    /// <summary>What stands under a name; null when nothing does.</summary>
    Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation);

    /// <summary>The bytes of an object; null when there is none. The caller disposes the stream.</summary>
    Task<Stream?> GetAsync(string key, CancellationToken cancellation);

    /// <summary>The objects whose keys begin with a text, in ordinal order, fetched while they are read.</summary>
    IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>The names of the folders right below one, without the slash, in ordinal order. A store that cannot do better lists everything below it.</summary>
    /// <param name="folder">The folder with its slash at the end, or nothing for the root.</param>
    /// <param name="cancellation">Stops the listing.</param>
    async IAsyncEnumerable<string> FoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = "";
        await foreach (var found in ListAsync(folder, cancellation))
            if (found.Key.IndexOf('/', folder.Length) is > 0 and var end && found.Key[folder.Length..end] is var name && name != last)
                yield return last = name;
    }
}
