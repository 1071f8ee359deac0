using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingester.Simulator.DataExchange;

/// <summary>
/// AWS Data Exchange on loopback, as far as publishing needs it: file-based revisions, import jobs from buckets, revocation and notifications, with the limits and states of the service. Signatures
/// are not verified. A running job ends after some requests for its state, so the same requests always have the same result.
/// </summary>
public sealed partial class DataExchangeServer : IAsyncDisposable
{
    private const int DefaultPage = 25;

    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Default;

    private static readonly (string Operation, string Method, Regex Path)[] Operations =
    [
        ("ListDataSetRevisions", "GET", RevisionsPath()),
        ("CreateRevision", "POST", RevisionsPath()),
        ("UpdateRevision", "PATCH", RevisionPath()),
        ("ListRevisionAssets", "GET", AssetsPath()),
        ("RevokeRevision", "POST", RevokePath()),
        ("SendDataSetNotification", "POST", NotificationPath()),
        ("ListJobs", "GET", JobsPath()),
        ("CreateJob", "POST", JobsPath()),
        ("GetJob", "GET", JobPath()),
        ("StartJob", "PATCH", JobPath()),
        ("CancelJob", "DELETE", JobPath()),
    ];

    private readonly WebApplication server;
    private readonly Func<string, string, Task<long?>> findObject;
    private readonly SemaphoreSlim gate = new(1);
    private readonly DataExchangeState state;
    private readonly List<(DataExchangeFault Fault, int Left)> faults = [];

