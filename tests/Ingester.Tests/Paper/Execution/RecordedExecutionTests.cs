using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Paper.Execution;
using Ingester.Paper.Orders;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Tests.Program.Importing;

namespace Ingester.Tests.Paper.Execution;

/// <summary>
/// Orders on recordings of real exchanges: the independent matcher gives the same events. <c>INGESTER_MATCHER_INPUTS=1000000</c> reads that many inputs of each
/// recording.
/// </summary>
public sealed class RecordedExecutionTests
{
    private const int OrderEvery = 12; // inputs

    private static readonly int Inputs = int.Parse(Environment.GetEnvironmentVariable("INGESTER_MATCHER_INPUTS") ?? "3000", CultureInfo.InvariantCulture);

    public static TheoryData<string> Exchanges => ["binance", "binance-futures", "bitflyer", "bybit", "bybit-linear", "coinbase", "coinbase-advanced", "hyperliquid", "upbit"];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task Independent_matcher_gives_the_same_fills_on_a_recording(string exchange)
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        var runs = new List<ExecutionRig>();
        var inputs = 0;
        foreach (var recording in Corpus.Recordings(exchange))
        {
            using var rig = new ImportRig();
            await rig.ImportAsync(exchange, [recording.Path]);
            if (FindMarket(rig) is not { } market)
                continue;
            await StoreSnapshotAsync(recording.Path, Path.Combine(rig.Root, "a"), market.Trades);
            var archive = new ArchiveReader(new DirectoryStore(Path.Combine(rig.Root, "a"), TimeProvider.System), "");
            var run = new ExecutionRig(ExecutionRig.Options() with { EntryLatency = Latency.FromQuantiles([0, 2_000, 90_000]), CancelLatency = Latency.Constant(5_000), Seed = (ulong)recording.Name.Length });
            var trader = new RandomTrader(run, recording.Name.Length);
            var read = 0;
            await foreach (var input in new RecordedInputs(archive, market.Trades).ReadAsync(market.Period, TestContext.Current.CancellationToken))
            {
                run.Apply(input);
                if (++read % OrderEvery == 0)
                    trader.Act();
                if (read == Inputs)
                    break; // the others are read by the long form
            }

            run.Advance(market.Period.To);
            runs.Add(run);
            inputs += read;
        }

        await PythonMatcher.CompareAsync(runs);
        var fills = runs.SelectMany(static run => run.Events).Where(static one => one.Fill is not null).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{exchange}: {runs.Count} recordings, {inputs} inputs, {runs.Sum(static run => run.Orders.Count)} orders, {fills.Count} fills, "
            + $"{fills.Count(static one => one.Fill!.Liquidity == Liquidity.Maker)} as maker, {string.Join(", ", fills.CountBy(static one => one.Evidence))}; {string.Join(", ", runs.SelectMany(static run => run.Events).Where(static one => one.Kind == OrderEventKind.Rejected).CountBy(static one => one.Text).Take(3))}");
        Assert.Contains(fills, static one => one.Fill!.Liquidity == Liquidity.Taker);
        Assert.Contains(fills, static one => one.Fill!.Liquidity == Liquidity.Maker);
    }

    /// <summary>The market with a recorded book that has most rows of trades, and the minutes of the recording; null if there is none.</summary>
    private static (StreamId Trades, Period Period)? FindMarket(ImportRig rig)
    {
        var segments = rig.Segments();
        var books = rig.Objects().Keys.Where(static key => key.Split('/')[0] is "snapshots" or "depth").Select(static key => key.Split("pair=")[1].Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        var found = segments.Where(one => one.Name.Stream.Dataset == Dataset.Trades && books.Contains(one.Name.Stream.Market)).GroupBy(static one => one.Name.Stream)
            .MaxBy(static stream => stream.Sum(static one => one.Rows.AsSpan().Count('\n')));
        return found is null ? null : (found.Key, new(segments.Min(static one => one.Name.Window.StartMicros), segments.Max(static one => one.Name.Window.EndMicros)));
    }

    /// <summary>Stores the snapshot of the market that the recording received over REST, if it has one, at the time of the response.</summary>
    private static async Task StoreSnapshotAsync(string recording, string store, StreamId trades)
    {
        var answers = recording.Replace(".ws.tsv.gz", ".rest.tsv", StringComparison.Ordinal);
        if (answers == recording || !File.Exists(answers) || (await File.ReadAllLinesAsync(answers))[0].Split('\t') is not [var seconds, _, var text] || !text.StartsWith("{\"lastUpdateId\"", StringComparison.Ordinal))
            return;
        using var body = JsonDocument.Parse(text);
        var (id, micros) = (body.RootElement.GetProperty("lastUpdateId").GetInt64(), (long)(decimal.Parse(seconds, CultureInfo.InvariantCulture) * 1_000_000));
        var file = Path.Combine(store, string.Create(CultureInfo.InvariantCulture,
            $"snapshots/exchange={trades.Exchange}/pair={trades.Market}/{DateTimeOffset.UnixEpoch.AddMicroseconds(micros):'year='yyyy'/month='MM'/day='dd'/'HHmm}_{id}_a.json.gz"));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        await gzip.WriteAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"ts\":{micros},\"upto\":{id},\"bids\":{body.RootElement.GetProperty("bids").GetRawText()},\"asks\":{body.RootElement.GetProperty("asks").GetRawText()},\"levels\":1000,\"reason\":\"start\"}}\n")));
    }

    /// <summary>Submits orders around the touch: every type, small and large ones, and cancels some.</summary>
    private sealed class RandomTrader(ExecutionRig rig, int seed)
    {
        private readonly Random random = new(seed);

        public void Act()
        {
            var simulator = rig.Simulator;
            if (rig.Orders.Count > 3 && random.Next(4) == 0)
                rig.Cancel(simulator.Micros, rig.Orders[^random.Next(1, 4)].Id);
            if (simulator.BestBid is not { } bid || simulator.BestAsk is not { } ask)
                return;
            var side = (OrderSide)random.Next(2);
            var (own, opposite) = side == OrderSide.Buy ? (bid, ask) : (ask, bid);
            var size = (random.Next(2) == 0 ? own.Size : opposite.Size) * random.Next(1, 30) / 10;
            rig.Submit(simulator.Micros, random.Next(6) switch
            {
                0 => rig.Market(side, size),
                1 => rig.Limit(side, opposite.Price, size) with { TimeInForce = TimeInForce.ImmediateOrCancel },
                2 => rig.Limit(side, opposite.Price, size),
                3 => rig.Limit(side, own.Price + (own.Price - opposite.Price), size) with { ExpireMicros = simulator.Micros + random.Next(200_000, 20_000_000) },
                _ => rig.Limit(side, own.Price, size / 10),
            });
        }
    }
}
