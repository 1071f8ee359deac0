using System.Collections.Concurrent;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Schemas;
using Ingester.Integration.Tests.Telemetry;
using Ingester.Simulator.DataExchange;

namespace Ingester.Integration.Tests.Publishing.DataExchange;

/// <summary><c>ingester publish --to dataexchange</c> and <c>publish revoke</c> as processes, with an S3 emulator and the simulated service.</summary>
public sealed class DataExchangeCommandTests(MotoServer moto) : IDisposable
{
    private const string Settings = "Ingester:DataExchange";
    private static readonly string[] Operator = ["RevokeRevision"];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-dataexchange-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Certified_day_in_a_bucket_is_published_replaced_and_revoked_with_the_permissions_of_the_deployment()
    {
        await SmallExport.CreateAsync(folder);
        await ExpectAsync(0, ["certificate", "key", "signing.pem"]);
        await ExpectAsync(3, ["certificate", "create", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pem"]);
        var bucket = await moto.NewBucketAsync();
        using var s3 = new AmazonS3Client(new AmazonS3Config { ServiceURL = moto.Url.ToString(), ForcePathStyle = true });
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "data", "export"), "*", SearchOption.AllDirectories))
            await s3.PutObjectAsync(new() { BucketName = bucket, Key = $"v1/{Path.GetRelativePath(Path.Combine(folder, "data"), file)}", FilePath = file });
        await using var server = await DataExchangeServer.StartAsync([DataExchangeRig.DataSet], (name, key) => SizeAsync(s3, name, key), TimeProvider.System);
        var problems = new ConcurrentQueue<string?>();
        server.Examine = call => ApiModel.Installed?.FindRequestError(call);
        server.Executed = call =>
        {
            problems.Enqueue(call.Operation.Length == 0 ? call.Operation : ApiModel.Installed?.FindResponseError(call));
            return Task.CompletedTask;
        };
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS_ENDPOINT_URL_DATAEXCHANGE"] = server.Url.ToString() };
        string[] common =
        [
            "--date", SmallExport.Day, "--store", $"s3://{bucket}/v1", "--set", $"Ingester:Store:S3:ServiceUrl={moto.Url}", "--set", "Ingester:Store:S3:ForcePathStyle=true", "--set", "Ingester:Store:S3:Region=us-east-1",
            "--set", $"{Settings}:DataSets:binance:trades={DataExchangeRig.DataSet}", "--set", $"{Settings}:PollInterval=00:00:00.010",
        ];

        var published = await ExpectAsync(3, ["publish", "--to", "dataexchange", .. common, "--json"], environment); // four minutes of a day are degraded
        PublishedSchema.Validate("publish-dataexchange-1", published.Output);
        var revision = Assert.Single(server.Revisions);
        Assert.True(revision.IsFinalized);
        using (var json = JsonDocument.Parse(published.Output))
            Assert.Equal((revision.Id, revision.Assets.Count), (json.RootElement.GetProperty("published")[0].GetProperty("revisionId").GetString(), json.RootElement.GetProperty("published")[0].GetProperty("assets").GetInt32()));
        Assert.Contains(revision.Assets, static asset => asset.Name == $"v1/{SmallExport.Csv}");
        Assert.Contains(revision.Assets, static asset => asset.Name.EndsWith("_trades.r1.dsse.json", StringComparison.Ordinal));
        Assert.All(revision.Assets, static asset => Assert.StartsWith("v1/export/", asset.Name, StringComparison.Ordinal));
        Assert.Contains($"already published, revision {revision.Id}, degraded, ", (await ExpectAsync(3, ["publish", "--to", "dataexchange", .. common], environment)).Output, StringComparison.Ordinal);
        var nightly = Operations(server);

