using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Simulator.Playing;
using Ingester.Status;
using Ingester.Testing.Playing;

namespace Ingester.Integration.Tests.Playing;

/// <summary>Two replicas of the real recorder record a recording from the player into one store; the connections of one are cut in the middle.</summary>
internal sealed class PlayedRun : IAsyncDisposable
{
    private const double FirstLeadSeconds = 4; // real seconds
    private const double LastLeadSeconds = 64;

    private static readonly long LeadMicros = Micros.From(new Core.Segments.SegmentOptions().ProofLeadTime);

    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(2); // real time after the last frame, in which windows close

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-played-").FullName;
    private readonly IExchange exchange;
    private readonly PlayableRecording recording;
    private readonly bool checksBooks;
    private readonly List<PlayedConnectionState> before = [];
    private readonly HashSet<StreamId> ended = [];
    private IReadOnlyList<PlayedConnectionState> after = [];
    private StoreCheck? check;

    private PlayedRun(IExchange exchange, PlayableRecording recording, bool checksBooks) => (this.exchange, this.recording, this.checksBooks) = (exchange, recording, checksBooks);

    /// <summary>Plays a recording to its end.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="path">A file of the recording.</param>
    /// <param name="rate">Recorded seconds per second.</param>
    /// <param name="checksBooks">False when the digits of the recording are not those of the exchange, so that checksums do not match.</param>
    public static async Task<PlayedRun> RunAsync(IExchange exchange, string path, double rate, bool checksBooks = true)
    {
        var recording = await PlayableRecording.ReadAsync(exchange, path, CancellationToken.None);
        var run = new PlayedRun(exchange, recording, checksBooks);
        for (var lead = FirstLeadSeconds; !await run.TryRunAsync(rate, TimeSpan.FromSeconds(lead), (recording.FirstMicros + recording.LastMicros) / 2); lead *= 2)
            Assert.True(lead < LastLeadSeconds, $"The replicas have not subscribed within {lead} s.");
        return run;
    }

    /// <summary>The gaps that must be reported: what b missed between the end of its connections and their successors, by ids or by times.</summary>
    public IReadOnlyList<string> ExpectedGaps()
    {
        var expected = new List<string>();
        foreach (var last in before.SelectMany(connection => connection.Streams))
        {
            Assert.True(DatasetNames.TryParse(last.Dataset, out var dataset), last.Dataset);
            var profile = exchange.Profile.Find(dataset)!;
            var first = after.SelectMany(connection => connection.Streams).SingleOrDefault(stream => (stream.Dataset, stream.Symbol) == (last.Dataset, last.Symbol));
            var stream = new StreamId(dataset, exchange.Profile.Name, MarketOf(last.Symbol));
            if (first is null || (profile.Sequence != SequenceKind.None && (last.Received.Last is null || first.Received.First is null)))
            {
                ended.Add(stream); // nothing came before or after the cut, or only a snapshot: the stream may not know that it missed anything
                continue;
            }

            if (last.Received.Last is { } head && first.Received.First is { } next)
            {
                if (head.UpTo < next.After)
                    expected.Add($"{stream} ({head.UpTo}, {next.After}] disconnect");
            }
            else
            {
                expected.Add(profile.HasExchangeTime ? $"{stream} from {last.Received.LastMicros} disconnect" : $"{stream} disconnect");
            }
        }

        return [.. expected.Order(StringComparer.Ordinal)];
    }

    /// <summary>The gaps that were reported, in the same words; rows that only say when a book is known again are left out.</summary>
    public async Task<IReadOnlyList<string>> ReportedGapsAsync()
    {
        var reported = new List<string>();
        foreach (var gap in await check!.ReadGapRowsAsync(CancellationToken.None))
        {
            if (gap.Cause == "snapshot" || ended.Contains(gap.Stream))
                continue;
            var hasTime = exchange.Profile.Find(gap.Stream.Dataset)!.HasExchangeTime;
            reported.Add(gap.Missing is { } ids ? $"{gap.Stream} ({ids.After}, {ids.UpTo}] {gap.Cause}" : hasTime ? $"{gap.Stream} from {gap.FromMicros} {gap.Cause}" : $"{gap.Stream} {gap.Cause}");
        }

        return [.. reported.Order(StringComparer.Ordinal)];
    }

    /// <summary>Differences between the merged streams and the frames sent; empty when every row is there once, in order.</summary>
    public Task<IReadOnlyList<string>> CompareAsync(IReadOnlyDictionary<(Dataset Dataset, string Symbol), List<string>> rows) => StoredRows.CompareAsync(recording, folder, rows);

    /// <summary>Number of whole windows.</summary>
    public int WholeWindows => recording.Subscriptions.Sum(stream => check!.WholeWindows(new(stream.Dataset, exchange.Profile.Name, stream.Market.Name)).Count());

