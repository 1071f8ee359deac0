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

    /// <summary>A part of the content of an object; null if it does not exist. The caller disposes the stream. The default implementation reads what is before the part, too.</summary>
    /// <param name="key">The key.</param>
    /// <param name="offset">Where the part begins, from 0. It must be before the end of the object.</param>
    /// <param name="length">Number of bytes; fewer are returned at the end of the object.</param>
    /// <param name="cancellation">Cancels the request.</param>
    async Task<Stream?> GetRangeAsync(string key, long offset, int length, CancellationToken cancellation)
    {
        await using var all = await GetAsync(key, cancellation);
        if (all is null)
            return null;
        var part = new byte[length];
        for (var skipped = 0L; skipped < offset;)
        {
            var read = await all.ReadAsync(part.AsMemory(0, (int)Math.Min(length, offset - skipped)), cancellation);
            if (read == 0)
                return new MemoryStream();
            skipped += read;
        }

        return new MemoryStream(part, 0, await all.ReadAtLeastAsync(part, length, throwOnEndOfStream: false, cancellation));
    }

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
