using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Storage.Aws;
using Polly;

namespace Ingester.Publishing.DataExchange;

/// <summary>
/// The operations of AWS Data Exchange that publishing needs. Every request is repeated while the service throttles it or a limit is reached; requests whose repetition changes nothing are
/// also repeated after a failure of the service or the connection. It replaces the package <c>AWSSDK.DataExchange</c>.
/// </summary>
internal sealed class DataExchangeClient : IDisposable
{
    /// <summary>Maximum number of objects of an import job. AWS cannot raise it.</summary>
    public const int MaxAssetsPerJob = 100;

    /// <summary>Maximum number of import jobs of an account at the same time. AWS cannot raise it.</summary>
    public const int MaxJobs = 10;

    private const int PageSize = 200;
    private const int MaxRetries = 8;
    private const int FirstServerError = 500;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
    };

    private readonly AwsRestClient service;
    private readonly ResiliencePipeline<byte[]> limited;
    private readonly ResiliencePipeline<byte[]> repeatable;

    /// <summary>Creates the client; the first request opens the connection.</summary>
    /// <param name="options">Region and address.</param>
    /// <param name="clock">Times the retries.</param>
    public DataExchangeClient(DataExchangeOptions options, TimeProvider clock)
    {
        service = new(new()
        {
            Name = "dataexchange",
            Id = "DataExchange",
            ApiVersion = "2017-07-25",
            Region = options.Region,
            Url = options.ServiceUrl,
            MaxRetries = 0,
            Timeout = RequestTimeout,
        });
        limited = Retry(clock, static failure => IsLimited(failure));
        repeatable = Retry(clock, static failure => IsLimited(failure) || failure.Status is 0 or >= FirstServerError);
    }

    /// <summary>All revisions of a data set.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed.</exception>
    public IAsyncEnumerable<DataSetRevision> ListRevisionsAsync(string dataSet, CancellationToken cancellation) =>
        ListAsync<RevisionPage, DataSetRevision>("ListDataSetRevisions", $"{DataSetPath(dataSet)}/revisions", [], static page => page.Revisions ?? [], cancellation);

    /// <summary>
    /// Creates a revision. It is not repeated here after a lost response: the caller finds the revision by its comment. The HTTP client may repeat it after a closed connection; the other revision then
    /// stays open and empty, which does no harm.
    /// </summary>
    /// <exception cref="DataExchangeException">The request was refused or failed.</exception>
    public async Task<DataSetRevision> CreateRevisionAsync(string dataSet, string comment, CancellationToken cancellation) =>
        await SendAsync<DataSetRevision>("CreateRevision", limited, "POST", $"{DataSetPath(dataSet)}/revisions", new { Comment = comment }, cancellation);

    /// <summary>The assets of a revision.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed.</exception>
    public IAsyncEnumerable<RevisionAsset> ListAssetsAsync(string dataSet, string revision, CancellationToken cancellation) =>
        ListAsync<AssetPage, RevisionAsset>("ListRevisionAssets", $"{RevisionPath(dataSet, revision)}/assets", [], static page => (page.Assets ?? []).Select(static asset => new RevisionAsset(asset.Name, (long)(asset.AssetDetails.S3SnapshotAsset?.Size ?? 0))), cancellation);

    /// <summary>The jobs of a revision.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed.</exception>
    public IAsyncEnumerable<ImportJob> ListJobsAsync(string dataSet, string revision, CancellationToken cancellation) =>
        ListAsync<JobPage, ImportJob>("ListJobs", "/v1/jobs", new() { ["dataSetId"] = dataSet, ["revisionId"] = revision }, static page => page.Jobs ?? [], cancellation);

    /// <summary>Creates a job that imports objects. It must then be started; a job whose response was lost is never started and does nothing.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed.</exception>
    public async Task<ImportJob> CreateImportAsync(string dataSet, string revision, IEnumerable<(string Bucket, string Key)> objects, CancellationToken cancellation) =>
        await SendAsync<ImportJob>("CreateJob", repeatable, "POST", "/v1/jobs", new
        {
            Type = "IMPORT_ASSETS_FROM_S3",
            Details = new { ImportAssetsFromS3 = new { DataSetId = dataSet, RevisionId = revision, AssetSources = objects.Select(static one => new { one.Bucket, one.Key }) } },
        }, cancellation);

    /// <summary>Starts a job.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed; with the code <see cref="DataExchangeException.Conflict"/> if the job does not wait.</exception>
    public Task StartJobAsync(string job, CancellationToken cancellation) => SendAsync("StartJob", repeatable, "PATCH", JobPath(job), body: null, cancellation);

    /// <summary>The present state of a job.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed.</exception>
    public Task<ImportJob> GetJobAsync(string job, CancellationToken cancellation) => SendAsync<ImportJob>("GetJob", repeatable, "GET", JobPath(job), body: null, cancellation);

    /// <summary>Cancels a job that was not started.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed; with the code <see cref="DataExchangeException.Conflict"/> if the job does not wait.</exception>
    public Task CancelJobAsync(string job, CancellationToken cancellation) => SendAsync("CancelJob", repeatable, "DELETE", JobPath(job), body: null, cancellation);

    /// <summary>Finalizes a revision, which publishes it to everyone who may read the data set.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed.</exception>
    public Task<DataSetRevision> FinalizeAsync(string dataSet, string revision, CancellationToken cancellation) =>
        SendAsync<DataSetRevision>("UpdateRevision", repeatable, "PATCH", RevisionPath(dataSet, revision), new { Finalized = true }, cancellation);

    /// <summary>Withdraws a finalized revision. It cannot be undone.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed; with the code <see cref="DataExchangeException.Conflict"/> if it is not finalized or was revoked.</exception>
    public Task RevokeAsync(string dataSet, string revision, string comment, CancellationToken cancellation) =>
        SendAsync("RevokeRevision", limited, "POST", $"{RevisionPath(dataSet, revision)}/revoke", new { RevocationComment = comment }, cancellation);

    /// <summary>Notifies the subscribers of a data set.</summary>
    /// <exception cref="DataExchangeException">The request was refused or failed.</exception>
    public Task NotifyAsync(string dataSet, DataSetNotification notification, CancellationToken cancellation) =>
        SendAsync("SendDataSetNotification", repeatable, "POST", $"{DataSetPath(dataSet)}/notification", new
        {
            notification.Type,
            notification.Comment,
            ClientToken = notification.Token,
            Details = notification.UpdatedAt is { } at ? new { DataUpdate = new { DataUpdatedAt = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) } } : null,
        }, cancellation);

    /// <inheritdoc/>
    public void Dispose() => service.Dispose();

    private static string DataSetPath(string dataSet) => $"/v1/data-sets/{Uri.EscapeDataString(dataSet)}";

    private static string RevisionPath(string dataSet, string revision) => $"{DataSetPath(dataSet)}/revisions/{Uri.EscapeDataString(revision)}";

    private static string JobPath(string job) => $"/v1/jobs/{Uri.EscapeDataString(job)}";

    private static bool IsLimited(AwsServiceException failure) => failure.Code is "ThrottlingException" or "ServiceLimitExceededException" or "TooManyRequestsException" || failure.Status == 429;

    private static ResiliencePipeline<byte[]> Retry(TimeProvider clock, Func<AwsServiceException, bool> handled) => new ResiliencePipelineBuilder<byte[]> { TimeProvider = clock }
        .AddRetry(new()
        {
            ShouldHandle = new PredicateBuilder<byte[]>().Handle(handled),
            MaxRetryAttempts = MaxRetries,
            Delay = FirstDelay,
            MaxDelay = MaxDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();

    private async IAsyncEnumerable<TItem> ListAsync<TPage, TItem>(
        string operation, string path, Dictionary<string, string> query, Func<TPage, IEnumerable<TItem>> items, [EnumeratorCancellation] CancellationToken cancellation)
        where TPage : Page
    {
        query["maxResults"] = PageSize.ToString(CultureInfo.InvariantCulture);
        for (; ; )
        {
            var page = Read<TPage>(operation, await SendAsync(operation, repeatable, "GET", path, query, body: null, cancellation));
            foreach (var item in items(page))
                yield return item;
            if (page.NextToken is not { Length: > 0 } next)
                yield break;
            query["nextToken"] = next;
        }
    }

    private async Task<T> SendAsync<T>(string operation, ResiliencePipeline<byte[]> pipeline, string method, string path, object? body, CancellationToken cancellation) =>
        Read<T>(operation, await SendAsync(operation, pipeline, method, path, body, cancellation));

    private Task<byte[]> SendAsync(string operation, ResiliencePipeline<byte[]> pipeline, string method, string path, object? body, CancellationToken cancellation) =>
        SendAsync(operation, pipeline, method, path, new Dictionary<string, string>(), body, cancellation);

    private async Task<byte[]> SendAsync(
        string operation, ResiliencePipeline<byte[]> pipeline, string method, string path, IReadOnlyDictionary<string, string> query, object? body, CancellationToken cancellation)
    {
        var content = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Json);
        try
        {
            return await pipeline.ExecuteAsync(async cancel => await service.SendAsync(method, path, query, content, cancel), cancellation);
        }
        catch (AwsServiceException failure)
        {
            throw new DataExchangeException($"AWS Data Exchange: {operation} of {path} failed{(failure.Code.Length > 0 ? $" ({failure.Code})" : "")}: {failure.Message}", failure.Code, failure);
        }
    }

    private static T Read<T>(string operation, byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new DataExchangeException($"AWS Data Exchange: the response to {operation} is not understood: {error.Message}", "", error);
        }
    }

    private abstract record Page
    {
        public string? NextToken { get; init; }
    }

    private sealed record RevisionPage(IReadOnlyList<DataSetRevision>? Revisions) : Page;

    private sealed record JobPage(IReadOnlyList<ImportJob>? Jobs) : Page;

    private sealed record AssetPage(IReadOnlyList<AssetEntry>? Assets) : Page;

    private sealed record AssetEntry(string Name, AssetDetails AssetDetails);

    private sealed record AssetDetails(Snapshot? S3SnapshotAsset);

    private sealed record Snapshot(double Size);
}