    private DataExchangeServer(Func<string, string, Task<long?>> findObject, TimeProvider clock)
    {
        this.findObject = findObject;
        state = new(clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        server = builder.Build();
        server.Run(RespondAsync);
    }

    /// <summary>Its address (<c>AWS_ENDPOINT_URL_DATAEXCHANGE</c>).</summary>
    public Uri Url => new(server.Urls.Single());

    /// <summary>All requests, with their responses.</summary>
    public ConcurrentQueue<DataExchangeCall> Calls { get; } = new();

    /// <summary>Examines each request before it is executed; a text is the reason for which it is refused. Null examines nothing.</summary>
    public Func<DataExchangeCall, string?>? Examine { get; set; }

    /// <summary>Called after a request was executed, before its response is sent.</summary>
    public Func<DataExchangeCall, Task>? Executed { get; set; }

    /// <summary>How often the state of a running job is asked for until the job ends.</summary>
    public int PollsPerJob { get; set; } = 2;

    /// <summary>Maximum number of items of a page.</summary>
    public int PageSize { get; set; } = 200;

    /// <summary>Maximum number of assets of a revision.</summary>
    public int MaxAssetsPerRevision { get; set; } = 10_000;

    /// <summary>All revisions, oldest first.</summary>
    public IReadOnlyList<SimulatedRevision> Revisions => state.Revisions;

    /// <summary>All jobs, oldest first.</summary>
    public IReadOnlyList<SimulatedJob> Jobs => state.Jobs;

    /// <summary>The notifications that were sent.</summary>
    public IReadOnlyList<SimulatedNotification> Notifications => state.Notifications;

    /// <summary>Most import jobs that ran at the same time.</summary>
    public int MostRunningJobs { get; private set; }

    /// <summary>Starts the server.</summary>
    /// <param name="dataSets">The ids of its data sets.</param>
    /// <param name="findObject">Returns the size of an object by its bucket and key; null if it does not exist.</param>
    /// <param name="clock">The times of what is created.</param>
    public static async Task<DataExchangeServer> StartAsync(IEnumerable<string> dataSets, Func<string, string, Task<long?>> findObject, TimeProvider clock)
    {
        var exchange = new DataExchangeServer(findObject, clock);
        exchange.state.DataSets.UnionWith(dataSets);
        await exchange.server.StartAsync();
        return exchange;
    }

    /// <summary>Adds a fault; faults that were added earlier have priority.</summary>
    public void AddFault(DataExchangeFault fault)
    {
        lock (faults)
            faults.Add((fault, fault.Count));
    }

    /// <summary>Removes all faults.</summary>
    public void ClearFaults()
    {
        lock (faults)
            faults.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        gate.Dispose();
    }

    private async Task RespondAsync(HttpContext context)
    {
        var call = await ReadAsync(context.Request);
        var (status, response, refusal) = (0, (object?)null, (DataExchangeRefusal?)null);
        var fault = NextFault(call.Operation, ofJobs: false);
        await gate.WaitAsync(context.RequestAborted);
        try
        {
            Refuse(fault);
            if (Examine?.Invoke(call) is { } reason)
                throw DataExchangeRefusal.Invalid(reason);
            (status, response) = await ExecuteAsync(call);
        }
        catch (DataExchangeRefusal refused)
        {
            (status, refusal) = (refused.Status, refused);
            response = new Dictionary<string, object>(refused.Fields) { ["Message"] = refused.Message };
        }
        finally
        {
            gate.Release();
        }

        call = call with { Status = status, Response = response is null ? null : JsonSerializer.Serialize(response, response.GetType(), Json) };
        Calls.Enqueue(call);
        await (Executed?.Invoke(call) ?? Task.CompletedTask);
        if (fault?.Kind == DataExchangeFaultKind.LostResponse)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        if (refusal is not null)
            context.Response.Headers["x-amzn-ErrorType"] = refusal.Code;
        if (call.Response is { } body)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body, context.RequestAborted);
        }
    }

    private static async Task<DataExchangeCall> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var query = request.Query.ToDictionary(static one => one.Key, static one => one.Value.ToString(), StringComparer.Ordinal);
        foreach (var (operation, method, pattern) in Operations)
            if (request.Method == method && pattern.Match(request.Path.Value ?? "") is { Success: true } match)
                return new(operation, match.Groups.Values.Skip(1).ToDictionary(static group => group.Name, static group => group.Value, StringComparer.Ordinal), query, body.Length == 0 ? null : body);
        return new("", new Dictionary<string, string>(), query, body.Length == 0 ? null : body);
    }

    private static void Refuse(DataExchangeFault? fault)
    {
        switch (fault?.Kind)
        {
            case DataExchangeFaultKind.Throttling:
                throw new DataExchangeRefusal(429, "ThrottlingException", "Rate exceeded");
            case DataExchangeFaultKind.ServiceLimit:
                throw DataExchangeRefusal.Limit("Concurrent in progress jobs to import assets from Amazon S3", DataExchangeState.MaxRunningJobs);
            case DataExchangeFaultKind.ServerError:
                throw new DataExchangeRefusal(500, "InternalServerException", "Injected fault.");
            default:
                break;
        }
    }

    private async Task<(int Status, object? Response)> ExecuteAsync(DataExchangeCall call)
    {
        using var body = JsonDocument.Parse(call.Body ?? "{}");
        var (path, request) = (call.Path, body.RootElement);
        switch (call.Operation)
        {
            case "ListDataSetRevisions":
                return Page(call, "Revisions", state.Revisions.Where(revision => revision.DataSet == state.FindDataSet(path["DataSetId"])).Reverse().Select(DataExchangeJson.Of));
            case "CreateRevision":
                return (201, DataExchangeJson.Of(state.CreateRevision(path["DataSetId"], request)));
            case "UpdateRevision":
                var updated = state.FindOpenRevision(path["DataSetId"], path["RevisionId"]);
                if (request.TryGetProperty("Finalized", out var finalized) && finalized.GetBoolean())
                    state.Finalize(updated);
                return (200, DataExchangeJson.Of(updated));
            case "ListRevisionAssets":
                var listed = state.FindRevision(path["DataSetId"], path["RevisionId"]);
                return Page(call, "Assets", listed.Content.Select(asset => DataExchangeJson.Of(listed, asset)));
            case "RevokeRevision":
                var revoked = state.FindRevision(path["DataSetId"], path["RevisionId"]);
                state.Revoke(revoked, request.GetProperty("RevocationComment").GetString()!);
                return (200, DataExchangeJson.Of(revoked));
            case "SendDataSetNotification":
                state.Notify(new(state.FindDataSet(path["DataSetId"]), Text(request, "Type")!, Text(request, "Comment"), Text(request, "ClientToken")));
                return (202, new { });
            case "ListJobs":
                return Page(call, "Jobs", state.Jobs.Where(job => Matches(call, "dataSetId", job.Revision.DataSet) && Matches(call, "revisionId", job.Revision.Id)).Select(DataExchangeJson.Of));
            case "CreateJob":
                return (201, DataExchangeJson.Of(state.CreateJob(request)));
            case "GetJob":
                var job = state.FindJob(path["JobId"]);
                if (job.State == "IN_PROGRESS" && job.Fault?.Kind != DataExchangeFaultKind.JobNeverEnds && ++job.Polls >= PollsPerJob)
                    state.End(job, await Task.WhenAll(job.Sources.Select(source => findObject(source.Bucket, source.Key))), MaxAssetsPerRevision);
                return (200, DataExchangeJson.Of(job));
            case "StartJob":
                state.Start(state.FindJob(path["JobId"]), NextFault(call.Operation, ofJobs: true));
                MostRunningJobs = Math.Max(MostRunningJobs, state.Jobs.Count(static one => one.State == "IN_PROGRESS"));
                return (202, null);
            case "CancelJob":
                state.Cancel(state.FindJob(path["JobId"]));
                return (204, null);
            default:
                throw DataExchangeRefusal.Invalid("This operation is not simulated.");
        }
    }

    private (int Status, object Response) Page(DataExchangeCall call, string name, IEnumerable<object> items)
    {
        var from = call.Query.TryGetValue("nextToken", out var token) ? int.Parse(token, CultureInfo.InvariantCulture) : 0;
        var count = Math.Min(PageSize, call.Query.TryGetValue("maxResults", out var most) ? int.Parse(most, CultureInfo.InvariantCulture) : DefaultPage);
        var all = items.ToList();
        var page = new Dictionary<string, object> { [name] = all.Skip(from).Take(count) };
        if (from + count < all.Count)
            page["NextToken"] = (from + count).ToString(CultureInfo.InvariantCulture);
        return (200, page);
    }

    private DataExchangeFault? NextFault(string operation, bool ofJobs)
    {
        lock (faults)
        {
            var index = faults.FindIndex(one => one.Fault.IsOfJobs == ofJobs && (one.Fault.Operation is null || one.Fault.Operation == operation));
            if (index < 0)
                return null;
            var (fault, left) = faults[index];
            if (left == 1)
                faults.RemoveAt(index);
            else
                faults[index] = (fault, left - 1);
            return fault;
        }
    }

    private static bool Matches(DataExchangeCall call, string parameter, string value) => !call.Query.TryGetValue(parameter, out var wanted) || wanted == value;

    private static string? Text(JsonElement request, string name) => request.TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex("^/v1/data-sets/(?<DataSetId>[^/]+)/revisions$", RegexOptions.CultureInvariant)]
    private static partial Regex RevisionsPath();

    [GeneratedRegex("^/v1/data-sets/(?<DataSetId>[^/]+)/revisions/(?<RevisionId>[^/]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex RevisionPath();

    [GeneratedRegex("^/v1/data-sets/(?<DataSetId>[^/]+)/revisions/(?<RevisionId>[^/]+)/assets$", RegexOptions.CultureInvariant)]
    private static partial Regex AssetsPath();

    [GeneratedRegex("^/v1/data-sets/(?<DataSetId>[^/]+)/revisions/(?<RevisionId>[^/]+)/revoke$", RegexOptions.CultureInvariant)]
    private static partial Regex RevokePath();

    [GeneratedRegex("^/v1/data-sets/(?<DataSetId>[^/]+)/notification$", RegexOptions.CultureInvariant)]
    private static partial Regex NotificationPath();

    [GeneratedRegex("^/v1/jobs$", RegexOptions.CultureInvariant)]
    private static partial Regex JobsPath();

    [GeneratedRegex("^/v1/jobs/(?<JobId>[^/]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex JobPath();
}
