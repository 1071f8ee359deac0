using System.Globalization;
using System.Text.Json;

namespace Ingester.Simulator.DataExchange;

/// <summary>The data sets, revisions and jobs of a simulated account, with the limits and states of AWS Data Exchange. Callers hold a lock.</summary>
/// <param name="clock">The times of what is created.</param>
internal sealed class DataExchangeState(TimeProvider clock)
{
    /// <summary>Maximum number of objects of an import job.</summary>
    public const int MaxAssetsPerJob = 100;

    /// <summary>Maximum number of import jobs that run at the same time.</summary>
    public const int MaxRunningJobs = 10;

    private int ids;

    /// <summary>The ids of the data sets.</summary>
    public HashSet<string> DataSets { get; } = new(StringComparer.Ordinal);

    /// <summary>All revisions, oldest first.</summary>
    public List<SimulatedRevision> Revisions { get; } = [];

    /// <summary>All jobs, oldest first.</summary>
    public List<SimulatedJob> Jobs { get; } = [];

    /// <summary>The notifications that were sent.</summary>
    public List<SimulatedNotification> Notifications { get; } = [];

    /// <summary>A data set.</summary>
    public string FindDataSet(string id) => DataSets.Contains(id) ? id : throw DataExchangeRefusal.NotFound("DATA_SET", id);

    /// <summary>A revision of a data set.</summary>
    public SimulatedRevision FindRevision(string dataSet, string id) =>
        Revisions.Find(revision => revision.Id == id && revision.DataSet == FindDataSet(dataSet)) ?? throw DataExchangeRefusal.NotFound("REVISION", id);

    /// <summary>A job.</summary>
    public SimulatedJob FindJob(string id) => Jobs.Find(job => job.Id == id) ?? throw DataExchangeRefusal.NotFound("JOB", id);

    /// <summary>An open revision of a data set: a finalized one never changes.</summary>
    public SimulatedRevision FindOpenRevision(string dataSet, string id) => FindRevision(dataSet, id) is var revision && !revision.IsFinalized
        ? revision
        : throw DataExchangeRefusal.Conflict("REVISION", id, "The revision is finalized and cannot be changed.");

    /// <summary>Creates a revision.</summary>
    public SimulatedRevision CreateRevision(string dataSet, JsonElement request)
    {
        var now = clock.GetUtcNow();
        var revision = new SimulatedRevision { Id = NextId(), DataSet = FindDataSet(dataSet), Comment = request.TryGetProperty("Comment", out var comment) ? comment.GetString() : null, CreatedAt = now, UpdatedAt = now };
        Revisions.Add(revision);
        return revision;
    }

    /// <summary>Creates an import job.</summary>
    public SimulatedJob CreateJob(JsonElement request)
    {
        if (request.GetProperty("Type").GetString() is not "IMPORT_ASSETS_FROM_S3" || !request.GetProperty("Details").TryGetProperty("ImportAssetsFromS3", out var details))
            throw DataExchangeRefusal.Invalid("Only jobs of the type IMPORT_ASSETS_FROM_S3, with their details, are simulated.");
        var sources = details.GetProperty("AssetSources").EnumerateArray().Select(static source => (source.GetProperty("Bucket").GetString()!, source.GetProperty("Key").GetString()!)).ToList();
        if (sources.Count == 0)
            throw DataExchangeRefusal.Invalid("A job needs at least one asset source.");
        if (sources.Count > MaxAssetsPerJob)
            throw DataExchangeRefusal.Limit("Assets per import job from Amazon S3", MaxAssetsPerJob);
        var now = clock.GetUtcNow();
        var job = new SimulatedJob { Id = NextId(), Revision = FindOpenRevision(details.GetProperty("DataSetId").GetString()!, details.GetProperty("RevisionId").GetString()!), Sources = sources, CreatedAt = now, UpdatedAt = now };
        Jobs.Add(job);
        return job;
    }

