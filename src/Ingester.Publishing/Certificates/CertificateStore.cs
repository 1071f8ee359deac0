using System.Globalization;
using System.Text.Json;
using Ingester.Core.Memory;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Publishing.Certificates;

/// <summary>Reads and writes the small objects of certificates. Nothing is replaced.</summary>
internal sealed class CertificateStore(IObjectStore store, TimeProvider clock)
{
    /// <summary>Largest envelope or manifest that is read: a certificate of thousands of markets has a few MiB.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    private readonly ResiliencePipeline<byte[]?> retry = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<byte[]?>());

    /// <summary>The store.</summary>
    public IObjectStore Objects => store;

    /// <summary>The revisions of which an envelope is stored, in ascending order.</summary>
    public async Task<IReadOnlyList<int>> ListRevisionsAsync(CertificateKeys keys, CancellationToken cancellation)
    {
        var revisions = new SortedSet<int>();
        await foreach (var found in store.ListAsync(keys.Start, cancellation))
            if (keys.RevisionOf(found.Key) is { } revision)
                revisions.Add(revision);
        return [.. revisions];
    }

    /// <summary>The exchanges and datasets of which a day has a certificate, in ordinal order of their keys.</summary>
    public async Task<IReadOnlyList<CertificateKeys>> ListAsync(string prefix, DateOnly day, CancellationToken cancellation)
    {
        var found = new List<CertificateKeys>();
        await foreach (var listed in store.ListAsync(CertificateKeys.Certificates(prefix, day), cancellation))
            if (CertificateKeys.Parse(prefix, day, listed.Key) is { } keys && !found.Contains(keys))
                found.Add(keys);
        return found;
    }

    /// <summary>The days before a day that have certificates, in order.</summary>
    public async Task<IReadOnlyList<DateOnly>> ListDaysAsync(string prefix, DateOnly before, CancellationToken cancellation)
    {
        var (days, root) = (new List<DateOnly>(), CertificateKeys.Certificates(prefix));
        await foreach (var year in store.ListFoldersAsync(root, cancellation))
            await foreach (var month in store.ListFoldersAsync($"{root}{year}/", cancellation))
                await foreach (var day in store.ListFoldersAsync($"{root}{year}/{month}/", cancellation))
                    if (DateOnly.TryParseExact($"{year}-{month}-{day}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var found) && found < before)
                        days.Add(found);
        return [.. days.Order()];
    }

    /// <summary>Reads a certificate; null when it is not stored.</summary>
    /// <exception cref="CertificateException">It is not readable.</exception>
    public async Task<StoredCertificate?> ReadAsync(CertificateKeys keys, int revision, CancellationToken cancellation)
    {
        var key = keys.Envelope(revision);
        if (await ReadAsync(key, cancellation) is not { } bytes)
            return null;
        try
        {
            var envelope = Envelope.Parse(bytes);
            return new(key, envelope, CertificateStatement.Parse(envelope));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new CertificateException($"{key} is not a certificate: {error.Message}", error);
        }
    }

    /// <summary>The first revision of a day, as other certificates name it; null when the day has no certificate.</summary>
    /// <exception cref="CertificateException">It is not readable.</exception>
    public async Task<CertificateReference?> FindFirstAsync(CertificateKeys keys, CancellationToken cancellation) =>
        await ListRevisionsAsync(keys, cancellation) is [var first, ..] && await ReadAsync(keys, first, cancellation) is { } found ? found.ToReference() : null;

    /// <summary>Reads a small object; null when it is not stored.</summary>
    /// <exception cref="CertificateException">It is too large.</exception>
    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellation) => await retry.ExecuteAsync(async cancel =>
    {
        await using var body = await store.GetAsync(key, cancel);
        if (body is null)
            return null;
        using var copy = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            copy.Write(buffer, 0, count);
            if (copy.Length > MaxBytes)
                throw new CertificateException(string.Create(CultureInfo.InvariantCulture, $"{key} is larger than {MaxBytes:N0} bytes."));
        }

        return copy.ToArray();
    }, cancellation);

    /// <summary>Writes an object if its key does not exist; false when another object is stored there.</summary>
    public async Task<bool> TryWriteAsync(string key, byte[] content, CancellationToken cancellation)
    {
        using var body = new RowBuffer();
        body.Append(content);
        return await store.PutAsync(key, body, ObjectMetadata.None, cancellation) == PutOutcome.Stored
            || (await ReadAsync(key, cancellation) is { } stored && stored.AsSpan().SequenceEqual(content));
    }
}
