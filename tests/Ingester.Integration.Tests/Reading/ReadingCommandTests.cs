using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Integration.Tests.Commands;
using Ingester.Reading;
using Ingester.Replaying;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Reading;

/// <summary>The commands that read, on what an import of a small recording stored.</summary>
public sealed class ReadingCommandTests(MotoServer moto) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-reading-").FullName;

    [Theory]
    [InlineData("merge binance BTC-USDT --from someday --to 2025-10-25", 2, "is not a date and time")]
    [InlineData("merge binance BTC-USDT --from 2025-10-25 --to 2025-10-26 --dataset candles", 2, "candles")]
    [InlineData("merge nasdaq BTC-USDT --from 2025-10-25 --to 2025-10-26 --store .", 2, "Unknown exchange 'nasdaq'")]
    [InlineData("audit --from 2025-10-25 --to 2025-10-26 --store nowhere", 2, "The directory nowhere does not exist")]
    [InlineData("book binance BTC-USDT --at 2025-10-25 --levels 0", 2, "at least 1")]
    [InlineData("book binance BTC-USDT --at 2025-10-25 --store .", 2, "The store holds no depth of binance")]
    [InlineData("audit --from 2025-10-25 --to 2025-10-26 --pair BTC-USDT --store .", 2, "The store holds no market BTC-USDT")]
    [InlineData("merge binance BTC-USDT --from 2025-10-26 --to 2025-10-25 --store .", 2, "--from must come before --to")]
    [InlineData("replay binance BTC-USDT --from 2025-10-26 --to 2025-10-26 --store .", 2, "--from must come before --to")]
    [InlineData("merge binance BTC-USDT --from 2025-10-25 --to 2025-10-26 --store .", 2, "The store holds no trades of binance")]
    [InlineData("audit --from 2025-10-25 --store .", 2, "Either --from and --to or --last is required")]
    [InlineData("audit --last 3x --store .", 2, "is not a duration")]
    [InlineData("repair --from 2025-10-25 --to 2025-10-26 --every 10m --store .", 2, "--every requires --last")]
    [InlineData("repair --last 1h --offline --store .", 0, "0 windows repaired")]
    [InlineData("replay binance --from 2025-10-25 --to 2025-10-26", 2, "PAIR")]
    [InlineData("replay --help", 0, "--serve")]
    public async Task Command_line_errors_have_a_message_and_an_exit_code(string line, int exit, string words)
    {
        var (code, output, error) = await RunAsync(line.Split(' '));
        Assert.Contains(words, output + error, StringComparison.Ordinal);
        Assert.Equal(exit, code);
        Assert.DoesNotContain("   at Ingester", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bucket_is_read_with_the_settings_of_the_recorder()
    {
        var (bucket, file) = (await moto.NewBucketAsync(), Path.Combine(folder, "recorder.json"));
        await File.WriteAllTextAsync(file, $$"""
            { "Ingester": { "Store": { "S3": { "Bucket": "elsewhere", "Region": "us-east-1", "ServiceUrl": "{{moto.Url}}", "ForcePathStyle": true } } } }
            """);
        string[] line = ["audit", "--from", "2025-10-25", "--to", "2025-10-26"];
        var (code, output, error) = await RunAsync([.. line, "--config", file, "--store", $"s3://{bucket}/some/prefix"]);
        Assert.Equal(1, code); // an empty prefix is no proof that nothing is missing
        Assert.Contains("0 streams", output, StringComparison.Ordinal);
        Assert.Contains("Nothing was audited", error, StringComparison.Ordinal);
        var (without, _, missing) = await RunAsync([.. line, "--config", file]);
        Assert.Equal(1, without); // the store refuses
        Assert.Contains("elsewhere", missing, StringComparison.Ordinal);
        var (wrong, _, words) = await RunAsync([.. line, "--set", "Ingester:Stores:Directory=x"]);
        Assert.Equal(2, wrong);
        Assert.Contains("Ingester:Stores", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stored_rows_are_returned_unchanged_and_missing_data_is_reported()
    {
        await ImportAsync(lost: 95);
        var (code, output, error) = await RunAsync("merge", "binance", "BTC-USDT", "--from", "2025-10-25", "--to", "2025-10-26", "--store", "data");
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(239, rows.Length);
        Assert.Equal("""{"id":"1","ts":1761350400000000,"side":"sell","price":"68123.45","size":"0.0012"}""", rows[0]);
        Assert.Contains("(94, 95] is missing before 2025-10-25 00:01:35.000000", error, StringComparison.Ordinal);
        Assert.Contains("missing from 2025-10-25 00:04:00.000000 to 2025-10-26 00:00:00.000000", error, StringComparison.Ordinal);
        Assert.Equal(3, code);

        var (audited, report, _) = await RunAsync("audit", "--from", "2025-10-25T00:01", "--to", "2025-10-25T00:03", "--store", "data", "--json", "--dataset", "trades");
        Assert.Equal(1, audited);
        var json = JsonDocument.Parse(report).RootElement;
        Assert.Equal((1, 1), (json.GetProperty("complete").GetInt32(), json.GetProperty("partial").GetInt32()));
        Assert.Equal((94, 95), (MissingId(json, "after"), MissingId(json, "upTo")));
        var (_, text, _) = await RunAsync("audit", "--from", "2025-10-25T00:01", "--to", "2025-10-25T00:03", "--store", "data", "--dataset", "trades", "--verify", "9");
        var words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("(94, 95] is missing between 2025-10-25 00:01:33.000000 and 2025-10-25 00:01:35.000000", words, StringComparison.Ordinal);
        Assert.Contains("partial from 2025-10-25 00:01:00.000000 to 2025-10-25 00:02:00.000000 (1 window)", words, StringComparison.Ordinal);
        Assert.Contains("3 objects were opened, 0 failed a check", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_market_is_rejected_with_similar_names()
    {
        await ImportAsync(lost: 0);
        string[] period = ["--from", "2025-10-25", "--to", "2025-10-26"];
        foreach (var command in new string[][]
        {
            ["merge", "binance", "BTC-USD", .. period], ["replay", "binance", "BTC-USD", .. period], ["book", "binance", "BTC-USD", "--at", "2025-10-25T00:02"],
            ["audit", "--pair", "BTC-USD", .. period], ["repair", "--offline", "--exchange", "binance", "--pair", "BTC-USD", .. period],
        })
        {
            var (code, output, error) = await RunAsync([.. command, "--store", "data"]);
            Assert.Equal(2, code);
            Assert.Contains("BTC-USDT", error, StringComparison.Ordinal);
            Assert.Empty(output);
        }
    }

    [Fact]
    public async Task Changed_object_of_a_directory_is_reported_by_every_reader_and_none_of_its_rows_is_used()
    {
        await ImportAsync(lost: 0);
        var victim = Directory.EnumerateFiles(Path.Combine(folder, "data", "trades"), "*.json.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        string text;
        using (var packed = new StreamReader(new GZipStream(File.OpenRead(victim), CompressionMode.Decompress)))
            text = await packed.ReadToEndAsync();
        await using (var gzip = new GZipStream(File.Create(victim), CompressionLevel.Fastest))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(text.Replace("68123.45", "68123.46", StringComparison.Ordinal)));

        string[] period = ["--from", "2025-10-25T00:01", "--to", "2025-10-25T00:03", "--store", "data", "--dataset", "trades"];
        var (exitCode, rows, reported) = await RunAsync(["merge", "binance", "BTC-USDT", .. period]);
        Assert.Equal(3, exitCode);
        Assert.Contains(Path.GetFileName(victim), reported, StringComparison.Ordinal);
        Assert.DoesNotContain("68123.46", rows, StringComparison.Ordinal);
        var (replayed, _, also) = await RunAsync(["replay", "binance", "BTC-USDT", .. period]);
        Assert.Equal(3, replayed);
        Assert.Contains(Path.GetFileName(victim), also, StringComparison.Ordinal);
        var (audited, report, _) = await RunAsync(["audit", .. period, "--verify", "100", "--json"]);
        Assert.Equal(1, audited);
        Assert.Contains(Path.GetFileName(victim), JsonDocument.Parse(report).RootElement.GetProperty("broken")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_merges_streams_and_states_the_stream_of_each_row()
    {
        await ImportAsync(lost: 0);
        var (code, output, _) = await RunAsync("replay", "binance", "BTC-USDT", "--from", "2025-10-25T00:01", "--to", "2025-10-25T00:03", "--store", "data");
        Assert.Equal(0, code);
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => JsonDocument.Parse(row).RootElement).ToList();
        Assert.Equal(240, rows.Count);
        var times = rows.Select(row => row.GetProperty("row").GetProperty("ts").GetInt64()).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(["depth", "trades"], rows.Select(row => row.GetProperty("dataset").GetString()!).Distinct().Order());
    }

    [Fact]
    public async Task Replay_server_sends_every_client_the_complete_replay()
    {
        await ImportAsync(lost: 0);
        using var archive = new MarketArchive(new StoreOptions { Directory = Path.Combine(folder, "data") });
        using var stop = new CancellationTokenSource(Patience);
        var begin = new DateTimeOffset(2025, 10, 25, 0, 1, 0, TimeSpan.Zero);
        var server = new ReplayServer(cancel => archive.ReadEventsAsync([new(Dataset.Trades, "binance", "BTC-USDT")], begin, begin.AddMinutes(2), cancel), speed: 1);
        var address = new TaskCompletionSource<string>();
        var serving = server.RunAsync(new("http://127.0.0.1:0"), address.SetResult, stop.Token);
        var socket = await address.Task.WaitAsync(Patience);
        var clients = await Task.WhenAll(ReadAsync(socket + "/?speed=0", stop.Token), ReadAsync(socket + "/?speed=100000", stop.Token));
        Assert.All(clients, lines => Assert.Equal(120, lines.Count));
        Assert.Equal(clients[0], clients[1]);
        Assert.Contains("\"row\":{\"id\":\"61\"", clients[0][0], StringComparison.Ordinal);
        await Assert.ThrowsAsync<WebSocketException>(() => ReadAsync(socket + "/?speed=fast", stop.Token));
        await stop.CancelAsync();
        await serving.WaitAsync(Patience);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static int MissingId(JsonElement report, string name) => report.GetProperty("streams")[0].GetProperty("missingIds")[0].GetProperty(name).GetInt32();

    private static async Task<List<string>> ReadAsync(string address, CancellationToken cancel)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new(address), cancel);
        var lines = new List<string>();
        var buffer = new byte[1 << 16];
        while (await socket.ReceiveAsync(buffer, cancel) is { MessageType: not WebSocketMessageType.Close } message)
            lines.Add(Encoding.UTF8.GetString(buffer, 0, message.Count));
        return lines;
    }

    /// <summary>Four minutes with a trade and a change of the book a second, but for one trade.</summary>
    private async Task ImportAsync(int lost)
    {
        var frames = new StringBuilder();
        for (var id = 1; id <= 240; id++)
        {
            var millis = 1_761_350_400_000 + (id - 1) * 1_000L;
            if (id != lost)
                frames.Append($$$"""
                    {{{millis / 1e3:0.000}}}	{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{millis}}},"s":"BTCUSDT","t":{{{id}}},"p":"68123.45","q":"0.0012","T":{{{millis}}},"m":true,"M":true}}

                    """);
            frames.Append($$$"""
                {{{millis / 1e3:0.000}}}	{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":{{{millis}}},"s":"BTCUSDT","U":{{{id}}},"u":{{{id}}},"b":[["1","2"]],"a":[]}}

                """);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "a.ws.tsv"), frames.ToString());
        var (code, _, error) = await RunAsync("import", "binance", "a.ws.tsv", "--store", "data");
        Assert.True(code == 0, error);
    }

    private Task<EndedCommand> RunAsync(params string[] arguments) => EndedCommand.RunAsync(folder, Patience, arguments);
}
