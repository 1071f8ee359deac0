using System.Text;
using Amazon.S3;
using Ingester.Integration.Tests.Commands;
using Ingester.Simulator.Store;

namespace Ingester.Integration.Tests.Reading;

/// <summary>Every command that reads, through the real S3 client, on a store that fails while it is read: it ends, names what it could not read, and exits with 3.</summary>
public sealed class StoreReadFaultTests(MotoServer moto) : IDisposable
{
    private const string Day = "year=2025/month=10/day=25/";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-read-faults-").FullName;

    public static TheoryData<string> Faults => [.. Catalog.Keys];

    private static Dictionary<string, StoreFault> Catalog { get; } = new(StringComparer.Ordinal)
    {
        ["internal error"] = new() { Kind = StoreFaultKind.Refusal, Status = 500 },
        ["slow down"] = new() { Kind = StoreFaultKind.Refusal, Status = 503 },
        ["reset in the body"] = new() { Kind = StoreFaultKind.ResetInBody },
        ["truncated"] = new() { Kind = StoreFaultKind.TruncatedBody },
        ["wrong length"] = new() { Kind = StoreFaultKind.WrongContentLength },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_reader_reports_unreadable_objects_and_exits_with_3(string fault)
    {
        await using var proxy = await StoreProxy.StartAsync(moto.Url);
        var (store, keys) = await UploadAsync(proxy.Url);
        var (trades, depth, coverage) = (keys.First(key => key.StartsWith("trades/", StringComparison.Ordinal)), keys.First(key => key.StartsWith("depth/", StringComparison.Ordinal)),
            keys.First(key => key.StartsWith("coverage/", StringComparison.Ordinal)));
        foreach (var victim in new[] { trades, depth, coverage })
            proxy.AddFault(Catalog[fault] with { Method = "GET", Path = victim });

        string[] period = ["--from", "2025-10-25", "--to", "2025-10-25T00:04"];
        var results = await Task.WhenAll(
            RunAsync(store, [trades, coverage], ["merge", "binance", "BTC-USDT", .. period]),
            RunAsync(store, [trades, depth, coverage], ["replay", "binance", "BTC-USDT", .. period]),
            RunAsync(store, [trades, depth, coverage], ["audit", .. period, "--verify", "1000"]),
            RunAsync(store, [depth, coverage], ["book", "binance", "BTC-USDT", "--at", "2025-10-25T00:03:30"]),
            RunAsync(store, [coverage], ["repair", "--offline", .. period]));
        Assert.True(results.All(wrong => wrong is null), string.Join("\n\n", results.OfType<string>())); // all of it, where Assert.Null would cut it
    }

    [Fact]
    public async Task Fault_of_one_request_has_no_effect_on_a_reader()
    {
        await using var proxy = await StoreProxy.StartAsync(moto.Url);
        var (store, keys) = await UploadAsync(proxy.Url);
        foreach (var key in keys.Where(key => key.StartsWith("trades/", StringComparison.Ordinal)))
            proxy.AddFault(Catalog["reset in the body"] with { Method = "GET", Path = key, Count = 1 });
        var (exit, output, error) = await RunAsync(store, "merge", "binance", "BTC-USDT", "--from", "2025-10-25T00:01", "--to", "2025-10-25T00:03");
        Assert.True(exit == 0, error);
        Assert.Equal(120, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.True(proxy.FaultedRequests > 0);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Four minutes with a trade and a change of the book a second, and a whole book before them.</summary>
    private async Task<(string[] Store, List<string> Keys)> UploadAsync(Uri address)
    {
        var frames = new StringBuilder();
        for (var id = 1; id <= 240; id++)
        {
            var millis = 1_761_350_400_000 + (id - 1) * 1_000L;
            frames.Append($$$"""
                {{{millis / 1e3:0.000}}}	{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{millis}}},"s":"BTCUSDT","t":{{{id}}},"p":"68123.45","q":"0.0012","T":{{{millis}}},"m":true,"M":true}}
                {{{millis / 1e3:0.000}}}	{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":{{{millis}}},"s":"BTCUSDT","U":{{{id}}},"u":{{{id}}},"b":[["1","2"]],"a":[]}}

                """);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "a.ws.tsv"), frames.ToString());
        var (exit, _, text) = await RunAsync([], "import", "binance", "a.ws.tsv", "--store", "data");
        Assert.True(exit == 0, text);
        var book = Path.Combine(folder, "data", "snapshots", "exchange=binance", "pair=BTC-USDT", Day, "0000_1_a.json.gz");
        Directory.CreateDirectory(Path.GetDirectoryName(book)!);
        await using (var gzip = new System.IO.Compression.GZipStream(File.Create(book), System.IO.Compression.CompressionLevel.Fastest))
            await gzip.WriteAsync("{\"ts\":1761350400000000,\"upto\":1,\"bids\":[[\"1\",\"2\"]],\"asks\":[],\"reason\":\"start\"}\n"u8.ToArray());

        var bucket = await moto.NewBucketAsync();
        using var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = moto.Url.ToString(), ForcePathStyle = true });
        var keys = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "data"), "*.json.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            keys.Add(Path.GetRelativePath(Path.Combine(folder, "data"), file));
            await client.PutObjectAsync(new() { BucketName = bucket, Key = keys[^1], FilePath = file });
        }

        var settings = Path.Combine(folder, "reader.json");
        await File.WriteAllTextAsync(settings, $$"""
            { "Ingester": { "Store": { "S3": { "Bucket": "{{bucket}}", "Region": "us-east-1", "ServiceUrl": "{{address}}", "ForcePathStyle": true } } } }
            """);
        return (["--config", settings, "--store", $"s3://{bucket}"], keys);
    }

    /// <summary>What is wrong with what a command did; null when nothing is.</summary>
    private async Task<string?> RunAsync(string[] store, string[] named, string[] command)
    {
        var (exit, output, error) = await RunAsync(store, command);
        var text = string.Concat((output + error).Where(letter => !char.IsWhiteSpace(letter))); // a narrow screen wraps long names
        var silent = named.Where(key => !text.Contains(key, StringComparison.Ordinal)).ToList();
        return exit == 3 && silent.Count == 0 ? null : $"{string.Join(' ', command)}: exit code {exit}, not named: {string.Join(", ", silent)}\n{output}\n{error}";
    }

    private Task<EndedCommand> RunAsync(string[] store, params string[] command) => EndedCommand.RunAsync(folder, Patience, [.. command, .. store]);
}
