using Ingester.Core.Exchanges;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Simulator.Events;
using Ingester.Simulator.Exchanges;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;
using Ingester.Simulator.Protocols;
using Ingester.Simulator.Protocols.Coinbase;
using Ingester.Simulator.Protocols.Kraken;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>
/// Counts what recording allocates, from the frame to the sealed segment, windows, coverage and ticks included: a count cannot flake as a time can.
/// </summary>
[Collection(nameof(AllocationTests))] // alone: pools are shared
public sealed class RecordingAllocationTests : IDisposable
{
    private const double MostPerFrame = 16;
    private const int FramesPerSecond = 100; // of two markets: 1,500 per stream and minute, as a busy market has
    private const int WarmMinutes = 3; // pools fill, decoders grow
    private const int Minutes = 3;

    public static TheoryData<string> Exchanges => [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name)];

    private readonly ChunkBalance chunks = new();

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Recording_hardly_allocates(string name)
    {
        var exchange = ExchangeCatalog.Find(name)!;
        var clock = new ManualClock();
        using var meter = new IngesterMeter();
        var output = new DroppingOutput();
        var context = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance)) { RecordsArrivals = true };
        var lane = new Lane(exchange, context, new(meter, NullLogger<LaneEvents>.Instance), clock);
        var (markets, seconds) = SimulatedExchangeCatalog.Names.Contains(name) ? Simulate(name, Micros.Now(clock)) : FillTemplates(name, Micros.Now(clock));
        lane.Add([.. markets.SelectMany(market => new[] { Dataset.Trades, exchange.Profile.BookDataset }.Select(dataset => new Subscription(dataset, market)))]);
        using var feed = lane.OpenFeed(new IgnoringListener());
        Record(seconds.Take(60 * WarmMinutes), clock, lane, feed);
        var (before, events) = (GC.GetAllocatedBytesForCurrentThread(), Events(lane));
        Record(seconds.Skip(60 * WarmMinutes), clock, lane, feed);
        var perFrame = (GC.GetAllocatedBytesForCurrentThread() - before) / (60.0 * Minutes * FramesPerSecond);
        Assert.True(Events(lane) - events >= 60 * Minutes * FramesPerSecond / 2, "Frames were not taken.");
        Assert.Equal(0, lane.Counts.Quarantined);
        Assert.True(output.Segments > 2 * markets.Count, "No segment was sealed.");
        Assert.InRange(perFrame, 0, MostPerFrame);
        lane.Close();
    }

    public void Dispose() => chunks.Dispose();

    private static void Record(IEnumerable<List<byte[]>> seconds, ManualClock clock, Lane lane, ILaneFeed feed)
    {
        foreach (var second in seconds)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            foreach (var frame in second)
                feed.Receive(frame);
            lane.Tick();
        }
    }

    private static (IReadOnlyList<Market> Markets, List<List<byte[]>> Seconds) Simulate(string exchange, long start)
    {
        var markets = Markets(exchange, start);
        return ([.. markets.Select(market => new Market(market.Spec.Name, market.Spec.Symbol))], Frames(exchange, markets, start));
    }

    private static (IReadOnlyList<Market> Markets, List<List<byte[]>> Seconds) FillTemplates(string exchange, long start)
    {
        var frames = new TemplateFrames(exchange);
        var seconds = Enumerable.Range(0, 60 * (WarmMinutes + Minutes)).Select(second => Enumerable.Range(0, FramesPerSecond)
            .Select(i => frames.Next(i % 2, i % 4 < 2, start + second * 1_000_000L + i * 10_000L)).ToList()).ToList();
        seconds[0].InsertRange(0, frames.Opening());
        return (frames.Markets, seconds);
    }

    private static List<SimulatedMarket> Markets(string exchange, long micros)
    {
        var profile = SimulatedExchangeCatalog.Find(exchange);
        return [.. MarketSpecFactory.Generate(profile, new() { Exchanges = [exchange], Markets = 2 }).Take(2).Select(spec => new SimulatedMarket(exchange, spec, new(), micros))];
    }

    /// <summary>The frames of each second, in the format of the exchange.</summary>
    private static List<List<byte[]>> Frames(string exchange, List<SimulatedMarket> markets, long start)
    {
        var profile = SimulatedExchangeCatalog.Find(exchange);
        var frames = profile.CreateFrameWriter();
        var (text, simulatedEvent, seconds) = (new Utf8Builder(), new SimulatedEvent(), new List<List<byte[]>>());
        for (var second = 0; second < 60 * (WarmMinutes + Minutes); second++)
        {
            var list = new List<byte[]>();
            for (var i = 0; i < FramesPerSecond; i++)
            {
                var market = markets[i % markets.Count];
                var micros = market.AdvanceTo(start + second * 1_000_000L + i * 10_000L);
                var channel = market.Stream(i % 4 < 2 ? Dataset.Trades : Dataset.Depth).GetOrAddChannel(Channel(frames, market, i % 4 < 2), i % 4 < 2 ? 0 : 10);
                foreach (var next in i % 4 < 2 ? GenerateTrades(market, micros, frames.CanGroupTrades, simulatedEvent) : GenerateDiff(market, micros, profile.HasChainedDiffs, simulatedEvent))
                    if (frames.Write(text.Clear(), channel, next))
                        list.Add(text.Written.ToArray());
            }

            seconds.Add(list);
        }

        return seconds;
    }

    private static IEnumerable<SimulatedEvent> GenerateDiff(SimulatedMarket market, long micros, bool chained, SimulatedEvent simulatedEvent)
    {
        market.NextDiff(micros, simulatedEvent, chained);
        yield return simulatedEvent;
    }

    private static IEnumerable<SimulatedEvent> GenerateTrades(SimulatedMarket market, long micros, bool grouped, SimulatedEvent simulatedEvent)
    {
        var burst = new List<SimulatedTrade>();
        market.NextBurst(micros, burst);
        var size = grouped ? burst.Count : 1;
        for (var i = 0; i < burst.Count; i += size)
        {
            simulatedEvent.SetTrades([.. burst.Skip(i).Take(size)]);
            yield return simulatedEvent;
        }
    }

    private static long Events(Lane lane) => lane.Counts.Trades + lane.Counts.AggTrades + lane.Counts.Diffs + lane.Counts.Snapshots;

    private static string Channel(IFrameWriter frames, SimulatedMarket market, bool trades) => frames switch
    {
        KrakenFrameWriter => trades ? "trade" : "book",
        CoinbaseFrameWriter => trades ? "matches" : "level2_batch",
        _ => $"{market.Spec.Symbol.ToLowerInvariant()}@{(trades ? "trade" : "depth@100ms")}",
    };

    private sealed class DroppingOutput : ISegmentOutput
    {
        public int Segments { get; private set; }

        public CoverageJournal Coverage => field ??= new(this);

        public bool TryAdd(SealedSegment segment)
        {
            Segments++;
            segment.Rows.Dispose();
            segment.Received?.Dispose();
            return true;
        }

        public bool TryAdd(SealedSnapshot book)
        {
            book.Rows.Dispose();
            return true;
        }

        public void Add(in JournalRow row)
        {
        }
    }
}
