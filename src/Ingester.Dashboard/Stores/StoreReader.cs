using System.Text.Json;
using Ingester.Core.Recordings;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Reading;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Dashboard.Stores;

/// <summary>Opens the store once, and turns its faults into sentences.</summary>
/// <param name="options">The store.</param>
/// <param name="prefix">Prefix of all keys.</param>
/// <param name="cacheDirectory">Directory for results of closed days; null for none.</param>
/// <param name="clock">The clock of time limits.</param>
internal sealed class StoreReader(StoreOptions options, string prefix, string? cacheDirectory, TimeProvider clock) : IStoreAccess, IDisposable
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);

    private readonly Lock opening = new();
    private OpenedStore? opened;

    /// <inheritdoc/>
    public string Description => options.Describe();

    /// <inheritdoc/>
    public string Address => options.S3 is { } bucket ? $"s3://{bucket.Bucket}{(string.IsNullOrEmpty(bucket.Prefix) ? "" : $"/{bucket.Prefix}")}" : options.Directory ?? StoreOptions.DefaultDirectory;

    /// <inheritdoc/>
    public IReadOnlyList<string> CommandArguments =>
    [
        "--store", options.S3 is null ? Path.GetFullPath(Address) : Address,
        .. prefix.Length > 0 ? new[] { "--prefix", prefix } : [],
        .. options.S3?.ServiceUrl is { } url ? new[] { "--set", $"Ingester:Store:S3:ServiceUrl={url}" } : [],
        .. options.S3?.ForcePathStyle == true ? new[] { "--set", "Ingester:Store:S3:ForcePathStyle=true" } : [],
    ];

    /// <inheritdoc/>
    public string? CacheDirectory => cacheDirectory;

    /// <inheritdoc/>
    public async Task<T> ReadAsync<T>(Func<OpenedStore, CancellationToken, Task<T>> query, CancellationToken cancellation, TimeSpan? limit = null)
    {
        using var timeout = new CancellationTokenSource(limit ?? DefaultLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            return await query(Open(), either.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new DashboardFault($"Reading {Description} took longer than {(limit ?? DefaultLimit).TotalSeconds:N0} s and was given up.", late);
        }
        catch (Exception failure) when (failure is StoreException or UnreadableObjectException or RecordingFileException or ExportException or CertificateException)
        {
            throw new DashboardFault(failure.Message, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            throw new DashboardFault($"{Description} cannot be read: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => opened?.Archive.Dispose();

    private OpenedStore Open()
    {
        lock (opening)
        {
            if (options.S3 is null && (options.Directory ?? StoreOptions.DefaultDirectory) is var directory && !Directory.Exists(directory))
                throw new DashboardFault($"The directory {Path.GetFullPath(directory)} does not exist any more."); // opening would create it
            if (opened is null)
            {
                var store = options.Open(clock);
                opened = new(new MarketArchive(store, prefix, clock), store, prefix);
            }

            return opened;
        }
    }
}
