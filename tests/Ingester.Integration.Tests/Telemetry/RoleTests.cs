using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Storage.Stores;
using Ingester.Telemetry.CloudWatch;
using Ingester.Testing.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingester.Integration.Tests.Telemetry;

/// <summary>The recorder's role allows what its requests need and nothing else: the policy of the deployment against what the clients really send.</summary>
public sealed partial class RoleTests
{
    private const string CandlesFolder = "candles"; // written by a task with the recorder's role

    /// <summary>The folder of the deployment.</summary>
    internal static string Deployment => Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "deploy", "terraform"));

    [Fact]
    public async Task Role_allows_exactly_the_actions_that_the_requests_of_store_and_telemetry_need()
    {
        var needed = await NeededAsync();
        var policy = Policy().RootElement.GetProperty("Statement").EnumerateArray().ToList();
        Assert.All(policy, statement => Assert.Equal("Allow", statement.GetProperty("Effect").GetString()));
        Assert.Equal(needed.Order(StringComparer.Ordinal), policy.SelectMany(Actions).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_folder_that_the_recorder_writes_is_in_the_role_and_protected_from_being_replaced()
    {
        var folders = Enum.GetValues<Dataset>().Select(dataset => dataset.Name()).Concat([ObjectKey.Fragments, ObjectKey.Variants, ObjectKey.Divergent, StoreProbe.Folder, CandlesFolder]);
        Assert.Equal(folders.Order(StringComparer.Ordinal), Folders().Order(StringComparer.Ordinal));
        foreach (var name in new[] { "recorder", "bucket" })
            Assert.Contains("${jsonencode(folders)}", File.ReadAllText(Path.Combine(Deployment, "policies", $"{name}.json.tftpl")), StringComparison.Ordinal);
    }

    [Fact]
    public void Role_may_look_up_an_absent_key()
    {
        // A look-up carries no s3:prefix: where the condition did not say IfExists, S3 would answer 403 instead of 404.
        var list = Policy().RootElement.GetProperty("Statement").EnumerateArray().Single(statement => Actions(statement).Contains("s3:ListBucket"));
        Assert.Equal("StringLikeIfExists", Assert.Single(list.GetProperty("Condition").EnumerateObject()).Name);
    }

    /// <summary>The actions of a statement.</summary>
    internal static IEnumerable<string> Actions(JsonElement statement)
    {
        var action = statement.GetProperty("Action");
        return action.ValueKind == JsonValueKind.Array ? action.EnumerateArray().Select(one => one.GetString()!) : [action.GetString()!];
    }

    private static JsonDocument Policy() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Deployment, "policies", "recorder.json.tftpl"))
        .Replace("${jsonencode(folders)}", "[\"arn:aws:s3:::bucket/*\"]", StringComparison.Ordinal));

    /// <summary>The folders that recorders write.</summary>
    internal static List<string> Folders()
    {
        var text = File.ReadAllText(Path.Combine(Deployment, "locals.tf"));
        var lists = FolderList().Matches(text).Select(match => match.Groups[1].Value);
        return [.. lists.SelectMany(list => Quoted().Matches(list)).Select(match => match.Groups[1].Value)];
    }

    private static async Task<HashSet<string>> NeededAsync()
    {
        MotoServer.SetCredentials();
        var needed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.Run(async context =>
        {
            needed[await ActionAsync(context.Request)] = true;
            context.Response.ContentType = "application/xml";
            if (context.Request.Query.ContainsKey("list-type"))
                await context.Response.WriteAsync("<ListBucketResult/>");
            else if (context.Request.Method is "HEAD" or "GET")
                context.Response.StatusCode = 404;
        });
        await server.StartAsync();
        var address = new Uri(server.Urls.Single());

        using var store = new S3Store(new() { Bucket = "bucket", Region = "us-east-1", ServiceUrl = address, ForcePathStyle = true }, TimeProvider.System);
        using (var body = SegmentSample.Rows("x"))
            await store.PutAsync("trades/a", body, ObjectMetadata.None, CancellationToken.None);
        Assert.Null(await store.HeadAsync("trades/b", CancellationToken.None));
        Assert.Null(await store.GetAsync("trades/b", CancellationToken.None));
        Assert.Equal(0, await store.ListAsync("trades/", CancellationToken.None).CountAsync());
        using var metrics = new CloudWatchClient(new() { Namespace = "Ingester", Region = "us-east-1", ServiceUrl = address });
        await metrics.PutAsync("Ingester", [new("m", [("replica", "a")], TimeProvider.System.GetUtcNow(), "Count", new(1, 1, 1, 1))], CancellationToken.None);
        return [.. needed.Keys];
    }

    private static async Task<string> ActionAsync(HttpRequest request) => request switch
    {
        { Method: "POST" } => $"cloudwatch:{(await request.ReadFormAsync())["Action"]}",
        { Method: "PUT" } => "s3:PutObject",
        _ when request.Query.ContainsKey("list-type") => "s3:ListBucket",
        { Method: "HEAD" or "GET" } => "s3:GetObject",
        _ => $"{request.Method} {request.Path}",
    };

    [GeneratedRegex("(?:segments|journals|data_folders) += (?:concat\\([^\\[]*)?\\[([^\\]]*)\\]")]
    private static partial Regex FolderList();

    [GeneratedRegex("\"([a-z-]+)\"")]
    private static partial Regex Quoted();

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
