using System.Collections.Concurrent;
using System.Text.Json;
using Amazon.S3;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Telemetry;
using Ingester.Simulator.Store;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Publishing;

/// <summary>
/// The roles of the deployment that export, certify, verify, derive, publish and expire allow what these commands request, below the folders that the deployment names, and nothing else.
/// </summary>
public sealed class PublicationRoleTests(MotoServer moto) : IDisposable
{
    private const string BucketArn = "arn:aws:s3:::bucket";
    private const string Prefix = "v1";
    private const string Target = "public";

    private static readonly string[] Segments = ["trades", "agg-trades", "depth"];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-roles-").FullName;
    private readonly ConcurrentQueue<(string Action, string Key)> requests = new();

    [Fact]
    public async Task Roles_allow_exactly_what_their_commands_request()
    {
        await SmallExport.ImportAsync(folder);
        var bucket = await moto.NewBucketAsync();
        using (var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = moto.Url.ToString(), ForcePathStyle = true }))
            foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "data"), "*.gz", SearchOption.AllDirectories))
                await client.PutObjectAsync(new() { BucketName = bucket, Key = $"{Prefix}/{Path.GetRelativePath(Path.Combine(folder, "data"), file)}", FilePath = file });
        await using var kms = await KmsServer.StartAsync();
        await using var proxy = await StartProxyAsync(bucket);
        string[] store = ["--exchange", "binance", "--store", $"s3://{bucket}/{Prefix}", "--set", $"Ingester:Store:S3:ServiceUrl={proxy.Url}", "--set", "Ingester:Store:S3:ForcePathStyle=true", "--set", "Ingester:Store:S3:Region=us-east-1"];

        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS_ENDPOINT_URL_KMS"] = kms.Url };
        string[] key = ["--kms", "alias/certificates"];

        await RunAsync(3, ["export", "--date", SmallExport.Day, .. store]);
        await UploadLargeFileInVainAsync(bucket, proxy, Prefix, "export/large");
        Hold("exporter", ["export"]);
        await RunAsync(3, ["certificate", "create", "--date", SmallExport.Day, .. key, .. store], environment);
        Hold("certifier", ["export", "probe"], ["export/certificates", "probe"], kms.TakeOperations());
        await RunAsync(0, ["certificate", "verify", "--date", SmallExport.Day, .. key, .. store], environment);
        Hold("verifier", [], [], kms.TakeOperations(), read: ["export"]);
        SmallExport.WriteArchive(folder, [1, 2, 3]);
        await RunAsync(0, ["verify", "--against", "binance", SmallExport.Archive, .. key, .. store], environment);
        Hold("witness", ["export"], ["export/witnesses"], kms.TakeOperations());
        await RunAsync(3, ["derive", "--from", $"{SmallExport.Day}T00:00", "--to", $"{SmallExport.Day}T00:04", .. store]);
        Hold("deriver", ["derived", "probe"]);
        using (var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = moto.Url.ToString(), ForcePathStyle = true }))
            await client.PutObjectAsync(new() { BucketName = bucket, Key = $"{Target}/published/2025/10/01/binance_trades.json", ContentBody = "{}" });
        await RunAsync(3, ["publish", "--date", SmallExport.Day, "--to", $"s3://{bucket}/{Target}", "--keep-days", "5", .. store]);
        await UploadLargeFileInVainAsync(bucket, proxy, Target, "published-files/large");
        Hold("publisher", [], [], read: ["export"]);
        await RunAsync(0, ["expire", "--before", "2025-11-01", "--only-certified", "--apply", .. key, .. store], environment);
        Hold("expirer", ["export"], ["coverage"], kms.TakeOperations());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<StoreProxy> StartProxyAsync(string bucket)
    {
        var proxy = await StoreProxy.StartAsync(moto.Url);
        proxy.RequestReceived = (method, path, query) =>
        {
            var key = path.TrimStart('/')[bucket.Length..].TrimStart('/');
            requests.Enqueue((key.Length == 0 ? "s3:ListBucket" : method switch
            {
                "PUT" or "POST" => "s3:PutObject", // a part and the end of an upload need the same permission
                "HEAD" or "GET" => "s3:GetObject",
                "DELETE" when !query.Contains("uploadId", StringComparison.Ordinal) => "s3:DeleteObject",
                "DELETE" when query.Contains("uploadId", StringComparison.Ordinal) => "s3:AbortMultipartUpload",
                _ => $"{method} {path}",
            }, key));
        };
        return proxy;
    }

    private async Task RunAsync(int exit, string[] line, Dictionary<string, string>? environment = null)
    {
        var ended = await EndedCommand.RunAsync(folder, SmallExport.Patience, line, environment);
        Assert.True(ended.Exit == exit, ended.Output + ended.Error);
    }

    /// <summary>A file of several parts of which the store refuses one: the parts that it has are removed.</summary>
    private async Task UploadLargeFileInVainAsync(string bucket, StoreProxy proxy, string prefix, string key)
    {
        var large = Path.Combine(folder, "large");
        await using (var file = File.Create(large))
            file.SetLength((64L << 20) + 1);
        using var store = new S3Store(new() { Bucket = bucket, Prefix = prefix, Region = "us-east-1", ServiceUrl = proxy.Url, ForcePathStyle = true }, TimeProvider.System);
        proxy.AddFault(new() { Kind = StoreFaultKind.Refusal, Status = 412, Method = "PUT" });
        Assert.False(await store.ReplaceAsync(key, large, tag: null, CancellationToken.None));
        proxy.ClearFaults();
    }

    /// <summary>Holds the requests since the last call to a policy.</summary>
    private void Hold(string policy, string[] own, string[]? written = null, IEnumerable<string>? keyOperations = null, string[]? read = null)
    {
        var statements = Read(policy, read ?? [.. RoleTests.Folders(), .. own], written ?? own);
        var used = new SortedSet<string>((keyOperations ?? []).Select(static operation => $"kms:{operation}"), StringComparer.Ordinal);
        while (requests.TryDequeue(out var request))
        {
            used.Add(request.Action);
            var resource = request.Key.Length == 0 ? BucketArn : $"{BucketArn}/{request.Key}";
            Assert.True(statements.Exists(statement => RoleTests.Actions(statement).Contains(request.Action) && Covers(statement.GetProperty("Resource"), resource)), $"{policy} may not {request.Action} {request.Key}");
        }

        Assert.Equal(used, statements.SelectMany(RoleTests.Actions).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private static List<JsonElement> Read(string policy, string[] read, string[] written)
    {
        string Folders(IEnumerable<string> folders) => JsonSerializer.Serialize(folders.Select(name => $"{BucketArn}/{Prefix}/{name}/*"));
        string[] published = [$"{BucketArn}/{Target}/published/*", $"{BucketArn}/{Target}/published-files/*"];
        var text = File.ReadAllText(Path.Combine(RoleTests.Deployment, "policies", policy + ".json.tftpl"))
            .Replace("${jsonencode(read)}", Folders(read), StringComparison.Ordinal)
            .Replace("${jsonencode(concat(read, target_published))}", JsonSerializer.Serialize(read.Select(name => $"{BucketArn}/{Prefix}/{name}/*").Concat(published)), StringComparison.Ordinal)
            .Replace("${jsonencode(target_published)}", JsonSerializer.Serialize(published), StringComparison.Ordinal)
            .Replace("${jsonencode(removed)}", Folders(Segments.Concat(Segments.Select(static name => $"fragments/{name}"))), StringComparison.Ordinal)
            .Replace("${target}", BucketArn, StringComparison.Ordinal)
            .Replace("${target_root}", Target + "/", StringComparison.Ordinal)
            .Replace("${jsonencode(written)}", Folders(written), StringComparison.Ordinal)
            .Replace("${bucket_arn}", BucketArn, StringComparison.Ordinal)
            .Replace("${root}", Prefix + "/", StringComparison.Ordinal);
        return [.. JsonDocument.Parse(text).RootElement.GetProperty("Statement").EnumerateArray()];
    }

    private static bool Covers(JsonElement resource, string arn)
    {
        var patterns = resource.ValueKind == JsonValueKind.Array ? resource.EnumerateArray().Select(static one => one.GetString()!) : [resource.GetString()!];
        return patterns.Any(pattern => pattern.EndsWith('*') ? arn.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == arn);
    }
}
