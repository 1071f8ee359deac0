using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Simulator.Playing;
using Ingester.Status;
using Ingester.Storage.Stores;
using Ingester.Testing.Playing;

namespace Ingester.Integration.Tests.Playing;

/// <summary>Two replicas of the real recorder record a recording from the player into one store; the connections of one are cut in the middle.</summary>
internal sealed class PlayedRun : IAsyncDisposable
{
    private const double FirstLeadSeconds = 4; // real seconds
    private const double LastLeadSeconds = 64;

    private static readonly TimeSpan Tail = TimeSpan.FromMinutes(1); // recorded time after the last frame, in which windows close

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-played-").FullName;
    private readonly IExchange exchange;
    private readonly PlayableRecording recording;
    private readonly List<PlayedConnectionState> before = [];
    private IReadOnlyList<PlayedConnectionState> after = [];
    private StoreCheck? check;

    private PlayedRun(IExchange exchange, PlayableRecording recording) => (this.exchange, this.recording) = (exchange, recording);

    /// <summary>Plays a recording to its end.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="path">A file of the recording.</param>
    /// <param name="rate">Recorded seconds per second.</param>
    /// <param name="cut">When replica b is cut, microseconds UTC; null for the middle.</param>
    public static async Task<PlayedRun> RunAsync(IExchange exchange, string path, double rate, long? cut = null)
    {
        var recording = await PlayableRecording.ReadAsync(exchange, path, CancellationToken.None);
        var run = new PlayedRun(exchange, recording);
        for (var lead = FirstLeadSeconds; !await run.TryRunAsync(rate, TimeSpan.FromSeconds(lead), cut ?? (recording.FirstMicros + recording.LastMicros) / 2); lead *= 2)
            Assert.True(lead < LastLeadSeconds, $"The replicas have not subscribed within {lead} s.");
        return run;
    }

    /// <summary>The gaps that must be reported: what b missed between the end of its connections and their successors, by ids or by times.</summary>
    public IReadOnlyList<string> ExpectedGaps()
    {
        var expected = new List<string>();
        foreach (var last in before.SelectMany(connection => connection.Streams))
        {
            DatasetNames.TryParse(last.Dataset, out var dataset);
            var profile = exchange.Profile.Find(dataset)!;
            var first = after.SelectMany(connection => connection.Streams).SingleOrDefault(stream => (stream.Dataset, stream.Symbol) == (last.Dataset, last.Symbol));
            if (first is null)
                continue; // nothing came after the cut, so the stream cannot know what it missed
            var stream = new StreamId(dataset, exchange.Profile.Name, MarketOf(last.Symbol));
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
            if (gap.Cause == "snapshot")
                continue;
            var hasTime = exchange.Profile.Find(gap.Stream.Dataset)!.HasExchangeTime;
            reported.Add(gap.Missing is { } ids ? $"{gap.Stream} ({ids.After}, {ids.UpTo}] {gap.Cause}" : hasTime ? $"{gap.Stream} from {gap.FromMicros} {gap.Cause}" : $"{gap.Stream} {gap.Cause}");
        }

        return [.. reported.Order(StringComparer.Ordinal)];
    }

    /// <summary>Differences between the merged streams and the frames sent; empty when every row is there once, in order.</summary>
    public async Task<IReadOnlyList<string>> CompareAsync(PlayedRows rows)
    {
        var faults = new List<string>();
        var store = new DirectoryStore(folder, TimeProvider.System);
        using var archive = new MarketArchive(store, "");
        var (from, to) = (Micros.ToDateTime(recording.FirstMicros).AddDays(-1), Micros.ToDateTime(recording.LastMicros).AddDays(1));
        foreach (var ((dataset, symbol), expected) in rows.Rows.Where(stream => stream.Key.Dataset != Dataset.AggTrades))
        {
            var hasTime = exchange.Profile.Find(dataset)!.HasExchangeTime;
            var stream = new StreamId(dataset, exchange.Profile.Name, MarketOf(symbol));
            var merged = new List<string>();
            await foreach (var row in archive.ReadEventsAsync(stream, new DateTimeOffset(from, TimeSpan.Zero), new DateTimeOffset(to, TimeSpan.Zero), variants: false))
                if (row.Kind == MarketEventKind.Row)
                    merged.Add(PlayedRows.Comparable(row.Row, hasTime));
            var wanted = expected.Select(row => PlayedRows.Comparable(Encoding.UTF8.GetBytes(row), hasTime)).ToList();
            var same = merged.Zip(wanted).TakeWhile(pair => pair.First == pair.Second).Count();
            if (same < Math.Max(merged.Count, wanted.Count))
                faults.Add($"{stream}: {merged.Count} rows instead of {wanted.Count}; row {same} is {merged.ElementAtOrDefault(same) ?? "nothing"} instead of {wanted.ElementAtOrDefault(same) ?? "nothing"}");
        }

        return faults;
    }

    /// <summary>The whole windows of a stream, by the minute of their start.</summary>
    public IReadOnlyList<string> WholeMinutes(Dataset dataset, string symbol) =>
        [.. check!.WholeWindows(new(dataset, exchange.Profile.Name, MarketOf(symbol))).Select(start => Micros.ToDateTime(start).ToString("HH:mm")).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("KEEP") is null) Directory.Delete(folder, recursive: true);
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
        after = [.. player.Connections().Where(connection => connection.Path.StartsWith("/b/", StringComparison.Ordinal))];
        var ended = Micros.Now(clock);
        await b.UntilAsync(() => Micros.Now(clock) > ended + Micros.From(Tail), Tail / rate);
        await a.StopAsync();
        check = await b.StopAsync();
        return true;
    }

    private Dictionary<string, string?> Settings(RecordingPlayer player, string name)
    {
        var section = $"Ingester:Exchanges:{exchange.Profile.Name}";
        return new()
        {
            ["Ingester:Replica"] = name,
            ["Ingester:Replicas:0"] = "a",
            ["Ingester:Replicas:1"] = "b",
            [$"{section}:WebSocket"] = $"{player.WebSocketAddress(exchange.Profile.Name)}/{name}",
            [$"{section}:RepairTrades"] = "false", // gaps stay as they are
            ["Ingester:Internal:Connections:BackoffBase"] = "00:00:00.050",
        };
    }
}
