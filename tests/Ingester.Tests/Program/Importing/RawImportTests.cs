using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Recordings;
using Ingester.Exchanges;
using Ingester.Importing;
using Ingester.Testing.Importing;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Program.Importing;

/// <summary>Raw capture as a recording: which files belong together, what its lines mean, and what missing messages cost.</summary>
public sealed class RawImportTests : IDisposable
{
    private const long Began = 1_700_000_070; // 22:14:30 UTC
    private const long FirstWholeMinute = 1_700_000_100;
    private const int Seconds = 330;
    private const string Open = "1\to\twss://example.com/";
    private const string Streams = """1	s	{"lane":9,"streams":[["trades","BTC-USDT","BTCUSDT"]],"subscribed":[["trades","BTC-USDT","BTCUSDT"]]}""";
    private const string Process = "a_1700000000000000";

    private readonly ChunkBalance chunks = new();
    private readonly TemporaryDirectory folder = new();
    private readonly MemoryStore store = new();

    public void Dispose()
    {
        folder.Dispose();
        chunks.Dispose();
    }

    [Fact]
    public async Task Connection_proves_windows_from_the_confirmation_of_its_streams()
    {
        Write($"2214_{Process}.ws.tsv", Bybit());
        var summary = await ImportAsync("bybit");
        Assert.Equal([0, 1, 2, 3], WholeMinutes());
        Assert.Equal((0, Seconds), (summary.Quarantined, summary.Frames));
        Assert.Equal(["BTC-USDT"], summary.Streams.Select(stream => stream.Pair));
    }

