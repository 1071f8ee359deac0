using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;

namespace Ingester.Integration.Tests.Commands;

/// <summary>
/// Feeds whose ids, times or frames are wrong, sent through the program from outside: nothing that was received is lost, and no window claims more than it holds.
/// </summary>
public sealed class FaultyFeedTests : IDisposable
{
    private const long Began = 1_700_000_100; // 2023-11-14T22:15:00Z
    private const string Hour = "2023-11-14T22:16";

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-feed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task One_id_that_is_far_too_high_hides_nothing_that_follows()
    {
        var stored = await ImportAsync(Enumerable.Range(0, 1_500).Select(n => Trade(Began + n, 1_000 + n + (n == 100 ? 5_000_000 : 0))));
        Assert.Equal(1_500, stored.Rows);
        Assert.Equal(["skip", "conflict"], stored.Causes); // the missing id, and the one that the chain contradicts (rule S5e)
        Assert.InRange(stored.Whole, 22, 24);
        var (exit, merged) = await RunAsync("merge", "binance", "BTC-USDT", "--dataset", "trades", "--from", "2023-11-14T22:19", "--to", "2023-11-14T22:35");
        Assert.Equal(0, exit);
        Assert.Equal(16 * 60, merged.Split('\n').Count(line => line.StartsWith("{\"id\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reset_after_an_implausible_time_loses_nothing()
    {
        var stored = await ImportAsync(Enumerable.Range(0, 1_500).Select(n =>
            Trade(Began + n, n < 300 ? 1_000 + n : n - 290, time: Began + n + (n == 100 ? 86_400 : 0))));
        Assert.Equal(1_500, stored.Rows);
        Assert.Equal(["reset"], stored.Causes);
        Assert.Equal(60, stored.RowsOfWhole);
    }

    [Fact]
    public async Task Numbering_that_begins_again_with_a_clock_that_is_set_back_loses_nothing()
    {
        var stored = await ImportAsync(Enumerable.Range(0, 600).Select(n => Trade(Began + n, n < 300 ? 1_000 + n : n - 290, time: Began + n - (n < 300 ? 0 : 60))));
        Assert.Equal(600, stored.Rows);
        Assert.Equal(["reset"], stored.Causes);
        Assert.Equal(60, stored.RowsOfWhole);
    }

    [Fact]
    public async Task First_frames_in_the_wrong_order_and_an_id_with_another_price_are_kept_and_the_conflict_is_named()
    {
        var frames = Enumerable.Range(0, 400).Select(n => Trade(Began + n, 1_000 + (n < 2 ? 1 - n : n))).ToList();
        frames.Insert(200, Trade(Began + 199, 1_199, "555.00"));
        var stored = await ImportAsync(frames);
        Assert.Equal(401, stored.Rows);
        Assert.Equal(["conflict"], stored.Causes);
    }

    [Fact]
    public async Task Undecodable_frame_ends_the_proof_of_its_window_and_the_audit_reports_it()
    {
        var began = DateTimeOffset.FromUnixTimeSeconds(Began);
        var frames = new List<string>();
        for (var n = 0; n < 300; n++)
        {
            var time = began.AddSeconds(n).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
            frames.Add($$"""{{Began + n}}.300000{{'\t'}}{"type":"l2update","product_id":"BTC-USD","changes":[["buy","59.00","{{n}}"]],"time":"{{time}}"}""");
            if (n == 150)
                frames.Add($$"""{{Began + n}}.300000{{'\t'}}{"type":"l2update","product_id":"BTC-USD","changes":[["buy","60.00","130"]],"time":"0001-01-01T00:00:00.000000Z"}""");
            frames.Add($$"""{{Began + n}}.310000{{'\t'}}{"type":"heartbeat","product_id":"BTC-USD","sequence":{{n}},"last_trade_id":0,"time":"{{time}}"}""");
        }

        var stored = await ImportAsync(frames, "coinbase");
        Assert.Equal(300, stored.Rows);
        Assert.Equal(["undecodable"], stored.Causes);
        Assert.DoesNotContain(stored.WholeKeys, key => key.Contains("/2217-1m", StringComparison.Ordinal)); // the frame's own minute
        Assert.Equal(1, (await RunAsync("audit", "--from", Hour, "--to", "2023-11-14T22:19")).Exit);
    }

    private static string Trade(long received, long id, string price = "100.00", long? time = null) =>
        $$$"""{{{received}}}.020000{{{'\t'}}}{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{(time ?? received) * 1000}}},"s":"BTCUSDT","t":{{{id}}},"p":"{{{price}}}","q":"1.00","T":{{{(time ?? received) * 1000}}},"m":true,"M":true}}""";

    private async Task<Stored> ImportAsync(IEnumerable<string> frames, string exchange = "binance")
    {
        var file = Path.Combine(folder, "feed.ws.tsv");
        await File.WriteAllLinesAsync(file, frames);
        var (_, output) = await RunAsync("import", exchange, file, "--allow-quarantine");
        Assert.DoesNotContain("lost", output, StringComparison.OrdinalIgnoreCase);
        var (all, whole, keys) = (new HashSet<string>(StringComparer.Ordinal), new List<int>(), new List<string>());
        foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "store"), "*.json.gz", SearchOption.AllDirectories))
        {
            if (!SegmentKey.TryParse("", Path.GetRelativePath(Path.Combine(folder, "store"), path), out var name))
                continue;
            var rows = Lines(path);
            all.UnionWith(rows);
            if (!name.IsWhole)
                continue;
            whole.Add(rows.Count);
            keys.Add(path);
        }

        var causes = Directory.EnumerateFiles(Path.Combine(folder, "store", Dataset.Gaps.Name()), "*.json.gz", SearchOption.AllDirectories)
            .SelectMany(Lines).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("cause").GetString()!);
        return new(all.Count, whole.Count, keys, [.. causes]) { RowsOfWhole = whole.Distinct().SingleOrDefault() };
    }

    private async Task<(int Exit, string Output)> RunAsync(params string[] arguments)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var command = new RunningCommand(new Dictionary<string, string>(), [.. arguments, "--store", Path.Combine(folder, "store")]);
        return (await command.WhenEndedAsync(patience.Token), command.Said);
    }

    private static List<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>What a store holds of one stream.</summary>
    private sealed record Stored(int Rows, int Whole, IReadOnlyList<string> WholeKeys, IReadOnlyList<string> Causes)
    {
        /// <summary>How many rows each whole object has; zero where there is none.</summary>
        public int RowsOfWhole { get; init; }
    }
}
