using System.Collections.Concurrent;
using System.Globalization;
using Ingester.Publishing.Publication;
using Polly;

namespace Ingester.Publishing.DataExchange;

/// <summary>Fills an open revision with exactly the objects of a day. What is in it already, from a run that was interrupted, is not imported again.</summary>
/// <param name="client">AWS Data Exchange.</param>
/// <param name="bucket">The bucket of the objects.</param>
/// <param name="options">How often and how long jobs are polled.</param>
/// <param name="clock">Times the polls.</param>
internal sealed class AssetImporter(DataExchangeClient client, string bucket, DataExchangeOptions options, TimeProvider clock)
{
    /// <summary>How often objects are imported again whose job failed by a fault of the service.</summary>
    private const int MaxRounds = 3;

    /// <summary>How often assets are listed again that completed jobs must have created.</summary>
    private const int MaxListings = 5;

    private readonly ResiliencePipeline<ImportJob> poll = Poll<ImportJob>(clock, options.PollInterval, (int)Math.Max(1, options.JobTimeout / options.PollInterval), static job => !job.HasEnded);

    /// <summary>Imports what is missing, and requires that the revision then has each object exactly once and nothing else.</summary>
    /// <param name="source">The data source.</param>
    /// <param name="revision">The id of the open revision.</param>
    /// <param name="objects">The objects.</param>
    /// <param name="cancellation">Cancels it; it can be repeated.</param>
    /// <returns>Number of jobs that were started.</returns>
    /// <exception cref="PublishException">An object could not be imported, or the revision has other assets.</exception>
    /// <exception cref="DataExchangeException">A request was refused or failed.</exception>
    public async Task<int> ImportAsync(DataSource source, string revision, IReadOnlyList<CertifiedObject> objects, CancellationToken cancellation)
    {
        await EndOthersAsync(source, revision, cancellation);
        var missing = await FindMissingAsync(source, revision, objects, cancellation);
        var started = 0;
        for (var round = 1; missing.Count > 0; round++)
        {
            var jobs = await RunAsync(source, revision, missing, cancellation);
            started += jobs.Count;
            var failed = jobs.Where(static job => job.State != JobState.Completed).ToList();
            if (failed.Find(job => !job.MayBeRepeated || round == MaxRounds) is { } job)
                throw new PublishException($"Import job {job.Id} of {Describe(source, revision)} failed: {job.Describe()}. The revision was not finalized; the next publication continues with it.");
            missing = failed.Count > 0
                ? await FindMissingAsync(source, revision, objects, cancellation)
                : await Poll<List<CertifiedObject>>(clock, options.PollInterval, MaxListings, static found => found.Count > 0)
                    .ExecuteAsync(async cancel => await FindMissingAsync(source, revision, objects, cancel), cancellation);
            if (failed.Count == 0 && missing.Count > 0)
                throw new PublishException(string.Create(CultureInfo.InvariantCulture, $"{Describe(source, revision)} lacks {missing.Count:N0} of {objects.Count:N0} assets, such as {missing[0].BucketKey}, although all import jobs completed. It was not finalized; publish again."));
        }

        return started;
    }

    private static string Describe(DataSource source, string revision) => $"revision {revision} of data set {source.DataSet} ({source.Exchange} {source.Dataset})";

    private static ResiliencePipeline<T> Poll<T>(TimeProvider clock, TimeSpan interval, int times, Func<T, bool> again) => new ResiliencePipelineBuilder<T> { TimeProvider = clock }
        .AddRetry(new() { ShouldHandle = new PredicateBuilder<T>().HandleResult(again), MaxRetryAttempts = times, Delay = interval, BackoffType = DelayBackoffType.Constant })
        .Build();

    /// <summary>Ends the jobs of an earlier run: those that were not started are cancelled, the others are awaited, because they may still add assets.</summary>
    private async Task EndOthersAsync(DataSource source, string revision, CancellationToken cancellation)
    {
        var open = new List<ImportJob>();
        await foreach (var job in client.ListJobsAsync(source.DataSet, revision, cancellation))
            if (!job.HasEnded)
                open.Add(job);
        foreach (var job in open)
        {
            if (job.State == JobState.Waiting)
                try
                {
                    await client.CancelJobAsync(job.Id, cancellation);
                    continue;
                }
                catch (DataExchangeException failure) when (failure.Code == DataExchangeException.Conflict)
                {
                    // It was started meanwhile, by a request whose response was lost.
                }

            await AwaitAsync(source, revision, job.Id, cancellation);
        }
    }

    /// <summary>The objects that are not yet assets, in ordinal order.</summary>
    private async Task<List<CertifiedObject>> FindMissingAsync(DataSource source, string revision, IReadOnlyList<CertifiedObject> objects, CancellationToken cancellation)
    {
        var missing = objects.ToDictionary(static one => one.BucketKey, StringComparer.Ordinal);
        var sizes = objects.ToDictionary(static one => one.BucketKey, static one => one.Bytes, StringComparer.Ordinal);
        await foreach (var asset in client.ListAssetsAsync(source.DataSet, revision, cancellation))
            if (!missing.Remove(asset.Name) || sizes[asset.Name] != asset.Bytes)
                throw new PublishException($"{Describe(source, revision)} has the asset {asset.Name}, {(!sizes.TryGetValue(asset.Name, out var bytes) ? "which is no file of the day" : bytes == asset.Bytes ? "more than once" : string.Create(CultureInfo.InvariantCulture, $"with {asset.Bytes:N0} instead of {bytes:N0} bytes"))}. It was not finalized. Delete this revision at AWS Data Exchange, and publish again.");
        return [.. missing.Values.OrderBy(static one => one.BucketKey, StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyCollection<ImportJob>> RunAsync(DataSource source, string revision, List<CertifiedObject> objects, CancellationToken cancellation)
    {
        var ended = new ConcurrentBag<ImportJob>();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = DataExchangeClient.MaxJobs, CancellationToken = cancellation };
        await Parallel.ForEachAsync(objects.Chunk(DataExchangeClient.MaxAssetsPerJob), limit, async (part, cancel) =>
        {
            var job = await client.CreateImportAsync(source.DataSet, revision, part.Select(one => (bucket, one.BucketKey)), cancel);
            try
            {
                await client.StartJobAsync(job.Id, cancel);
            }
            catch (DataExchangeException failure) when (failure.Code == DataExchangeException.Conflict)
            {
                if ((await client.GetJobAsync(job.Id, cancel)).State == JobState.Waiting)
                    throw; // otherwise it was started by a request whose response was lost
            }

            ended.Add(await AwaitAsync(source, revision, job.Id, cancel));
        });
        return ended;
    }

    private async Task<ImportJob> AwaitAsync(DataSource source, string revision, string id, CancellationToken cancellation)
    {
        var job = await poll.ExecuteAsync(async cancel => await client.GetJobAsync(id, cancel), cancellation);
        return job.HasEnded ? job : throw new PublishException(string.Create(CultureInfo.InvariantCulture, $"Import job {id} of {Describe(source, revision)} did not end within {options.JobTimeout}. It goes on; the next publication continues with the revision."));
    }
}