    /// <summary>The streams that the replicas recorded: those of the markets in the list, without aggregate trades.</summary>
    public IReadOnlyDictionary<(Dataset Dataset, string Symbol), List<string>> Listed(IReadOnlyDictionary<(Dataset Dataset, string Symbol), List<string>> rows)
    {
        var symbols = recording.Answers.Markets.Select(market => market.Symbol).ToHashSet(StringComparer.Ordinal);
        return rows.Where(stream => stream.Key.Dataset != Dataset.AggTrades && symbols.Contains(stream.Key.Symbol)).ToDictionary();
    }

    /// <summary>
    /// The windows that should be whole and are not: minutes of chained streams with an event well before, one inside, and one after the window, and without a gap
    /// in the recording itself.
    /// </summary>
    public IReadOnlyList<string> MissingWindows(IReadOnlyDictionary<(Dataset Dataset, string Symbol), List<string>> rows)
    {
        var missing = new List<string>();
        foreach (var ((dataset, symbol), list) in rows)
        {
            var profile = exchange.Profile.Find(dataset)!;
            if (profile.Sequence != SequenceKind.Contiguous || list.Any(row => row.Contains(PlayedRows.NoTime, StringComparison.Ordinal)))
                continue;
            var times = list.Select(row => System.Text.Json.JsonDocument.Parse(row).RootElement.GetProperty("ts").GetInt64()).ToList();
            var whole = check!.WholeWindows(new(dataset, exchange.Profile.Name, MarketOf(symbol))).ToHashSet();
            missing.AddRange(times.Select(time => Window.Containing(time, 1)).Distinct()
                .Where(window => times[0] < window.StartMicros - LeadMicros && times[^1] >= window.EndMicros && !whole.Contains(window.StartMicros))
                .Select(window => $"{dataset.Name()} of {symbol} at {Micros.ToDateTime(window.StartMicros):HH:mm}"));
        }

        return missing;
    }

    /// <summary>The whole windows of a stream, by the minute of their start.</summary>
    public IReadOnlyList<string> WholeMinutes(Dataset dataset, string symbol) =>
        [.. check!.WholeWindows(new(dataset, exchange.Profile.Name, MarketOf(symbol))).Select(start => Micros.ToDateTime(start).ToString("HH:mm")).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string MarketOf(string symbol) => recording.Subscriptions.First(stream => stream.Market.Symbol == symbol).Market.Name;

    /// <summary>Returns false when the replicas have not subscribed everything before the first frame.</summary>
    private async Task<bool> TryRunAsync(double rate, TimeSpan lead, long cut)
    {
        var options = RecordingPlayer.ClockFor(recording, rate, lead * rate, TimeProvider.System.GetUtcNow());
        var clock = SimulatedClock.Create(options);
        await using var player = await RecordingPlayer.StartAsync(recording, "127.0.0.1", 0, clock);
        await using var a = await Replica.BeginAsync(player, options, Settings(player, "a"), folder: folder);
        await using var b = await Replica.BeginAsync(player, options, Settings(player, "b"), folder: folder);
        foreach (var replica in new[] { a, b })
            await replica.UntilAsync(() => RecorderStatus.Create(replica.State, "x") is { NotReady: null }, lead);
        if (player.Played > 0)
            return false;
        var length = TimeSpan.FromMicroseconds((recording.LastMicros - recording.FirstMicros) / rate) + lead;
        await b.UntilAsync(() => Micros.Now(clock) >= cut, length);
        before.AddRange(player.Cut(path: "/b/"));
        await b.UntilAsync(() => player.Finished.IsCompleted, length);
        await player.Finished;
        await b.UntilAsync(() => a.State.Meter.FramesReceived.Total + b.State.Meter.FramesReceived.Total >= player.Messages);
        after = [.. player.Connections().Where(connection => connection.Path.StartsWith("/b/", StringComparison.Ordinal))];
        var ended = Micros.Now(clock);
        await b.UntilAsync(() => Micros.Now(clock) > ended + Micros.From(Tail * rate), Tail);
        await a.StopAsync();
        check = await b.StopAsync();
        return true;
    }

    private Dictionary<string, string?> Settings(RecordingPlayer player, string name)
    {
        var section = $"Ingester:Exchanges:{exchange.Profile.Name}";
        var markets = recording.Symbols.Select((symbol, index) => KeyValuePair.Create<string, string?>($"{section}:Markets:{index}", MarketOf(symbol)));
        return new(markets)
        {
            ["Ingester:Replica"] = name,
            ["Ingester:Replicas:0"] = "a",
            ["Ingester:Replicas:1"] = "b",
            [$"{section}:WebSocket"] = $"{player.WebSocketAddress(exchange.Profile.Name)}/{name}",
            [$"{section}:RepairTrades"] = "false", // gaps stay as they are
            [$"{section}:VerifiedBooks:0"] = checksBooks ? "*" : "none",
            ["Ingester:Internal:Connections:BackoffBase"] = "00:00:00.050",
        };
    }
}