    /// <summary>Starts a job that waits.</summary>
    public void Start(SimulatedJob job, DataExchangeFault? fault)
    {
        RequireWaiting(job);
        FindOpenRevision(job.Revision.DataSet, job.Revision.Id);
        if (Jobs.Count(static one => one.State == "IN_PROGRESS") >= MaxRunningJobs)
            throw DataExchangeRefusal.Limit("Concurrent in progress jobs to import assets from Amazon S3", MaxRunningJobs);
        (job.State, job.Fault, job.UpdatedAt) = ("IN_PROGRESS", fault, clock.GetUtcNow());
    }

    /// <summary>Cancels a job that waits.</summary>
    public void Cancel(SimulatedJob job)
    {
        RequireWaiting(job);
        (job.State, job.UpdatedAt) = ("CANCELLED", clock.GetUtcNow());
    }

    /// <summary>Ends a running job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="sizes">The size of each of its objects; null for one that does not exist.</param>
    /// <param name="maxAssets">Maximum number of assets of a revision.</param>
    public void End(SimulatedJob job, IReadOnlyList<long?> sizes, int maxAssets)
    {
        job.UpdatedAt = clock.GetUtcNow();
        var missing = sizes.ToList().IndexOf(null);
        var forgotten = job.Fault is { Kind: DataExchangeFaultKind.JobForgetsAsset } ? 1 : 0;
        (job.State, job.Error) = job.Fault switch
        {
            { Kind: DataExchangeFaultKind.JobTimesOut } => ("TIMED_OUT", null),
            { Kind: DataExchangeFaultKind.JobFails } fault => ("ERROR", ((string, string)?)(fault.JobError, "Injected fault.")),
            _ when missing >= 0 => ("ERROR", ("RESOURCE_NOT_FOUND_EXCEPTION", $"The object {job.Sources[missing].Key} does not exist.")),
            _ when job.Revision.Content.Count + sizes.Count > maxAssets => ("ERROR", ("SERVICE_QUOTA_EXCEEDED_EXCEPTION", string.Create(CultureInfo.InvariantCulture, $"Assets per revision: {maxAssets}."))),
            _ => ("COMPLETED", null),
        };
        if (job.State == "COMPLETED")
            foreach (var (source, size) in job.Sources.Zip(sizes).Skip(forgotten))
                job.Revision.Content.Add(new(NextId(), source.Key, size!.Value));
    }

    /// <summary>Finalizes a revision.</summary>
    public void Finalize(SimulatedRevision revision)
    {
        if (Jobs.Exists(job => job.Revision == revision && job.State == "IN_PROGRESS"))
            throw DataExchangeRefusal.Conflict("REVISION", revision.Id, "A job of the revision is in progress.");
        (revision.IsFinalized, revision.UpdatedAt) = (true, clock.GetUtcNow());
    }

    /// <summary>Withdraws a revision.</summary>
    public void Revoke(SimulatedRevision revision, string comment)
    {
        if (!revision.IsFinalized || revision.RevokedAt is not null)
            throw DataExchangeRefusal.Conflict("REVISION", revision.Id, revision.IsFinalized ? "The revision is already revoked." : "The revision is not finalized.");
        (revision.RevokedAt, revision.RevocationComment, revision.UpdatedAt) = (clock.GetUtcNow(), comment, clock.GetUtcNow());
    }

    /// <summary>Notifies subscribers, once for a token.</summary>
    public void Notify(SimulatedNotification notification)
    {
        if (notification.ClientToken is null || !Notifications.Exists(sent => sent.ClientToken == notification.ClientToken))
            Notifications.Add(notification);
    }

    private static void RequireWaiting(SimulatedJob job)
    {
        if (job.State != "WAITING")
            throw DataExchangeRefusal.Conflict("JOB", job.Id, $"The job is in the state {job.State}, and only a job in the state WAITING can be started or cancelled.");
    }

    private string NextId() => (++ids).ToString("x32", CultureInfo.InvariantCulture);
}