        var revoked = await ExpectAsync(0, ["publish", "revoke", .. common, "--exchange", "binance", "--comment", "The prices are wrong.", "--json"], environment);
        PublishedSchema.Validate("publish-revoke-1", revoked.Output);
        Assert.Equal("The prices are wrong.", revision.RevocationComment);
        Assert.Contains("was withdrawn", (await ExpectAsync(1, ["publish", "--to", "dataexchange", .. common], environment)).Error, StringComparison.Ordinal);
        Assert.Equal(Operator, Operations(server).Except(nightly));
        Assert.All(problems, Assert.Null);
        HoldPolicy(nightly);
    }

    [Fact]
    public async Task Wrong_configuration_and_arguments_are_told_in_sentences()
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        string[] start = ["publish", "--to", "dataexchange", "--date", "2025-10-25", "--store", "data"];
        string[] named = ["--set", $"{Settings}:DataSets:binance:trades={DataExchangeRig.DataSet}"];
        await TellsAsync(start, "No data set is configured. Name the data set of each exchange and dataset, such as Ingester:DataExchange:DataSets:binance:trades=0123456789abcdef0123456789abcdef.");
        await TellsAsync([.. start, .. named], "AWS Data Exchange imports files from a bucket, and the store is the directory ");
        await TellsAsync([.. start, .. named, "--exchange", "kraken"], "--exchange and --dataset select none of the configured data sources: binance trades.");
        await TellsAsync([.. start, .. named, "--keep-days", "3"], "--keep-days removes published copies from a directory or a bucket.");
        await TellsAsync([.. start, "--set", $"{Settings}:DataSets:binance:trades=short"], "\"short\" is not the id of a data set, which has 30 to 40 letters and digits.");
        await TellsAsync([.. start, "--set", $"{Settings}:DataSets:nowhere:trades={DataExchangeRig.DataSet}"], "DataSets:nowhere: unknown exchange.");
        await TellsAsync([.. start, "--set", $"{Settings}:DataSets:binance:quotes={DataExchangeRig.DataSet}"], "DataSets:binance:quotes: unknown dataset. Available: trades");
        await TellsAsync([.. start, .. named, "--set", $"{Settings}:DataSets:kraken:trades={DataExchangeRig.DataSet}"], $"DataSets: {DataExchangeRig.DataSet} is the data set of several data sources");
        string[] revoke = ["publish", "revoke", "--date", "2025-10-25", .. named];
        await TellsAsync([.. revoke, "--exchange", "binance", "--comment", "short"], "--comment must have 10 to 512 characters, and has 5.");
        await TellsAsync([.. revoke, "--comment", "The prices are wrong."], "Give --exchange: a day is withdrawn from named exchanges only.");
    }

    private static async Task<long?> SizeAsync(AmazonS3Client s3, string bucket, string key)
    {
        try
        {
            return (await s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key })).ContentLength;
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static List<string> Operations(DataExchangeServer server) => [.. server.Calls.Select(static call => call.Operation).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// The role of the deployment allows each operation of a nightly run. It also allows what a run needs only after an interruption or for subscribers, and what the service itself checks for these
    /// operations; it does not allow to revoke.
    /// </summary>
    private static void HoldPolicy(List<string> used)
    {
        using var policy = JsonDocument.Parse(File.ReadAllText(Path.Combine(RoleTests.Deployment, "policies", "dataexchange.json.tftpl"))
            .Replace("${jsonencode(data_sets)}", "[]", StringComparison.Ordinal).Replace("${jsonencode(revisions)}", "[]", StringComparison.Ordinal));
        var allowed = policy.RootElement.GetProperty("Statement").EnumerateArray().SelectMany(RoleTests.Actions).Where(static action => action.StartsWith("dataexchange:", StringComparison.Ordinal)).Select(static action => action["dataexchange:".Length..]);
        Assert.Equal(used.Concat(["CancelJob", "SendDataSetNotification", "CreateAsset", "PublishDataSet", "PublishToDataGrant"]).Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    private async Task<EndedCommand> ExpectAsync(int exit, string[] line, Dictionary<string, string>? environment = null)
    {
        var ended = await EndedCommand.RunAsync(folder, SmallExport.Patience, line, environment);
        Assert.True(ended.Exit == exit, ended.Output + ended.Error);
        return ended;
    }

    private async Task TellsAsync(string[] line, string sentence) => Assert.Contains(sentence, (await ExpectAsync(2, line)).Error, StringComparison.Ordinal);
}
