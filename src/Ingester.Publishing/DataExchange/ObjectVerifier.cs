using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ingester.Core.Keys;
using Ingester.Publishing.Publication;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Publishing.DataExchange;

/// <summary>Compares the objects of a bucket with a certificate, because an import copies whatever they contain.</summary>
/// <param name="store">The store of the exports.</param>
/// <param name="bucket">The bucket of that store.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class ObjectVerifier(IReplaceableStore store, S3StoreOptions bucket, TimeProvider clock)
{
    /// <summary>The only folder that may be shared: everything else is fragments, variants and what others own.</summary>
    private const string Shared = "export/";

    private const int Concurrency = 8;
    private const int Buffer = 128 * 1024;

    private readonly ResiliencePipeline<CertifiedObject> retry = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<CertifiedObject>());

    /// <summary>The bucket's name.</summary>
    public string Bucket => bucket.Bucket;

    /// <summary>Reads and compares every file of a certified day, in ordinal order of the keys.</summary>
    /// <exception cref="PublishException">A file does not exist, has other content, or is outside of the folder that may be shared.</exception>
    public async Task<IReadOnlyList<CertifiedObject>> VerifyAsync(PublishableDay day, CancellationToken cancellation)
    {
        var found = new ConcurrentBag<CertifiedObject>();
        await Parallel.ForEachAsync(day.Files, Limited(cancellation), async (file, cancel) =>
            found.Add(await retry.ExecuteAsync(async token => await VerifyAsync(day, file.Name, file.Sha256, token), cancel)));
        return [.. found.OrderBy(static one => one.BucketKey, StringComparer.Ordinal)];
    }

    /// <summary>Requires that objects have not changed since they were compared.</summary>
    /// <exception cref="PublishException">One has changed.</exception>
    public Task RequireUnchangedAsync(IEnumerable<CertifiedObject> objects, CancellationToken cancellation) =>
        Parallel.ForEachAsync(objects, Limited(cancellation), async (one, cancel) =>
        {
            if (await store.GetTagAsync(one.StoreKey, cancel) != one.Tag)
                throw new PublishException($"{one.Name} was changed while it was imported, so its revision was not finalized. Run ingester certificate create, and publish again.");
        });

    private static ParallelOptions Limited(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };

    private async Task<CertifiedObject> VerifyAsync(PublishableDay day, string name, string? sha256, CancellationToken cancellation)
    {
        if (!name.StartsWith(Shared, StringComparison.Ordinal))
            throw new PublishException($"{day.Keys}: the certificate names {name}, and only files below {Shared} may be shared.");
        var key = ObjectKey.Root(day.Keys.Prefix) + name;
        var tag = await store.GetTagAsync(key, cancellation) ?? throw PublishableDay.NotStored(name); // before the content: a change in between is noticed afterwards
        await using var content = await store.GetAsync(key, cancellation) ?? throw PublishableDay.NotStored(name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, bytes) = (new byte[Buffer], 0L);
        while (await content.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            bytes += read;
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        return sha256 is not null && sha256 != found
            ? throw PublishableDay.Changed(name, found, sha256)
            : new(name, key, ObjectKey.Root(bucket.Prefix) + key, bytes, tag);
    }
}
