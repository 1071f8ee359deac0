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

/// <summary>Objects in a bucket. A write carries <c>If-None-Match: *</c>, so that the store itself refuses a taken name.</summary>
internal sealed class S3Store : IObjectStore, IDisposable
{
    private const string HashKey = "sha256";
    private const string RowsKey = "rows";
    private const string FormatKey = "format";
    private const string GradeKey = "grade";

    /// <summary>How often a write that meets another one in flight is tried again here, before the caller's longer waits take over.</summary>
    private const int ConflictRetries = 5;

    private readonly S3StoreOptions options;
    private readonly ResiliencePipeline<PutOutcome> inFlight;
    private readonly AmazonS3Client client;
    private readonly string root;

    /// <summary>Opens no connection: the first request does.</summary>
    public S3Store(S3StoreOptions options, TimeProvider clock)
    {
        this.options = options;
        inFlight = StoreRetry.Create(clock, ConflictRetries, new PredicateBuilder<PutOutcome>()
            .Handle<AmazonS3Exception>(static refused => refused.StatusCode == HttpStatusCode.Conflict)); // whether the other write succeeds is not known yet
        root = ObjectKey.Root(options.Prefix);
        try
        {
            client = new(Configuration(options));
        }
        catch (AmazonClientException error)
        {
            throw new StoreException($"Cannot use the bucket '{options.Bucket}': {error.Message}", permanent: true, error);
        }
    }

    /// <inheritdoc/>
    public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) =>
        AskAsync($"write {key}", () => inFlight.ExecuteAsync(async token =>
        {
            try
            {
                await client.PutObjectAsync(Request(key, body, metadata), token);
                return PutOutcome.Stored;
            }
            catch (AmazonS3Exception refused) when (refused.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return PutOutcome.Exists;
            }
        }, cancellation).AsTask(), cancellation);

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => AskAsync($"look up {key}", async () =>
    {
        try
        {
            var found = await client.GetObjectMetadataAsync(options.Bucket, root + key, cancellation);
            var rows = long.TryParse(found.Metadata[RowsKey], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : (long?)null;
            return new ObjectInfo(found.ContentLength, new(found.Metadata[HashKey], rows, found.Metadata[FormatKey], ProofGrade.Parse(found.Metadata[GradeKey])));
        }
        catch (AmazonS3Exception missing) when (IsMissingKey(missing))
        {
            return null;
        }
    }, cancellation);

    /// <inheritdoc/>
    public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => AskAsync($"read {key}", async () =>
    {
        try
        {
            return (Stream?)(await client.GetObjectAsync(options.Bucket, root + key, cancellation)).ResponseStream;
        }
        catch (AmazonS3Exception missing) when (IsMissingKey(missing))
        {
            return null;
        }
    }, cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = root + prefix };
        do
        {
            var page = await AskAsync($"list {prefix}", () => client.ListObjectsV2Async(request, cancellation), cancellation);
            foreach (var found in page.S3Objects ?? [])
                yield return new(found.Key[root.Length..], found.Size ?? 0);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> FoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = root + folder, Delimiter = "/" };
        do
        {
            var page = await AskAsync($"list {folder}", () => client.ListObjectsV2Async(request, cancellation), cancellation);
            foreach (var found in page.CommonPrefixes ?? [])
                yield return found[request.Prefix.Length..^1];
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static AmazonS3Config Configuration(S3StoreOptions options)
    {
        var configuration = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            Timeout = options.Timeout,
            MaxErrorRetry = 2, // a hiccup; longer outages are the writer's to wait out

            // The hash in the metadata is the proof. The SDK's trailing checksums are what emulators and other vendors stumble over.
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

    /// <summary>A look-up has no body to say which is missing, key or bucket; a write will tell.</summary>
    private static bool IsMissingKey(AmazonS3Exception error) =>
        error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket";

    private PutObjectRequest Request(string key, RowBuffer body, ObjectMetadata metadata)
    {
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = root + key,
            InputStream = new RowReader(body),
            ContentType = "application/gzip",
            IfNoneMatch = "*",
            UseChunkEncoding = false,
        };
        if (metadata.Sha256 is { } hash)
            request.Metadata.Add(HashKey, hash);
        if (metadata.Rows is { } rows)
            request.Metadata.Add(RowsKey, rows.ToString(CultureInfo.InvariantCulture));
        if (metadata.Format is { } format)
            request.Metadata.Add(FormatKey, format);
        if (metadata.Grade is { } grade)
            request.Metadata.Add(GradeKey, grade.ToString());
        return request;
    }

    private async Task<T> AskAsync<T>(string action, Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (S3Failure.IsOne(error, cancellation))
        {
            throw S3Failure.Of(error, action, options);
        }
    }
}
