using Ingester.Core.Keys;
using Ingester.Core.Memory;

namespace Ingester.Storage.Stores;

/// <summary>
/// Checks that a store refuses to replace an object. Replicas write the same keys, and a store that ignores <c>If-None-Match</c> would let the
/// second write replace the first. The probe object is not deleted, so that no delete permission is needed and later starts need one request.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="prefix">The prefix of every key, without leading or trailing slash.</param>
/// <param name="name">The store as messages name it, such as <c>the bucket 'some'</c>.</param>
internal sealed class StoreProbe(IObjectStore store, string prefix, string name)
{
    /// <summary>The folder of the probe object, below the prefix.</summary>
    public const string Folder = "probe";

    private const int Attempts = 2; // the second write finds the object of the first and must be refused

    /// <summary>The key of the probe object.</summary>
    public string Key { get; } = $"{ObjectKey.Root(prefix)}{Folder}/conditional-write";

    private static ReadOnlySpan<byte> Content => "The recorder writes this object at each start. A second write of it must be refused.\n"u8;

    /// <summary>Writes the probe object until a write is refused because the object exists.</summary>
    /// <exception cref="UnsafeStoreException">The store accepted both writes.</exception>
    /// <exception cref="StoreException">The request failed; it is still unknown whether the store is safe.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var body = new RowBuffer();
        body.Append(Content);
        for (var attempt = 0; attempt < Attempts; attempt++)
            if (await store.PutAsync(Key, body, ObjectMetadata.None, cancellation) == PutOutcome.Exists)
                return;
        throw new UnsafeStoreException($"{char.ToUpperInvariant(name[0])}{name[1..]} ignores If-None-Match: it accepted two writes of {Key}. Replicas would "
            + "replace each other's objects without notice, so that nothing more is written to it: use a store that supports conditional writes.");
    }
}
