using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Integration.Tests.Schemas;
using Ingester.Simulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Ingester.Integration.Tests.Commands;

/// <summary>The program as a user meets it: what it prints and which exit code it ends with.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-commands-").FullName;

    [Theory]
    [InlineData("record --help", 0, "--exchange")]
    [InlineData("import --help", 0, "--markets")]
    [InlineData("demo --help", 0, "--seconds")]
    [InlineData("simulate --help", 0, "_control/drop")]
    [InlineData("--help", 0, "Exit codes")]
    [InlineData("exchanges --help", 0, "--json")]
    [InlineData("exchanges", 0, "binance-futures")]
    [InlineData("exchanges binance", 2, "Unrecognized command or argument 'binance'")]
    [InlineData("check --help", 0, "--endpoint")]
    [InlineData("check nasdaq", 2, "Unknown exchange 'nasdaq'")]
    [InlineData("check binance --minutes 0", 2, "--minutes must be between 0.1 and 1440")]
    [InlineData("check binance --endpoint ftp://x", 2, "--endpoint ftp://x is not a URL")]
    [InlineData("check binance --output /proc/none", 2, "cannot be created")]
    [InlineData("check kraken --endpoint http://127.0.0.1:1", 1, "kraken: failed.")]
    [InlineData("recrd", 2, "recrd")]
    [InlineData("import nasdaq x.ws.tsv", 2, "Unknown exchange 'nasdaq'")]
    [InlineData("import binance frames.txt", 2, "is not a recording")]
    [InlineData("import binance none.ws.tsv", 1, "cannot be read")]
    [InlineData("import binance none.ws.tsv --from 5 --to 2", 2, "is not a valid range")]
    [InlineData("import binance none.ws.tsv --store ftp://x", 2, "is not a store")]
    [InlineData("candles --help", 0, "--usdt-perpetuals")]
    [InlineData("candles gemini --interval 1h", 2, "gemini serves no candles")]
    [InlineData("candles binance --interval 10m", 2, "binance serves no candles of 10m. It serves 1m, 3m")]
    [InlineData("candles binance --interval 7m", 2, "'7m' is not a length of candles")]
    [InlineData("candles binance --interval 1h --type share", 2, "--type share is not one of spot, perpetual")]
    [InlineData("candles kraken --interval 1h --set Exchanges:kraken:Rest=http://127.0.0.1:1", 1, "kraken returned no market list")]
    [InlineData("candles kraken --interval 1h --compare", 2, "does not exist")]
    [InlineData("health not-an-address", 2, "is not a URL")]
    [InlineData("health http://127.0.0.1:1", 1, "does not answer")]
    [InlineData("top not-an-address", 2, "is not a URL")]
    [InlineData("top --once http://127.0.0.1:1", 1, "cannot be reached")]
    [InlineData("markets kraken --rest http://127.0.0.1:1", 1, "returned no market list")]
    [InlineData("record", 2, "no exchange is configured")]
    [InlineData("record --exchange binance", 2, "NAME=VALUE")]
    [InlineData("record --config none.json", 2, "the file does not exist")]
    [InlineData("record --exchange binance --set foo --set Nope=1 --set Segments:MaxHoldTime=abc", 2, "wrong in 4 place(s)")]
    [InlineData("audit --from 2026-11-01 --to 2026-11-02 --set Segmants:Hold=1", 2, "did you mean Segments?")]
    [InlineData("simulate --markets 0", 2, "--markets must be between 1 and")]
    [InlineData("simulate --rate -1", 2, "--rate must be between 0 and")]
    [InlineData("simulate --speed 0", 2, "--speed must be between")]
    [InlineData("simulate --port 70000", 2, "--port must be between 0 and 65535")]
    [InlineData("demo --seconds 3", 2, "too short")]
    [InlineData("demo --data /dev/null/below", 1, "Choose another directory with --data")]
    public async Task Command_line_errors_have_a_message_and_an_exit_code(string line, int exit, string words)
    {
        var (code, output) = await RunAsync(line.Split(' '));
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.Equal(exit, code);
        Assert.DoesNotContain("   at Ingester", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unusable_store_is_reported_before_recording_starts()
    {
        var file = Path.Combine(folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        var (code, output) = await RunAsync("record", "--exchange", "binance=*", "--store", Path.Combine(file, "below"));
        Assert.Equal(1, code);
        Assert.Contains("a-file", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_that_is_in_use_is_one_sentence_that_names_the_setting()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(new() { EventsPerSecond = 0 });
        var (code, output) = await RunAsync("simulate", "--port", $"{simulator.Port}");
        Assert.Equal(2, code);
        Assert.Contains("Choose another address with --port and --listen", output, StringComparison.Ordinal);
        string[] record = ["record", "--exchange", "binance=BTC-USDT", "--set", $"Exchanges:binance:Rest={simulator.RestAddress("binance")}",
            "--set", $"Exchanges:binance:WebSocket={simulator.WebSocketAddress("binance")}", "--set", $"Status:Listen=http://127.0.0.1:{simulator.Port}"];
        var (exit, printed, said) = await AskAsync(record);
        Assert.DoesNotContain("   at ", printed, StringComparison.Ordinal); // where the log goes
        Assert.Equal(2, exit);
        Assert.Contains("--set Status:Listen=http://127.0.0.1:8081", said, StringComparison.Ordinal);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Page_at_the_root_links_to_every_other_and_status_can_be_read_by_people()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = ["binance"], Markets = 2 });
        var configuration = ReplicaFile.Write(folder, simulator, new(), new { Store = new { Directory = Path.Combine(folder, "store") } });
        using var replica = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(CancellationToken.None);
        using var http = new HttpClient { BaseAddress = replica.Address };
        using var page = await http.GetAsync("/");
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        var html = await page.Content.ReadAsStringAsync();
        foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(html, "href=\"([^\"]+)\""))
        {
            using var answer = await http.GetAsync(link.Groups[1].Value);
            Assert.True(answer.IsSuccessStatusCode, link.Groups[1].Value);
        }

        Assert.Equal(6, System.Text.RegularExpressions.Regex.Count(html, "href="));
        Assert.Contains("Version 0.", html, StringComparison.Ordinal);
        Assert.Contains("\n  \"replica\": \"a\",\n", await http.GetStringAsync("/status"), StringComparison.Ordinal);
        Assert.Equal(0, await replica.StopAsync(CancellationToken.None));
        var log = await File.ReadAllLinesAsync(Path.Combine(folder, "a.log"));
        Assert.Contains("\"event\":\"Starting\"", log[0], StringComparison.Ordinal);
        Assert.Contains("everything is stored", log.Last(line => line.Length > 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_file_with_invalid_json_is_named_in_the_error()
    {
        var file = Path.Combine(folder, "broken.json");
        await File.WriteAllTextAsync(file, "{ \"Ingester\": ");
        var (code, output) = await RunAsync("record", "--config", file);
        Assert.Equal(2, code);
        Assert.Contains("broken.json, line 1", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binance", "BTC-USDT")]
    [InlineData("binance-futures", "BTC-USDT-PERP")]
    [InlineData("coinbase", "BTC-USD")]
    [InlineData("kraken", "BTC-USD")]
    public async Task Markets_are_listed_under_their_canonical_names(string exchange, string market)
    {
        await using var simulator = await ExchangeSimulator.StartAsync(new() { EventsPerSecond = 0 });
        var (code, output) = await RunAsync("markets", exchange, "--rest", simulator.RestAddress(exchange).ToString());
        Assert.Equal(0, code);
        Assert.Contains(market, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"symbols\":[]}")]
    [InlineData("<html>")]
    public async Task Market_list_that_is_empty_or_malformed_is_an_error_in_words(string body)
    {
        var list = Path.Combine(folder, "markets.json");
        await File.WriteAllTextAsync(list, body);
        var recording = Path.Combine(folder, "a.ws.jsonl");
        await File.WriteAllTextAsync(recording, "{}\n");
        var (code, output) = await RunAsync("import", "binance", recording, "--markets", list, "--store", Path.Combine(folder, "store"));
        Assert.Equal(2, code);
        Assert.Contains("markets.json cannot be used", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unreadable_entry_of_a_market_list_is_named_with_the_list()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet("/fapi/v1/exchangeInfo", () => """
            {"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","contractType":"PERPETUAL"},
            {"symbol":"ETHUSDT","status":"TRADING","baseAsset":"ETH","quoteAsset":"USDT","contractType":""},
            {"symbol":"OLDUSDT","status":"SETTLING","baseAsset":"OLD","quoteAsset":"USDT","contractType":"PERPETUAL"}]}
            """);
        await server.StartAsync();
        var (code, printed, said) = await AskAsync("markets", "binance-futures", "--json", "--rest", server.Urls.Single());
        Assert.Equal(0, code);
        PublishedSchema.Validate("markets-1", printed);
        Assert.Equal(
            ["BTC-USDT-PERP BTCUSDT TRADING trading", "OLD-USDT-PERP OLDUSDT SETTLING delisted"],
            System.Text.Json.JsonDocument.Parse(printed).RootElement.EnumerateArray().Select(row => string.Join(' ', row.EnumerateObject().Skip(1).Select(field => field.Value.GetString()))));
        Assert.StartsWith("left out: ETHUSDT: 'contractType' is not a non-empty string in {\"symbol\":\"ETHUSDT\"", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_ends_with_a_summary_as_json()
    {
        var recording = Path.Combine(folder, "a.ws.tsv");
        await File.WriteAllTextAsync(recording, """
            1761350400.5	{"stream":"btcusdt@trade","data":{"e":"trade","E":1761350400500,"s":"BTCUSDT","t":7,"p":"68123.45","q":"0.0012","T":1761350400500,"m":true,"M":true}}
            1761350400.6	{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1"}}
            1761350400.7	garbage

            """);
        var (code, printed, _) = await AskAsync("import", "binance", recording, "--json", "--allow-quarantine", "--store", Path.Combine(folder, "store"));
        Assert.Equal(0, code);
        var summary = System.Text.Json.JsonDocument.Parse(printed).RootElement;
        Assert.Equal((3, 1, 1), (summary.GetProperty("frames").GetInt32(), summary.GetProperty("ignored").GetInt32(), summary.GetProperty("quarantined").GetInt32()));
        Assert.Equal("BTC-USDT", summary.GetProperty("streams")[0].GetProperty("pair").GetString());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<(int Exit, string Output)> RunAsync(params string[] arguments)
    {
        var (exit, printed, said) = await AskAsync(arguments);
        return (exit, printed + said);
    }

    /// <summary>What it prints is the answer; what it says beside it, such as how far it is when that takes a while, goes to standard error.</summary>
    private Task<EndedCommand> AskAsync(params string[] arguments) => EndedCommand.RunAsync(folder, TimeSpan.FromMinutes(5), arguments);
}
