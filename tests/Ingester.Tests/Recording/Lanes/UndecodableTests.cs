using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Testing;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>Rules U1 to U3 and T3 of <c>docs/proof.md</c>, with the frames of a real exchange.</summary>
public sealed class UndecodableTests : IDisposable
{
    private const int Minutes = 4;

    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly ChunkBalance chunks = new();
    private readonly ManualClock clock = new(Begin);
    private readonly IngesterMeter meter = new();
    private readonly CollectingOutput output = new();
    private bool datesContradict;

    [Fact]
    public void Frame_that_names_a_market_ends_the_proof_of_that_market_alone()
    {
        Record(at: 90, """{"type":"l2update","product_id":"BTC-USD","changes":[["buy","60.00","130"]],"time":"0001-01-01T00:00:00.000000Z"}""");
        Assert.Equal([1, 2, 3], WholeMinutes("ETH-USD"));
        Assert.Equal([2, 3], WholeMinutes("BTC-USD"));
        var gap = JsonDocument.Parse(Assert.Single(output.Lines(Dataset.Gaps))).RootElement;
        Assert.Equal(("BTC-USD", "undecodable"), (gap.GetProperty("pair").GetString(), gap.GetProperty("cause").GetString()));
        Assert.InRange(Micros.From(Begin.AddSeconds(90)), gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64());
    }

    [Theory]
    [InlineData("""{"type":"l2update","product_id":"BTC-USD","changes":[["buy","60""")] // what is cut off may have named another market
    [InlineData("no JSON at all")]
    [InlineData("""{"type":"l2update","product_id":"BTC-USD","related":"ETH-USD"}""")]
    public void Frame_that_may_be_of_any_market_ends_the_proof_of_all(string frame)
    {
        Record(at: 90, frame);
        Assert.Equal([2, 3], WholeMinutes("ETH-USD"));
        Assert.Equal([2, 3], WholeMinutes("BTC-USD"));
        Assert.Equal(2, output.Lines(Dataset.Gaps).Count());
    }

    [Fact]
    public void Flood_is_written_down_once_a_minute_and_no_window_of_it_is_whole()
    {
        Record(at: 70, "{", until: 100);
        Assert.Equal([3], WholeMinutes("BTC-USD"));
        Assert.Equal(2, output.Lines(Dataset.Gaps).Count(line => line.Contains("BTC-USD", StringComparison.Ordinal)));
    }

    [Fact]
    public void While_dates_of_HTTP_answers_contradict_the_clock_nothing_is_whole()
    {
        datesContradict = true;
        Record(at: -1, "");
        Assert.Empty(output.Whole);
        Assert.DoesNotContain(output.Lines(Dataset.Coverage), line => line.Contains("\"quiet\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Whole_windows_have_the_grade_of_their_proof()
    {
        Record(at: -1, "");
        Assert.All(output.Whole, whole => Assert.Equal(ProofGrade.Connection, whole.Segment.Grade));
        Assert.Equal([1, 2, 3], WholeMinutes("BTC-USD"));
    }

    public void Dispose()
    {
        meter.Dispose();
        chunks.Dispose();
    }

    /// <summary>Four minutes of two books and heartbeats, a change a second each, with frames that cannot be decoded in between.</summary>
    private void Record(int at, string frame, int? until = null)
    {
        var facts = ExchangeCatalog.Find("coinbase")!;
        var segments = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance)) { DatesContradict = () => datesContradict };
        var lane = new Lane(facts, segments, new(meter, NullLogger<LaneEvents>.Instance), clock);
        Market[] markets = [new("BTC-USD", "BTC-USD"), new("ETH-USD", "ETH-USD")];
        lane.Add([.. markets.Select(market => new Subscription(Dataset.Depth, market))]);
        using var feed = lane.OpenFeed(new Nobody());
        feed.OnSubscribed([.. markets.Select(market => new Subscription(Dataset.Depth, market))]);
        for (var second = 0; second < 60 * Minutes + 10; second++)
        {
            var time = Begin.AddSeconds(second).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
            foreach (var market in markets)
                Send(feed, $$"""{"type":"l2update","product_id":"{{market.Symbol}}","changes":[["buy","59.00","{{second}}"]],"time":"{{time}}"}""");
            if (second >= at && second <= (until ?? at))
                Send(feed, frame);
            clock.Advance(TimeSpan.FromSeconds(1));
            lane.Tick();
        }

        lane.Close();
    }

    private static void Send(ILaneFeed feed, string frame) => feed.Receive(Encoding.UTF8.GetBytes(frame));

    private int[] WholeMinutes(string market) => [.. output.Whole.Where(whole => whole.Segment.Stream.Market == market)
        .Select(whole => (int)((whole.Segment.Window.StartMicros - Micros.From(Begin)) / Window.MicrosPerMinute)).Order()];

    private sealed class Nobody : INoticeListener
    {
        public void OnNotice(in Notice notice)
        {
            // Nothing is asked of this exchange.
        }

        public void Resubscribe(Subscription stream)
        {
            // Nobody can resubscribe.
        }
    }
}