    [Fact]
    public async Task Dropped_messages_end_the_proof_of_their_window_and_no_other()
    {
        var lines = Bybit();
        lines.Insert(180, Timed(Began + 178, "1\td\t5"));
        Write($"2214_{Process}.ws.tsv", lines);
        var summary = await ImportAsync("bybit");
        Assert.Equal([0, 1, 3], WholeMinutes());
        Assert.Equal(5, summary.Dropped);
        Assert.Contains(store.Keys, key => key.StartsWith("gaps/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Frames_of_streams_that_the_recorder_did_not_have_are_quarantined_as_in_the_recorder()
    {
        Write($"2214_{Process}.ws.tsv", [.. Bybit(), Timed(Began + Seconds, $"1\tt\t{BybitTrade("ETHUSDT", Began + Seconds)}")]);
        Assert.Equal(1, (await ImportAsync("bybit")).Quarantined);
    }

    [Fact]
    public async Task Stream_that_is_added_and_removed_is_recorded_between()
    {
        var lines = Bybit();
        lines.Insert(200, Timed(Began + 198, """0	s	{"lane":9,"added":[["trades","ETH-USDT","ETHUSDT"]],"removed":[["trades","BTC-USDT","BTCUSDT"]]}"""));
        lines.Insert(201, Timed(Began + 198, $"1\tt\t{BybitTrade("ETHUSDT", Began + 198)}"));
        lines.Insert(202, Timed(Began + 198, """0	s	{"lane":9,"ended":true}"""));
        Write($"2214_{Process}.ws.tsv", [.. lines.Take(203)]);
        var summary = await ImportAsync("bybit");
        Assert.Equal(0, summary.Quarantined);
        Assert.Contains(store.Keys, key => key.Contains("pair=ETH-USDT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_of_a_process_are_one_recording_in_the_order_of_time()
    {
        var lines = Binance(0, Seconds);
        for (var part = 0; part < 11; part++)
            Write(part == 0 ? $"2359_{Process}.ws.tsv" : $"{(part < 10 ? "2359" : "0000")}_{Process}-{part + 1}.ws.tsv", [.. lines.Skip(part * 30).Take(30)]);
        var summary = await ImportAsync("binance");
        Assert.Equal((1, Seconds, 0), (summary.Streams.Count, summary.Streams[0].Events, summary.Streams[0].Gaps));
        Assert.Equal([0, 1, 2, 3], WholeMinutes());
    }

    [Fact]
    public async Task Captures_of_two_replicas_are_imported_one_after_the_other()
    {
        Write($"2214_{Process}.ws.tsv", [Timed(Began, Open), Timed(Began, Streams), .. Binance(0, 200)]);
        Write("2214_b_1700000000000001.ws.tsv", [Timed(Began, Open), Timed(Began, Streams), .. Binance(0, Seconds)]);
        var summary = await ImportAsync("binance");
        Assert.Equal([0, 1, 2, 3], WholeMinutes());
        Assert.Equal(200 + Seconds, Assert.Single(summary.Streams).Events);
        Assert.Equal(0, summary.Divergent);
        Assert.True(summary.Objects["duplicate"] >= 2);
    }

    [Fact]
    public async Task Captures_of_other_exchanges_are_ignored_and_an_empty_folder_is_an_error()
    {
        Write("raw/exchange=bybit/year=2023/month=11/day=14/2214_a_1.ws.tsv", Bybit());
        Write("raw/exchange=binance/year=2023/month=11/day=14/2214_a_1.ws.tsv", Binance(0, 10));
        Assert.Equal(10, (await ImportAsync("binance")).Frames);
        var missing = await Assert.ThrowsAsync<Ingester.Errors.CommandException>(() => RecordingFinder.FindAsync(folder.Path, "kraken", CancellationToken.None));
        Assert.EndsWith("contains no recording of kraken.", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1\ts\t{\"streams\":[]}", "The number \"lane\" is missing.")]
    [InlineData("1\td\tmany", "\"many\" is not a number of messages.")]
    [InlineData("1\tx\t?", "the columns are not seconds, connection, kind")]
    public async Task Line_that_is_not_valid_is_named(string line, string problem)
    {
        Write($"2214_{Process}.ws.tsv", [Timed(Began, Open), Timed(Began, line)]);
        var error = await Assert.ThrowsAsync<RecordingFileException>(() => ImportAsync("binance"));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains($"2214_{Process}.ws.tsv", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsReadError);
    }

    private static List<string> Bybit() =>
        [Timed(Began, Open), Timed(Began, Streams), .. Enumerable.Range(0, Seconds).Select(n => Timed(Began + n, $"1\tt\t{BybitTrade("BTCUSDT", Began + n)}"))];

    private static IEnumerable<string> Binance(int from, int count) =>
        Enumerable.Range(from, count).Select(n => Timed(Began + n, $"1\tt\t{ImportFrames.Trade("BTCUSDT", n, (Began + n) * 1_000_000)}"));

    private static string BybitTrade(string symbol, long second) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"topic":"publicTrade.{{symbol}}","type":"snapshot","ts":{{second * 1000 + 1}},"data":[{"i":"{{second}}0000","T":{{second * 1000}},"p":"16578.50","v":"0.141596","S":"Buy","s":"{{symbol}}","BT":false,"RPI":false}]}""");

    private static string Timed(long second, string columns) => $"{second}.000000\t{columns}";

    /// <summary>The minutes since the first complete one that have a whole object.</summary>
    private int[] WholeMinutes() =>
    [
        .. store.Keys.Select(key => SegmentKey.TryParse("", key, out var name) && name.IsWhole ? name : null).OfType<SegmentKey>()
            .Select(name => (int)((name.Window.StartMicros / 1_000_000 - FirstWholeMinute) / 60)).Order(),
    ];

    private async Task<ImportSummary> ImportAsync(string exchange)
    {
        var facts = ExchangeCatalog.Find(exchange)!;
        var recordings = await RecordingFinder.FindAsync(folder.Path, exchange, CancellationToken.None);
        var markets = await MarketResolver.ReadAsync(facts, null, recordings[0].Messages[0], CancellationToken.None);
        return await new Importer(facts, store, new() { Identity = new() { Replica = "import", ProcessStartMicros = 1 } }, NullLoggerFactory.Instance)
            .RunAsync(recordings, markets, new(1, long.MaxValue), CancellationToken.None);
    }

    private void Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, lines.ToList());
    }
}
