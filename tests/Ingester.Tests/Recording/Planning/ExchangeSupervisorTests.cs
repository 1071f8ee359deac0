using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Segments;
using Ingester.Recording.Lanes;
using Ingester.Recording.Planning;
using Ingester.Testing.Fakes;
using Ingester.Tests.Core.Segments;
using Ingester.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Planning;

/// <summary>A fault that nothing handles restarts its exchange alone, after storing what it holds.</summary>
public sealed class ExchangeSupervisorTests
{
    private const long T0 = 1_761_350_400_000_000;

    private readonly LogLines<PlanningEvents> log = new();
    private readonly CollectingOutput output = new();
    private readonly BreakingClock time = new();
    private string list = """["BTC-USDT"]""";
    private int broken; // so many dials are left that throw what no dial may

    [Fact]
    public async Task Bug_restarts_only_that_exchange_and_received_events_are_stored()
    {
        using var rig = NewRig();
        using var other = NewRig();
        var (supervisor, neighbour) = (Supervise(rig), Supervise(other));
        var (run, running) = (supervisor.RunAsync(rig.Stop.Token), neighbour.RunAsync(other.Stop.Token));
        var (server, beside) = (await rig.Server.AcceptAsync(), await other.Server.AcceptAsync());
        Assert.StartsWith("+1", await server.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("+1", await beside.ReadAsync(), StringComparison.Ordinal);
        for (var id = 1; id <= 3; id++)
            await server.SayAsync(FakeDecoder.Trade(id, T0 + id));
        await Rig.UntilAsync(() => supervisor.Lanes.Sum(lane => lane.Counts.Trades) == 3);
        broken = 1;
        server.Abort();

        var again = await rig.Server.AcceptAsync();
        Assert.StartsWith("+1", await again.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal(1, rig.Meter.ExchangeRestarts.TotalOf("fake"));
        var segment = Assert.Single(output.Segments).Segment;
        Assert.Equal((3, false), (segment.Count, segment.IsWhole));
        Assert.Equal(1, supervisor.Status.Restarts);
        Assert.Contains("a broken invariant", supervisor.Status.LastError, StringComparison.Ordinal);

        await beside.SayAsync(FakeDecoder.Trade(1, T0));
        await Rig.UntilAsync(() => neighbour.Lanes.Sum(lane => lane.Counts.Trades) == 1);
        Assert.Equal((0, 1, 0), (neighbour.Status.Restarts, other.Meter.ConnectionsOpened.Total, other.Meter.ConnectionsLost.Total));
        again.Abort();
        beside.Abort();
        await rig.StopAsync(run);
        await other.StopAsync(running);
    }

    [Fact]
    public async Task Events_missed_between_a_fault_and_the_restart_are_a_gap()
    {
        using var rig = NewRig();
        var supervisor = Supervise(rig);
        var run = supervisor.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        await SayTradesAsync(supervisor, server, 1, 2, 3);
        broken = 1;
        server.Abort();

        var again = await rig.Server.AcceptAsync();
        await SayTradesAsync(supervisor, again, 3, 8, 9); // the exchange sends the last one again
        broken = 1;
        again.Abort();

        var third = await rig.Server.AcceptAsync();
        await SayTradesAsync(supervisor, third, 10); // nothing was missed
        Assert.Equal(2, supervisor.Status.Restarts);
        third.Abort();
        await rig.StopAsync(run);
        var gap = Assert.Single(output.Lines(Dataset.Gaps));
        Assert.Contains("\"after\":3,\"upto\":7,", gap, StringComparison.Ordinal);
        Assert.Contains("\"cause\":\"disconnect\"", gap, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 8, 9, 10], output.Segments.SelectMany(segment => segment.Rows.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(Id));
    }

    [Fact]
    public async Task Rows_that_could_not_be_handed_over_are_part_of_the_gap()
    {
        using var rig = NewRig();
        var refusing = new RefusingOutput(output);
        var supervisor = Supervise(rig, refusing);
        var run = supervisor.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        await SayTradesAsync(supervisor, server, 1, 2, 3);
        refusing.Refusals = 1;
        server.Abort();
        broken = 1;

        var again = await rig.Server.AcceptAsync();
        await SayTradesAsync(supervisor, again, 8, 9);
        again.Abort();
        await rig.StopAsync(run);
        var gap = Assert.Single(output.Lines(Dataset.Gaps)); // asked when all is written: a trade is counted before its gap is
        Assert.Contains("\"after\":0,\"upto\":7,", gap, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bug_in_the_time_of_a_lane_is_a_fault_of_its_exchange()
    {
        using var rig = NewRig();
        var supervisor = Supervise(rig);
        var run = supervisor.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        await server.ReadAsync();
        await server.SayAsync(FakeDecoder.Trade(1, T0));
        await Rig.UntilAsync(() => supervisor.Lanes.Sum(lane => lane.Counts.Trades) == 1);
        time.Breaks = 1;
        supervisor.Tick();
        server.Abort();
        var again = await rig.Server.AcceptAsync();
        Assert.StartsWith("+1", await again.ReadAsync(), StringComparison.Ordinal);
        Assert.Single(output.Segments);
        Assert.Equal(1, supervisor.Status.Restarts);
        again.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Repeated_fault_is_logged_as_an_error_once_and_its_end_is_logged()
    {
        using var rig = NewRig();
        broken = 4;
        var supervisor = Supervise(rig);
        var run = supervisor.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal(4, rig.Meter.ExchangeRestarts.Total);
        Assert.Contains("a broken invariant", Assert.Single(log.Of(LogLevel.Error)), StringComparison.Ordinal);
        await Rig.UntilAsync(() =>
        {
            supervisor.Tick();
            return supervisor.Status.LastError is null;
        });
        Assert.Contains("after 4 restarts", Assert.Single(log.Of(LogLevel.Information), line => line.Contains("is stable again", StringComparison.Ordinal)), StringComparison.Ordinal);
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Exchange_that_cannot_be_reached_is_a_warning_once_and_no_error()
    {
        using var rig = NewRig();
        rig.Server.Refusal = () => new ConnectionException(ConnectionFaultKind.Unreachable, "No route.");
        var run = Supervise(rig).RunAsync(rig.Stop.Token);
        await Rig.UntilAsync(() => rig.Meter.ConnectionsFailed.Total >= 5);
        list = "{";
        await Rig.UntilAsync(() => rig.Meter.MarketListRefreshes.TotalOf("failed") >= 5);
        await rig.StopAsync(run);
        Assert.Empty(log.Of(LogLevel.Error));
        Assert.Single(log.Of(LogLevel.Warning), line => line.Contains("No route", StringComparison.Ordinal));
        Assert.Single(log.Of(LogLevel.Warning), line => line.Contains("market list", StringComparison.Ordinal));
        Assert.Equal(0, rig.Meter.ExchangeRestarts.Total);
    }

    [Fact]
    public async Task Market_list_that_is_read_by_a_bug_is_a_fault_of_that_list_and_an_error_once()
    {
        using var rig = NewRig();
        var supervisor = Supervise(rig);
        var run = supervisor.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        list = FakeExchange.BuggyList;
        await Rig.UntilAsync(() => rig.Meter.MarketListRefreshes.TotalOf("failed") >= 3);
        Assert.Single(log.Of(LogLevel.Error));
        Assert.Contains("because of a bug", supervisor.Status.LastError, StringComparison.Ordinal);
        Assert.Equal((1, 0, 0), (supervisor.Status.ConnectionsOpen, rig.Meter.ConnectionsLost.Total, rig.Meter.ExchangeRestarts.Total));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Lanes_end_with_their_connections()
    {
        using var rig = NewRig(streams: 2);
        list = """["BTC-USDT","ETH-USDT","XRP-USDT"]""";
        var supervisor = Supervise(rig);
        var run = supervisor.RunAsync(rig.Stop.Token);
        for (var connection = 0; connection < 3; connection++)
            (await rig.Server.AcceptAsync()).Abort();
        Assert.Equal(3, supervisor.Lanes.Count);
        list = """["BTC-USDT"]""";
        await Rig.UntilAsync(() => supervisor.Status.ConnectionsWanted == 1);
        supervisor.Tick();
        Assert.False(Assert.Single(supervisor.Lanes).IsClosed);
        await rig.StopAsync(run);
        Assert.Empty(supervisor.Lanes);
    }

    private Rig NewRig(int? streams = null) => new()
    {
        Options = new() { BackoffBase = TimeSpan.FromMilliseconds(1), BackoffCap = TimeSpan.FromMilliseconds(2), SilenceLimit = TimeSpan.FromDays(1), StableAfter = TimeSpan.FromMilliseconds(20), CloseTimeout = TimeSpan.FromMilliseconds(50) },
        Choice = new() { Markets = ["*-USDT"], Datasets = ["trades"], DiscoveryInterval = TimeSpan.FromMilliseconds(2), StreamsPerConnection = streams is null ? null : 1 },
        Http = new(new Answering((_, _) => Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(list)) }))),
    };

    private static async Task SayTradesAsync(ExchangeSupervisor supervisor, System.Net.WebSockets.WebSocket server, params long[] ids)
    {
        await server.ReadAsync();
        foreach (var id in ids)
            await server.SayAsync(FakeDecoder.Trade(id, T0 + id));
        await Rig.UntilAsync(() => supervisor.Lanes.Sum(lane => lane.Counts.Trades) == ids.Length);
        supervisor.Tick(); // takes each lane's lock: the frame that was counted last is done with, and its gap is written
    }

    private static long Id(string row) => long.Parse(JsonDocument.Parse(row).RootElement.GetProperty("id").GetString()!, CultureInfo.InvariantCulture);

    private ExchangeSupervisor Supervise(Rig rig, ISegmentOutput? into = null)
    {
        var own = into ?? (output.Segments.Count == 0 && rig.Meter.ExchangeRestarts.Total == 0 ? output : new());
        var segments = new SegmentContext(new(), own, new(rig.Meter, NullLogger<SegmentEvents>.Instance));
        var services = rig.Services with
        {
            Events = new(rig.Meter, log),
            DialAsync = async (address, headers, stop) => Interlocked.Decrement(ref broken) >= 0 ? throw new InvalidOperationException("a broken invariant") : await rig.Server.DialAsync(address, headers, stop),
        };
        return new(rig.Context, services, () => new(), owned => new(rig.Exchange, segments, new(rig.Meter, NullLogger<LaneEvents>.Instance), time) { Services = owned });
    }

    /// <summary>Hands on what it gets, but throws when it is told to.</summary>
    private sealed class RefusingOutput(ISegmentOutput next) : ISegmentOutput
    {
        private int refusals;

        public int Refusals
        {
            set => refusals = value;
        }

        public CoverageJournal Coverage => next.Coverage;

        public bool TryAdd(SealedSegment segment) =>
            Interlocked.Decrement(ref refusals) >= 0 ? throw new InvalidOperationException("a bug in the output") : next.TryAdd(segment);

        public bool TryAdd(SealedSnapshot book) => next.TryAdd(book);

        public void Add(in JournalRow row) => next.Add(row);
    }

    /// <summary>A clock that throws when it is told to.</summary>
    private sealed class BreakingClock : TimeProvider
    {
        private int breaks;

        public int Breaks
        {
            set => breaks = value;
        }

        public override DateTimeOffset GetUtcNow() =>
            Interlocked.Decrement(ref breaks) >= 0 ? throw new InvalidOperationException("a bug in time") : DateTimeOffset.FromUnixTimeMilliseconds(T0 / 1000);
    }
}
