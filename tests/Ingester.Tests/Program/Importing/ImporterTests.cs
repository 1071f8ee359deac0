using Ingester.Core.Keys;
using Ingester.Core.Recordings;
using Ingester.Errors;
using Ingester.Exchanges;
using Ingester.Importing;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Testing;
using Ingester.Testing.Importing;
using Ingester.Testing.Storage;
using Ingester.Tests.Storage.Uploads;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Program.Importing;

/// <summary>An import is a batch: it waits for its store, ends when it is told to or when waiting is useless, and says what is wrong.</summary>
public sealed class ImporterTests : IDisposable
{
    private const long Began = 1_700_000_100; // 22:15:00 UTC
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-importer-").FullName;
    private readonly Sentences said = [];
    private readonly MemoryStore store = new();
    private readonly StorageOptions storage = new() { RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(5) };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Five_thousand_streams_with_one_trade_each_are_stored_when_the_store_starts_late()
    {
        var frames = Enumerable.Range(0, 5_000).Select(market => Timed(Began, ImportFrames.Trade($"M{market}USDT", 7, Began * 1_000_000)));
        var taken = new TaskCompletionSource();
        store.Gate = taken.Task;
        said.Added = () => taken.TrySetResult(); // nothing is stored before the import has read everything and says that it waits
        var summary = await ImportAsync(store, Write("many.ws.tsv", frames));
        Assert.StartsWith("Waiting for the store for ", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal((5_000, 0), (summary.Streams.Sum(stream => stream.Events), summary.Lost));
        Assert.Equal(5_000, store.Keys.Count(key => SegmentKey.TryParse("", key, out _)));
        Assert.Empty(summary.DescribeErrors(allowQuarantine: false));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recordings_with_and_without_receive_times_produce_the_same_objects(bool bursts)
    {
        var trades = Enumerable.Range(0, 400).Select(n => (Second: Began + (bursts ? n / 50 * 50 : n), Id: (long)n)).ToList();
        var frames = trades.Select(trade => (trade.Second, Text: ImportFrames.Trade("BTCUSDT", trade.Id, trade.Second * 1_000_000))).ToList();
        await ImportAsync(store, Write("with.ws.tsv", frames.Select(frame => Timed(frame.Second, frame.Text))));
        var without = new MemoryStore();
        await ImportAsync(without, Write("without.ws.jsonl", frames.Select(frame => frame.Text)));
        Assert.Equal(Segments(store), Segments(without));
    }

    [Fact]
    public async Task Connection_opens_with_its_first_frame_and_not_before()
    {
        var summary = await ImportAsync(store, Write("late.ws.tsv", Enumerable.Range(0, 130).Select(n => Timed(Began + 30 + n, ImportFrames.Trade("BTCUSDT", n, (Began + 30 + n) * 1_000_000)))));
        var coverage = await JournalTests.TextAsync(store, store.Keys.First(key => key.StartsWith("coverage/", StringComparison.Ordinal)));
        Assert.Contains("\"connected\":30,", coverage.Split('\n')[0], StringComparison.Ordinal);
        Assert.Equal(0, summary.Quarantined);
    }

    [Fact]
    public async Task Permanent_refusal_of_the_store_ends_the_import_with_its_message()
    {
        var refusal = new StoreException("No permission to write.", permanent: true);
        store.Failure = refusal;
        Assert.Same(refusal, await Assert.ThrowsAsync<StoreException>(() => ImportAsync(store, Trades(10))));
    }

    [Fact]
    public async Task One_object_that_the_store_refuses_ends_the_import_too()
    {
        store.Refused = "trades/exchange=binance/pair=BTC-USDT/year=2023/month=11/day=14/2216-1m_59_119.json.gz";
        var refusal = await Assert.ThrowsAsync<StoreException>(() => ImportAsync(store, Trades(200)));
        Assert.Contains(store.Refused, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_that_only_fails_is_waited_for()
    {
        store.Failure = new("The store answered 503.", permanent: false);
        var importing = ImportAsync(store, Trades(200));
        await store.UntilAsync(() => store.Count("PUT") >= 20);
        Assert.False(importing.IsCompleted);
        store.Failure = null;
        Assert.Equal(0, (await importing).Lost);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50_000)]
    public async Task Stop_ends_the_import_while_the_store_hangs_and_reports_the_objects_that_are_not_stored(int trades)
    {
        store.Gate = new TaskCompletionSource().Task;
        using var stop = new CancellationTokenSource();
        var importing = ImportAsync(store, Trades(trades), null, stop.Token);
        await store.UntilAsync(() => store.Count("PUT") > 0);
        await stop.CancelAsync();
        var stopped = await Assert.ThrowsAsync<CommandException>(() => importing.WaitAsync(ManualClock.Patience));
        Assert.Equal(1, stopped.ExitCode);
        Assert.StartsWith("Stopped after ", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Market_whose_name_the_store_cannot_hold_is_named_once_and_its_frames_are_kept_in_quarantine()
    {
        var symbol = new string('A', 251);
        var limits = StoreLimits.Of(new() { Directory = folder }, "import");
        var frames = Enumerable.Range(0, 3).SelectMany(n => new[] { symbol, "BTCUSDT" }.Select(name => Timed(Began + n, ImportFrames.Trade(name, n, (Began + n) * 1_000_000))));
        var summary = await ImportAsync(store, Write("long.ws.tsv", frames), limits: limits);
        Assert.Equal((3, 1), (summary.Quarantined, summary.Streams.Count));
        Assert.Equal([symbol], summary.Unstorable);
        Assert.Contains("is not imported because its objects cannot be stored: a file or directory name has 256 bytes", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_and_divergence_are_faults_and_only_quarantine_can_be_allowed()
    {
        var path = Write("some.ws.tsv", [Timed(Began, "garbage"), .. Enumerable.Range(0, 130).Select(n => Timed(Began + n, ImportFrames.Trade("BTCUSDT", n, (Began + n) * 1_000_000)))]);
        var key = "trades/exchange=binance/pair=BTC-USDT/year=2023/month=11/day=14/2216-1m_59_119.json.gz";
        store.Forge(key, [1], new(new string('0', 64), 1, ObjectMetadata.FormatVersion));
        var summary = await ImportAsync(store, path);
        Assert.Equal((1, 1), (summary.Quarantined, summary.Divergent));
        Assert.Equal(2, summary.DescribeErrors(allowQuarantine: false).Count());
        Assert.Contains("1 objects differ", Assert.Single(summary.DescribeErrors(allowQuarantine: true)), StringComparison.Ordinal);
    }

    private static string Timed(long second, string frame) => $"{second}.000000\t{frame}";

    private static IReadOnlyList<string> Segments(MemoryStore stored) =>
        [.. stored.Keys.Where(key => SegmentKey.TryParse("", key, out _)).Select(key => $"{key} {stored.Metadata(key).Sha256}")];

    private string Trades(int count) => Write("trades.ws.tsv", Enumerable.Range(0, count).Select(n => Timed(Began + n, ImportFrames.Trade("BTCUSDT", n, (Began + n) * 1_000_000))));

    private string Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private async Task<ImportSummary> ImportAsync(IObjectStore into, string path, StoreLimits? limits = null, CancellationToken stop = default)
    {
        var exchange = ExchangeCatalog.Find("binance")!;
        var recording = new RecordingFile(path);
        var options = new ImportOptions { Identity = new() { Replica = "import", ProcessStartMicros = 1 }, Storage = storage, Limits = limits, WriteMessage = said.Add };
        return await new Importer(exchange, into, options, NullLoggerFactory.Instance)
            .RunAsync([ImportRecording.Of(recording)], await MarketResolver.ReadAsync(exchange, null, recording, CancellationToken.None), new(1, long.MaxValue), stop);
    }

    /// <summary>What the import said.</summary>
    private sealed class Sentences : System.Collections.ObjectModel.Collection<string>
    {
        public Action Added { get; set; } = static () => { };

        protected override void InsertItem(int index, string item)
        {
            base.InsertItem(index, item);
            Added();
        }
    }
}
