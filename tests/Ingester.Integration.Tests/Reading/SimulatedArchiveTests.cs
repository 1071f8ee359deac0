using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Schemas;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Simulator;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Reading;

/// <summary>
/// One recorder of the real program against simulated exchanges that lose trades and changes of books and cut connections: what is read back is what the
/// exchanges know to be true, or it is said that it is not known.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SimulatedArchiveTests : IDisposable
{
    private const int Moments = 1_000;
    private const int LostTrades = 7;
    private const int LostChanges = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(5); // two minutes and a half of the simulated clock

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-truth-").FullName;
    private readonly ClockOptions clockOptions = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };
    private readonly Dictionary<StreamId, (IReadOnlyList<(string Price, string Size)> Bids, IReadOnlyList<(string Price, string Size)> Asks)> begin = [];

    [Fact]
    public async Task Lost_trades_are_backfilled_automatically_and_every_book_is_the_true_one_or_unknown()
    {
        using var patience = new CancellationTokenSource(Patience);
        var clock = SimulatedClock.Create(clockOptions);
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance", "binance-futures", "coinbase", "kraken"], Markets = 2, EventsPerSecond = 120, MarketSkew = 0, EnforceLimits = false }, clock);
        simulator.StopGenerating();
        using var replica = new ReplicaProcess("a", Configure(simulator, repairs: true), Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(patience.Token);
        foreach (var exchange in simulator.Exchanges)
            foreach (var market in simulator.Markets(exchange))
                begin[new(Dataset.Depth, exchange, market.Name)] = simulator.Book(exchange, market.Name);
        var began = Micros.Now(clock);
        simulator.StartGenerating();

        await Task.Delay(Span, patience.Token);
        var streamsWithGaps = simulator.Exchanges.Select(exchange => new StreamId(Dataset.Trades, exchange, simulator.Markets(exchange)[0].Name)).ToList();
        foreach (var stream in streamsWithGaps)
            simulator.DropNext(stream, LostTrades);
        foreach (var stream in streamsWithGaps.Where(stream => stream.Exchange != "coinbase")) // whose changes nothing proves: not even that one is missing
            simulator.DropNext(stream with { Dataset = Dataset.Depth }, LostChanges);
        await Task.Delay(Span, patience.Token);
        simulator.Cut("binance-futures");
        simulator.Cut("coinbase", insideFrame: true);
        await UntilClosedAsync(streamsWithGaps, patience.Token);
        await Task.Delay(Span, patience.Token);
        await MarketsAreShownAsync(replica.Address, patience.Token);
        simulator.StopGenerating();
        var ended = Micros.Now(clock);
        Assert.Equal(0, await replica.StopAsync(patience.Token));

        using var archive = new MarketArchive(Store, "");
        await TradesAreWholeAsync(archive, simulator, streamsWithGaps);
        await BooksAreTrueAsync(archive, simulator, (began + 2 * Window.MicrosPerMinute, ended - Window.MicrosPerMinute)); // of windows that were recorded from end to end
    }

    [Fact]
    public async Task Repair_fetches_missing_trades_and_changes_nothing_when_it_runs_again()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance", "coinbase", "kraken"], Markets = 1, EventsPerSecond = 60, TradeShare = 0.9, EnforceLimits = false }, SimulatedClock.Create(clockOptions));
        var configuration = Configure(simulator, repairs: false);
        var streamsWithGaps = simulator.Exchanges.Select(exchange => new StreamId(Dataset.Trades, exchange, simulator.Markets(exchange)[0].Name)).ToList();
        using (var replica = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log")))
        {
            await replica.WaitUntilReadyAsync(patience.Token);
            await Task.Delay(Span, patience.Token);
            streamsWithGaps.ForEach(stream => simulator.DropNext(stream, LostTrades));
            await Task.Delay(Span, patience.Token);
            simulator.StopGenerating();
            Assert.Equal(0, await replica.StopAsync(patience.Token));
        }

        var day = TimeProvider.System.GetUtcNow();
        string[] line = ["repair", "--from", $"{day.AddDays(-1):yyyy-MM-dd}", "--to", $"{day.AddDays(2):yyyy-MM-dd}", "--dataset", "trades", "--json", "--config", configuration];
        Assert.Equal(0, (await RunAsync([.. line, "--offline"])).Report.GetProperty("gaps").GetArrayLength());
        var (exit, report) = await RunAsync(line);
        PublishedSchema.Validate("repair-1", report.GetRawText());
        Assert.Equal(streamsWithGaps.Select(stream => stream.Exchange), report.GetProperty("gaps").EnumerateArray().Select(missing => missing.GetProperty("exchange").GetString()!).Order());
        Assert.All(report.GetProperty("gaps").EnumerateArray(), missing => Assert.True(missing.GetProperty("closed").GetBoolean(), missing.ToString()));
        Assert.Contains(report.GetProperty("repaired").EnumerateArray(), window => window.GetProperty("key").GetString()!.Contains("/exchange=binance/", StringComparison.Ordinal));
        Assert.Equal(report.GetProperty("left").GetArrayLength() > 0 ? 3 : 0, exit);
        using var archive = new MarketArchive(Store, "");
        await TradesAreWholeAsync(archive, simulator, streamsWithGaps);

        var objects = Directory.GetFiles(Path.Combine(folder, "store"), "*", SearchOption.AllDirectories).Order().ToList();
        var (_, again) = await RunAsync(line);
        Assert.Equal(0, again.GetProperty("gaps").GetArrayLength());
        Assert.Equal(objects, Directory.GetFiles(Path.Combine(folder, "store"), "*", SearchOption.AllDirectories).Order());
        var check = await StoreCheck.ListAsync(Store, "", patience.Token);
        Assert.Empty((await check.CheckStreamAsync(streamsWithGaps[0], [.. simulator.Truth(streamsWithGaps[0])], patience.Token, replays: true)).Errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private DirectoryStore Store => new(Path.Combine(folder, "store"), TimeProvider.System);

    private static async Task<(int Exit, JsonElement Report)> RunAsync(string[] arguments)
    {
        string[] line = [.. ReplicaProcess.OwnCommandLine(), .. arguments];
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True((await output).StartsWith('{'), await error);
        return (process.ExitCode, JsonDocument.Parse(await output).RootElement);
    }

    private static DateTimeOffset Moment(long micros) => new(Micros.ToDateTime(micros));

    /// <summary>The status page has the last trade of every market, and the top of its book.</summary>
    private static async Task MarketsAreShownAsync(Uri address, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = address };
        JsonElement.ArrayEnumerator markets;
        do
            markets = JsonDocument.Parse(await http.GetStringAsync("/markets", cancel)).RootElement.EnumerateArray();
        while (markets.Any(market => market.GetProperty("book").GetString() == "unknown")); // a book may just begin anew
        Assert.Equal(8, markets.Count());
        Assert.All(markets, market => Assert.NotEmpty(market.GetProperty("lastTrade").GetProperty("price").GetString()!));
        Assert.All(markets, market => Assert.Equal(
            ("known", 2, 2), (market.GetProperty("book").GetString(), market.GetProperty("bid").GetArrayLength(), market.GetProperty("ask").GetArrayLength())));
    }

    private async Task TradesAreWholeAsync(MarketArchive archive, ExchangeSimulator simulator, IReadOnlyList<StreamId> streamsWithGaps)
    {
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var audit = await archive.AuditAsync(new() { From = from, To = to, Datasets = [Dataset.Trades] });
        Assert.All(audit.Streams, stream => Assert.Empty(stream.MissingRanges));
        foreach (var stream in streamsWithGaps)
            Assert.Contains(audit.Streams.Single(judged => judged.Stream == stream).ClosedGaps, gap => gap.ClosedBy == "backfill");
        foreach (var stream in audit.Streams.Select(judged => judged.Stream))
        {
            var events = new List<MarketEvent>();
            await foreach (var found in archive.ReadEventsAsync(stream, from, to))
                if (found.Kind != MarketEventKind.Unproven) // the windows in which recording began and ended
                    events.Add(found);
            var rows = events.Where(found => found.Kind == MarketEventKind.Row).Select(found => found.Micros).ToList();
            events.RemoveAll(found => found.Kind == MarketEventKind.Missing && (found.Micros > rows[^1] || found.Micros < rows[0])); // nothing was sent yet, or any more, which nothing proves
            Assert.Equal([], events.Where(found => found.Kind != MarketEventKind.Row).Select(found => $"{found.Kind} {Micros.ToDateTime(found.Micros):O} {found.Range} {found.Note}"));
            var (after, upTo) = (events[0].Range!.Value.After, events[^1].Range!.Value.UpTo);
            var truth = simulator.Truth(stream).Where(row => row.After >= after && row.UpTo <= upTo).Select(row => row.Row);
            var received = simulator.Truth(stream).First().After!.Value; // some trades of before are told on subscribing
            Assert.Equal(truth, events.Where(found => found.Range!.Value.After >= received).Select(found => Encoding.UTF8.GetString(found.Row.Span)));
            Assert.True(events.Count > 100);
        }
    }

    private async Task BooksAreTrueAsync(MarketArchive archive, ExchangeSimulator simulator, (long Began, long Ended) span)
    {
        var random = new Random(1);
        var (known, unknown) = (0, 0);
        foreach (var (stream, first) in begin)
        {
            var truth = new TrueBook(first, [.. simulator.Truth(stream)]);
            var gaps = await GapsAsync(stream, span);
            foreach (var at in Enumerable.Range(0, Moments / begin.Count).Select(_ => random.NextInt64(span.Began, span.Ended)).Order())
            {
                var answer = await archive.GetBookAsync(stream.Exchange, stream.Market, Moment(at));
                var (expected, context) = (truth.At(at), $"{stream} at {Moment(at):O}: {answer.Proof}, {answer.Reason} From {answer.Snapshot}");
                if (answer.Proof != BookProof.Unknown)
                {
                    known++;
                    Assert.True(expected == TrueBook.Text(answer), $"{context}\n{expected}\n{TrueBook.Text(answer)}");
                    continue;
                }

                unknown++;
                Assert.Empty(answer.Bids);
                var isTorn = gaps.Any(gap => gap.From <= at && gap.To >= answer.Snapshot?.Micros);
                Assert.True(answer.Snapshot is null || isTorn, context);
            }
        }

        Assert.True(known > Moments / 2 && unknown > 0, $"{known} books are known, {unknown} are not");
    }

    private async Task<IReadOnlyList<GapRecord>> GapsAsync(StreamId stream, (long From, long To) span) =>
        [.. (await GapsAsync(stream.Exchange, new(span.From, span.To + Window.MicrosPerMinute))).Where(gap => gap.Stream == stream && !gap.IsClosure)];

    private Task<IReadOnlyList<GapRecord>> GapsAsync(string exchange, Period period) =>
        new JournalReader(new(Store, "")).ReadGapsAsync(exchange, period, CancellationToken.None);

    /// <summary>Waits until the lost trades are fetched, and a complete book was stored after each gap in diffs.</summary>
    private async Task UntilClosedAsync(IReadOnlyList<StreamId> streamsWithGaps, CancellationToken cancel)
    {
        var begin = Micros.From(clockOptions.Epoch!.Value);
        while (true)
        {
            var gaps = new List<GapRecord>();
            foreach (var stream in streamsWithGaps)
                gaps.AddRange(await GapsAsync(stream.Exchange, new(begin, begin + 60 * Window.MicrosPerMinute)));
            var depth = gaps.Where(gap => gap.Stream.Dataset == Dataset.Depth).ToLookup(gap => gap.IsBookRecovery);
            if (streamsWithGaps.All(stream => gaps.Any(gap => gap.Stream == stream && gap.IsBackfill))
                && depth[false].All(missing => depth[true].Any(closed => closed.Stream == missing.Stream && closed.Range == missing.Range && closed.From == missing.From))
                && streamsWithGaps.All(stream => depth[false].Any(missing => missing.Stream == new StreamId(Dataset.Depth, stream.Exchange, stream.Market))))
                return;
            await Task.Delay(Poll, cancel);
        }
    }

    private string Configure(ExchangeSimulator simulator, bool repairs)
    {
        var path = Path.Combine(folder, "recorder.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Ingester = new
            {
                Clock = clockOptions,
                Store = new { Directory = Path.Combine(folder, "store") },
                Internal = new { Connections = new { BackoffBase = "00:00:00.100", BackoffCap = "00:00:01", HoldOff = "00:00:01" } },
                Exchanges = simulator.Exchanges.ToDictionary(name => name, name => new
                {
                    Markets = new[] { "*" },
                    WebSocket = simulator.WebSocketAddress(name).ToString(),
                    Rest = simulator.RestAddress(name).ToString(),
                    SnapshotInterval = "00:00:02",
                    RepairTrades = repairs,
                    RepairDelay = "00:00:00.500",
                    ApiKey = "a key",
                }),
            },
        }));
        return path;
    }
}
