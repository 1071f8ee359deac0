using System.IO.Compression;
using System.Text;
using Ingester.Integration.Tests.Storage;
using Ingester.Simulator.Store;
using Ingester.Storage.Stores;
using Ingester.Testing.Importing;

namespace Ingester.Integration.Tests.Commands;

/// <summary>The import as a batch program: what it waits for, how it ends, and with which exit code.</summary>
public sealed class ImportCommandTests(MotoServer moto) : IAsyncLifetime
{
    private const long Began = 1_700_000_100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Dictionary<string, string> NoEnvironment = [];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-import-").FullName;
    private readonly CancellationTokenSource patience = new(Patience);
    private StoreProxy? proxy;
    private string bucket = "";

    private CancellationToken Cancel => patience.Token;

    private string Directories => Path.Combine(folder, "store");

    public async ValueTask InitializeAsync()
    {
        bucket = await moto.NewBucketAsync();
        proxy = await StoreProxy.StartAsync(moto.Url);
    }

    public async ValueTask DisposeAsync()
    {
        if (proxy is not null)
            await proxy.DisposeAsync();
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(503)]
    public async Task Store_that_fails_is_waited_for_in_words_and_a_signal_ends_the_wait(int status)
    {
        proxy!.Refuse(status, "/trades/");
        using var import = Import(Trades(200), ToProxy());
        await import.WaitUntilItSaysAsync("Waiting for the store for ", Cancel);
        Assert.Contains($"{status}", import.Said, StringComparison.Ordinal);
        import.Stop();
        Assert.Equal(1, await import.WhenEndedAsync(Cancel));
        Assert.Contains("Import the same files again to store them.", import.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hanging_store_does_not_keep_it_from_ending()
    {
        proxy!.Hang();
        using var import = Import(Trades(200), ToProxy());
        await import.WaitUntilItSaysAsync("Waiting for the store for ", Cancel);
        import.Stop();
        Assert.Equal(1, await import.WhenEndedAsync(Cancel));
    }

    [Theory]
    [InlineData(501, "/trades/", "does not support the request (501")]
    [InlineData(403, "/trades/", "No permission to write")]
    [InlineData(404, null, "does not exist")]
    public async Task Store_that_refuses_ends_it_with_a_sentence(int status, string? path, string words)
    {
        proxy!.Refuse(status, path);
        using var import = Import(Trades(200), ToProxy());
        Assert.Equal(1, await import.WhenEndedAsync(Cancel));
        Assert.Contains(words, import.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", import.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recovered_store_receives_five_thousand_streams_with_one_trade_each()
    {
        await using var target = await SmallS3.StartAsync(replaces: false);
        await using var late = await StoreProxy.StartAsync(target.Url);
        late.Refuse(503, "/trades/");
        var frames = Enumerable.Range(0, 5_000).Select(market => Timed(Began, ImportFrames.Trade($"M{market}USDT", 7, Began * 1_000_000)));
        using var import = Import(Write("many.ws.tsv", frames), S3("some", late.Url));
        await import.WaitUntilItSaysAsync("Waiting for the store for ", Cancel);
        late.ClearFaults();
        Assert.Equal(0, await import.WhenEndedAsync(Cancel));
        Assert.Equal(5_000, target.Objects.Count(path => path.StartsWith("/some/fragments/trades/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Store_that_replaces_objects_is_refused_by_record_import_and_repair()
    {
        await using var careless = await SmallS3.StartAsync(replaces: true);
        string[] address = [.. S3("careless", careless.Url)];
        foreach (var command in new string[][]
        {
            ["import", "binance", Trades(10), .. address],
            ["record", "--exchange", "binance=BTC-USDT", "--set", "Ingester:Status:Listen=", .. address],
            ["repair", "--offline", "--from", "2026-11-20", "--to", "2026-11-21", .. address],
        })
        {
            var before = careless.Writes;
            using var refused = new RunningCommand(NoEnvironment, command);
            Assert.Equal(1, await refused.WhenEndedAsync(Cancel));
            Assert.Contains($"The bucket 'careless' at {careless.Url.GetLeftPart(UriPartial.Authority)} ignores If-None-Match", refused.Said, StringComparison.Ordinal);
            Assert.Equal(2, careless.Writes - before);
        }
    }

    [Fact]
    public async Task Quarantined_frames_are_exit_code_1_unless_they_are_allowed()
    {
        var path = Write("bad.ws.tsv", Enumerable.Range(0, 170).Select(n => Timed(Began + n, "garbage")));
        using var import = Import(path, ["--store", Directories]);
        Assert.Equal(1, await import.WhenEndedAsync(Cancel));
        Assert.Contains("170 of 170 frames were quarantined", import.Said, StringComparison.Ordinal);
        using var allowed = Import(path, ["--store", Directories, "--allow-quarantine"]);
        Assert.Equal(0, await allowed.WhenEndedAsync(Cancel));
    }

    [Fact]
    public async Task Raw_capture_is_imported_from_the_store_itself_and_messages_that_it_lacks_are_exit_code_3()
    {
        var key = "raw/exchange=binance/year=2023/month=11/day=14/2215_a_1.ws.tsv";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Directories, key))!);
        var frames = Enumerable.Range(0, 200).Select(n => $"{Began + n}.000000\t1\tt\t{ImportFrames.Trade("BTCUSDT", n, (Began + n) * 1_000_000)}").ToList();
        await WriteCompressedAsync(Path.Combine(Directories, key + ".gz"), frames);
        using var import = Import("raw/exchange=binance/year=2023", ["--store", Directories]);
        Assert.Equal(0, await import.WhenEndedAsync(Cancel));
        Assert.Contains("200 frames", import.Said, StringComparison.Ordinal);
        await WriteCompressedAsync(Path.Combine(Directories, key + ".gz"), [.. frames, $"{Began + 200}.000000\t1\td\t7"]);
        using var incomplete = Import("raw/exchange=binance/", ["--store", Directories]);
        Assert.Equal(3, await incomplete.WhenEndedAsync(Cancel));
        Assert.Contains("7 messages are missing from the recording", incomplete.Said, StringComparison.Ordinal);
        using var nothing = Import("raw/exchange=binance/year=2024", ["--store", Directories]);
        Assert.Equal(2, await nothing.WhenEndedAsync(Cancel));
        Assert.Contains("The store holds no raw capture under raw/exchange=binance/year=2024.", nothing.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Divergence_is_exit_code_1()
    {
        using var first = Import(Trades(200), ["--store", Directories]);
        Assert.Equal(0, await first.WhenEndedAsync(Cancel));
        var other = Write("other.ws.tsv", File.ReadLines(Trades(200)).Select(line => line.Replace("\"p\":\"100.00\"", "\"p\":\"100.01\"", StringComparison.Ordinal)));
        using var second = Import(other, ["--store", Directories, "--allow-quarantine"]);
        Assert.Equal(1, await second.WhenEndedAsync(Cancel));
        Assert.Contains("objects differ from stored objects of the same name", second.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_from_a_file_the_environment_and_the_command_line()
    {
        var config = Write("settings.json", ["{ \"Ingester\": { \"Store\": { \"S3\": { \"Bucket\": \"" + bucket + "\", \"ForcePathStyle\": true } }, \"Segments\": { \"Windows\": [ { \"Minutes\": 5 } ] } } }"]);
        var environment = new Dictionary<string, string> { ["INGESTER__STORE__S3__SERVICEURL"] = moto.Url.ToString(), ["INGESTER__STORE__S3__REGION"] = "us-east-1" };
        using var import = new RunningCommand(environment, "import", "binance", Trades(1_000), "--config", config, "--set", "Ingester:Store:S3:Prefix=v9");
        Assert.Equal(0, await import.WhenEndedAsync(Cancel));
        using var direct = new S3Store(new() { Bucket = bucket, Region = "us-east-1", ServiceUrl = moto.Url, ForcePathStyle = true }, TimeProvider.System);
        var keys = await direct.ListAsync("v9/trades/", Cancel).Select(listed => listed.Key).ToListAsync(Cancel);
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Contains("-5m_", key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bucket_of_the_command_line_completes_the_settings_of_the_environment()
    {
        var environment = new Dictionary<string, string>
        {
            ["INGESTER__STORE__S3__SERVICEURL"] = moto.Url.ToString(),
            ["INGESTER__STORE__S3__REGION"] = "us-east-1",
            ["INGESTER__STORE__S3__FORCEPATHSTYLE"] = "true",
        };
        using var import = new RunningCommand(environment, "import", "binance", Trades(100), "--store", $"s3://{bucket}/v2");
        Assert.Equal((0, ""), (await import.WhenEndedAsync(Cancel), import.Said.Contains("wrong", StringComparison.Ordinal) ? import.Said : ""));
    }

    [Fact]
    public async Task Setting_that_does_not_exist_is_exit_code_2()
    {
        using var import = Import(Trades(10), ["--store", Directories, "--set", "Ingester:Segments:Holt=1"]);
        Assert.Equal(2, await import.WhenEndedAsync(Cancel));
        Assert.Contains("Ingester:Segments:Holt", import.Said, StringComparison.Ordinal);
    }

    private static string Timed(long second, string frame) => $"{second}.000000\t{frame}";

    private static IEnumerable<string> S3(string name, Uri address) =>
    [
        "--set", $"Ingester:Store:S3:Bucket={name}", "--set", $"Ingester:Store:S3:ServiceUrl={address}", "--set", "Ingester:Store:S3:ForcePathStyle=true",
        "--set", "Ingester:Store:S3:Region=us-east-1", "--set", "Ingester:Store:S3:Timeout=00:00:02",
    ];

    private static RunningCommand Import(string path, IEnumerable<string> more) => new(NoEnvironment, ["import", "binance", path, .. more]);

    private IEnumerable<string> ToProxy() => S3(bucket, proxy!.Url);

    private string Trades(int count) => Write("trades.ws.tsv", Enumerable.Range(0, count).Select(n => Timed(Began + n, ImportFrames.Trade("BTCUSDT", n, (Began + n) * 1_000_000))));

    private static async Task WriteCompressedAsync(string path, IEnumerable<string> lines)
    {
        await using var file = new GZipStream(File.Create(path), CompressionMode.Compress);
        await file.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
    }

    private string Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllLines(path, lines.ToList());
        return path;
    }
}
