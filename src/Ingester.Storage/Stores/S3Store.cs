using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Polly;

namespace Ingester.Storage.Stores;

/// <summary>
/// Stores objects in a bucket. A write carries <c>If-None-Match: *</c>, so that the store rejects an existing key, or <c>If-Match</c> with the tag of the
/// object that it replaces.
/// </summary>
internal sealed class S3Store : IPrunableStore, IDisposable
{
    private const string HashMetadataName = "sha256";
    private const string RowsMetadataName = "rows";
    private const string FormatMetadataName = "format";
    private const string GradeMetadataName = "grade";
    private const string SourceMetadataName = "source";

    /// <summary>Number of retries when a write conflicts with another write in progress, before the caller's longer delays apply.</summary>
    private const int ConflictRetries = 5;

    private readonly S3StoreOptions options;
    private readonly ResiliencePipeline<PutOutcome> conflictRetry;
    private readonly AmazonS3Client client;
    private readonly string root;

    /// <summary>Opens no connection; the first request does.</summary>
    public S3Store(S3StoreOptions options, TimeProvider clock)
    {
        this.options = options;
        conflictRetry = StoreRetry.Create(clock, ConflictRetries, new PredicateBuilder<PutOutcome>()
            .Handle<AmazonS3Exception>(static refused => refused.StatusCode == HttpStatusCode.Conflict)); // 409: it is not known yet whether the other write succeeds
        root = ObjectKey.Root(options.Prefix);
        try
        {
            client = new(CreateConfiguration(options));
        }
        catch (AmazonClientException error)
        {
            throw new StoreException($"Cannot use the bucket '{options.Bucket}': {error.Message}", permanent: true, error);
        }
    }

    /// <inheritdoc/>
    public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) =>
        TranslateErrorsAsync($"write {key}", () => conflictRetry.ExecuteAsync(async token =>
        {
            try
            {
                await client.PutObjectAsync(CreatePutRequest(key, body, metadata), token);
                return PutOutcome.Stored;
            }
            catch (AmazonS3Exception refused) when (refused.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return PutOutcome.Exists;
            }
        }, cancellation).AsTask(), cancellation);

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => TranslateErrorsAsync($"look up {key}", async () =>
    {
        try
        {
            var found = await client.GetObjectMetadataAsync(options.Bucket, root + key, cancellation);
            var rows = long.TryParse(found.Metadata[RowsMetadataName], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : (long?)null;
            return new ObjectInfo(found.ContentLength, new(found.Metadata[HashMetadataName], rows, found.Metadata[FormatMetadataName], ProofGrade.Parse(found.Metadata[GradeMetadataName])) { Source = found.Metadata[SourceMetadataName] });
        }
        catch (AmazonS3Exception missing) when (IsMissingKey(missing))
        {
            return null;
        }
    }, cancellation);

    /// <inheritdoc/>
    public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => GetAsync(key, range: null, cancellation);

    /// <inheritdoc/>
    public Task<Stream?> GetRangeAsync(string key, long offset, int length, CancellationToken cancellation) =>
        GetAsync(key, new ByteRange(offset, offset + length - 1), cancellation);

    private Task<Stream?> GetAsync(string key, ByteRange? range, CancellationToken cancellation) => TranslateErrorsAsync($"read {key}", async () =>
    {
        try
        {
            return (Stream?)(await client.GetObjectAsync(new() { BucketName = options.Bucket, Key = root + key, ByteRange = range }, cancellation)).ResponseStream;
        }
        catch (AmazonS3Exception missing) when (IsMissingKey(missing))
        {
            return null;
        }
    }, cancellation);

    /// <inheritdoc/>
    public Task<string?> GetTagAsync(string key, CancellationToken cancellation) => TranslateErrorsAsync($"look up {key}", async () =>
    {
        try
        {
            return (string?)(await client.GetObjectMetadataAsync(options.Bucket, root + key, cancellation)).ETag;
        }
        catch (AmazonS3Exception missing) when (IsMissingKey(missing))
        {
            return null;
        }
    }, cancellation);

    /// <inheritdoc/>
    public Task<bool> ReplaceAsync(string key, string file, string? tag, CancellationToken cancellation) =>
        TranslateErrorsAsync($"replace {key}", () => new S3FileUpload(client, options.Bucket, root + key).RunAsync(file, tag, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellation) =>
        TranslateErrorsAsync($"delete {key}", () => client.DeleteObjectAsync(new() { BucketName = options.Bucket, Key = root + key }, cancellation), cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = root + prefix };
        do
        {
            var page = await TranslateErrorsAsync($"list {prefix}", () => client.ListObjectsV2Async(request, cancellation), cancellation);
            foreach (var found in page.S3Objects ?? [])
                yield return new(found.Key[root.Length..], found.Size ?? 0);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = root + folder, Delimiter = "/" };
        do
        {
            var page = await TranslateErrorsAsync($"list {folder}", () => client.ListObjectsV2Async(request, cancellation), cancellation);
            foreach (var found in page.CommonPrefixes ?? [])
                yield return found[request.Prefix.Length..^1];
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static AmazonS3Config CreateConfiguration(S3StoreOptions options)
    {
        var configuration = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            Timeout = options.Timeout,
            MaxErrorRetry = 2, // for short failures; the caller waits through longer outages

            // Integrity is proven by the hash in the metadata. Emulators and other vendors often do not support the SDK's trailing checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceUrl is { } url)
        {
            configuration.ServiceURL = url.ToString();
            configuration.AuthenticationRegion = options.Region;
        }
        else if (options.Region is { } region)
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return configuration;
    }

    /// <summary>A HEAD response has no body that says whether the key or the bucket is missing; a later write reports a missing bucket.</summary>
    private static bool IsMissingKey(AmazonS3Exception error) =>
        error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket";

    private PutObjectRequest CreatePutRequest(string key, RowBuffer body, ObjectMetadata metadata)
    {
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = root + key,
            InputStream = new RowBufferReadStream(body),
            ContentType = S3FileUpload.ContentType(key),
            IfNoneMatch = "*",
            UseChunkEncoding = false,
        };
        if (metadata.Sha256 is { } hash)
            request.Metadata.Add(HashMetadataName, hash);
        if (metadata.RowCount is { } rows)
            request.Metadata.Add(RowsMetadataName, rows.ToString(CultureInfo.InvariantCulture));
        if (metadata.Format is { } format)
            request.Metadata.Add(FormatMetadataName, format);
        if (metadata.Grade is { } grade)
            request.Metadata.Add(GradeMetadataName, grade.ToString());
        if (metadata.Source is { } source)
            request.Metadata.Add(SourceMetadataName, source);
        return request;
    }

    private async Task<T> TranslateErrorsAsync<T>(string action, Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (S3Errors.IsStoreError(error, cancellation))
        {
            throw S3Errors.ToStoreException(error, action, options);
        }
    }
}
