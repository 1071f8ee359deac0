using System.Net;
using System.Net.Http.Headers;
using Ingester.Integration.Tests.Commands;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Integration.Tests.Publishing;

/// <summary>The commands <c>export</c> and <c>serve</c>: their command lines, a bucket as the target, and what clients of the files get.</summary>
public sealed class ExportCommandTests(MotoServer moto) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-export-command-").FullName;

    [Theory]
    [InlineData("export --date someday", 2, "is not a day, such as 2026-11-20")]
    [InlineData("export", 2, "--date")]
    [InlineData("export --date 2025-10-25 --shard 0/4", 2, "is not a shard")]
    [InlineData("export --date 2025-10-25 --shard 5/4", 2, "is not a shard")]
    [InlineData("export --date 2025-10-25 --format xml", 2, "is not a format")]
    [InlineData("export --date 2025-10-25 --exchange nasdaq", 2, "Unknown exchange 'nasdaq'")]
    [InlineData("export --date 2025-10-25 --store nowhere", 2, "The directory nowhere does not exist")]
    [InlineData("export --date 2025-10-25 --store . --to ftp://x", 2, "is not a store")]
    [InlineData("export --date yesterday --store .", 1, "The store has nothing of ")]
    [InlineData("export --date 2025-10-25 --store .", 1, "The store has nothing of 2025-10-25")]
    [InlineData("serve --store .", 2, "serve requires --exports")]
    [InlineData("export --help", 0, "--numbers")]
    public async Task Command_line_errors_have_a_message_and_an_exit_code(string line, int exit, string words)
    {
        var ended = await EndedCommand.RunAsync(folder, Patience, line.Split(' '));
        Assert.Contains(words, ended.Output + ended.Error, StringComparison.Ordinal);
        Assert.Equal(exit, ended.Exit);
    }

    [Fact]
    public async Task Day_in_a_bucket_is_exported_into_it_twice_and_served()
    {
        var bucket = await moto.NewBucketAsync();
        var address = $"s3://{bucket}/md";
        string[] settings = ["--store", address, "--set", $"Ingester:Store:S3:ServiceUrl={moto.Url}", "--set", "Ingester:Store:S3:ForcePathStyle=true", "--set", "Ingester:Store:S3:Region=us-east-1"];
        using var store = new S3Store(new() { Bucket = bucket, Prefix = "md", Region = "us-east-1", ServiceUrl = moto.Url, ForcePathStyle = true }, TimeProvider.System);
        await PutAsync(store, minute: 0);
        string[] line = ["export", "--date", "2025-10-25", "--exchange", "binance", .. settings];
        var first = await EndedCommand.RunAsync(folder, Patience, line);
        Assert.True(first.Exit == 3, first.Output + first.Error); // nothing proves what was recorded around that minute
        Assert.Contains("trades/binance/BTC-USDT: revision 1, 2 events, 2 files", first.Output, StringComparison.Ordinal);
        await PutAsync(store, minute: 1);
        Assert.Contains("revision 2, 4 events", (await EndedCommand.RunAsync(folder, Patience, line)).Output, StringComparison.Ordinal);
        Assert.NotNull(await store.HeadAsync("export/superseded/r1/csv/binance/trades/2025/10/25/BTC-USDT.csv.gz", CancellationToken.None));

        using var server = new RunningCommand(new Dictionary<string, string>(), ["serve", "--exports", "--listen", "http://127.0.0.1:0", .. settings]);
        using var patience = new CancellationTokenSource(Patience);
        var at = await server.WaitForWordAfterAsync("Serving exported files at ", patience.Token);
        using var http = new HttpClient { BaseAddress = new(at.Replace("/v1/", "/", StringComparison.Ordinal)) };
        var whole = await http.GetByteArrayAsync("/v1/binance/trades/2025/10/25/BTC-USDT.csv.gz", patience.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/binance/trades/2025/10/25/BTC-USDT.csv.gz") { Headers = { Range = new RangeHeaderValue(5, 20) } };
        using var part = await http.SendAsync(request, patience.Token);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(whole[5..21], await part.Content.ReadAsByteArrayAsync(patience.Token));
        using var missing = await http.GetAsync(new Uri("/v1/binance/trades/2025/10/26/BTC-USDT.csv.gz", UriKind.Relative), patience.Token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("ingester export --date 2025-10-26", await missing.Content.ReadAsStringAsync(patience.Token), StringComparison.Ordinal);
        foreach (var wrong in new[] { "/v1/binance/trades/2025/13/26/BTC-USDT.csv.gz", "/v1/x", "/", "/v1/binance/trades/2025/10/25/..%2f..%2fx.csv.gz" })
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(wrong, UriKind.Relative), patience.Token)).StatusCode);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task PutAsync(S3Store store, int minute)
    {
        var (first, micros) = (minute * 2 + 1, SegmentSample.Midnight + minute * 60_000_000L);
        var text = string.Concat(Enumerable.Range(0, 2).Select(i => $"{{\"id\":\"{first + i}\",\"ts\":{micros + i},\"side\":\"buy\",\"price\":\"1.50\",\"size\":\"2\"}}\n"));
        using var rows = SegmentSample.Rows(text);
        using var packed = RowCompression.Compress(rows, 3);
        await store.PutAsync($"trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/00{minute:00}-1m_{first - 1}_{first + 1}.json.gz", packed, new(RowCompression.Hash(rows), 2, "2"), CancellationToken.None);
    }
}
