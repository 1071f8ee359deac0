using Amazon.S3;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Publishing;

namespace Ingester.Integration.Tests.Nightly;

/// <summary>The state machine of the deployment, whose tasks are the program against an emulator of S3 and KMS.</summary>
public sealed class NightlyProgramTests(MotoServer moto) : IDisposable
{
    private const int Killed = 137;

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-states-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Day_gets_one_revision_also_after_killed_tasks_and_a_second_one_when_it_was_repaired()
    {
        await SmallExport.ImportAsync(folder);
        var (bucket, place) = (await moto.NewBucketAsync(), await moto.NewBucketAsync());
        using var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = moto.Url.ToString(), ForcePathStyle = true });
        await UploadAsync(client, bucket);
        await using var kms = await KmsServer.StartAsync();
        var environment = new Dictionary<string, string>
        {
            ["INGESTER__STORE__S3__BUCKET"] = bucket,
            ["INGESTER__STORE__S3__SERVICEURL"] = moto.Url.ToString(),
            ["INGESTER__STORE__S3__FORCEPATHSTYLE"] = "true",
            ["INGESTER__STORE__S3__REGION"] = "us-east-1",
            ["INGESTER__EXCHANGES__binance__REST"] = "http://127.0.0.1:9/", // does not answer, so the repair fails, and the day is exported nevertheless
            ["INGESTER__EXCHANGES__binance__MARKETS__0"] = "*",
            ["AWS_ENDPOINT_URL_KMS"] = kms.Url,
        };
        var killed = "";
        var states = new NightlyStates(async (step, command) =>
        {
            var ended = await EndedCommand.RunAsync(folder, SmallExport.Patience, command, environment);
            Assert.True(ended.Exit is 0 or 3 || (step == "repair" && ended.Exit == 1), ended.Output + ended.Error);
            return step == killed ? Killed : ended.Exit;
        })
        {
            ["publish_to"] = $"s3://{place}",
            ["shards"] = new System.Text.Json.Nodes.JsonArray("1/1"),
        };
        foreach (var step in new[] { "export", "certificate" })
        {
            killed = step;
            await Assert.ThrowsAsync<StateFailure>(() => states.RunAsync());
            Assert.Empty(await KeysAsync(client, place, ""));
        }

        killed = "";
        await states.RunAsync();
        Assert.Contains("RepairDegraded", states.Entered);
        Assert.Contains("ReportDegraded", states.Entered);
        var before = (await KeysAsync(client, bucket, "export/certificates/")).Concat(await KeysAsync(client, place, "")).ToList();
        Assert.Equal(["published/2025/10/25/binance_depth.json", "published/2025/10/25/binance_trades.json"], await KeysAsync(client, place, "published/"));
        Assert.Equal(2, before.Count(static key => key.StartsWith("export/certificates/", StringComparison.Ordinal) && key.EndsWith(".r1.dsse.json", StringComparison.Ordinal)));
        Assert.DoesNotContain(before, static key => key.Contains(".r2", StringComparison.Ordinal));

        await SmallExport.ImportAsync(folder, "late", isComplete: true);
        await UploadAsync(client, bucket);
        await states.RunAsync();
        Assert.Contains(await KeysAsync(client, place, "published-files/"), static key => key.Contains("binance_trades.r2/", StringComparison.Ordinal));
        Assert.Empty(before.Where(static key => key.StartsWith("export/", StringComparison.Ordinal)).Except(await KeysAsync(client, bucket, "export/certificates/"))); // the first revision stays
    }

    private async Task UploadAsync(AmazonS3Client client, string bucket)
    {
        var stored = (await KeysAsync(client, bucket, "")).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "data"), "*.gz", SearchOption.AllDirectories))
            if (Path.GetRelativePath(Path.Combine(folder, "data"), file) is var key && stored.Add(key))
                await client.PutObjectAsync(new() { BucketName = bucket, Key = key, FilePath = file });
    }

    private static async Task<List<string>> KeysAsync(AmazonS3Client client, string bucket, string prefix)
    {
        var keys = new List<string>();
        await foreach (var found in client.Paginators.ListObjectsV2(new() { BucketName = bucket, Prefix = prefix }).S3Objects)
            keys.Add(found.Key);
        return keys;
    }
}
