using System.Globalization;
using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>A lane that records the books of BTC-USD and ETH-USD for four minutes.</summary>
internal sealed class TwoBookLane(string exchange) : IDisposable
{
    private const int Seconds = 60 * 4 + 10;

    private readonly ChunkBalance chunks = new();
    private readonly IngesterMeter meter = new();

    /// <summary>Time of the first second.</summary>
    public static DateTimeOffset Begin { get; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<string> Symbols { get; } = ["BTC-USD", "ETH-USD"];

    public ManualClock Clock { get; } = new(Begin);

    public CollectingOutput Output { get; } = new();

    /// <summary>True while the dates of HTTP answers contradict the clock.</summary>
    public bool DatesContradict { get; init; }

    /// <summary>A time as the exchange writes it.</summary>
    public static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    /// <summary>Records all seconds.</summary>
    /// <param name="framesOf">The frames of a second.</param>
    public void Record(Func<int, IEnumerable<string>> framesOf)
    {
        var segments = new SegmentContext(new(), Output, new(meter, NullLogger<SegmentEvents>.Instance)) { DatesContradict = () => DatesContradict };
        var lane = new Lane(ExchangeCatalog.Find(exchange)!, segments, new(meter, NullLogger<LaneEvents>.Instance), Clock);
        Subscription[] streams = [.. Symbols.Select(symbol => new Subscription(Dataset.Depth, new(symbol, symbol)))];
        lane.Add(streams);
        using var feed = lane.OpenFeed(new IgnoringListener());
        feed.OnSubscribed(streams);
        for (var second = 0; second < Seconds; second++)
        {
            foreach (var frame in framesOf(second))
                feed.Receive(Encoding.UTF8.GetBytes(frame));
            Clock.Advance(TimeSpan.FromSeconds(1));
            lane.Tick();
        }

        lane.Close();
    }

    /// <summary>The minutes after <see cref="Begin"/> of which a whole segment was stored.</summary>
    public int[] WholeMinutes(string market) => [.. Output.Whole.Where(whole => whole.Segment.Stream.Market == market)
        .Select(whole => (int)((whole.Segment.Window.StartMicros - Micros.From(Begin)) / Window.MicrosPerMinute)).Order()];

    public void Dispose()
    {
        meter.Dispose();
        chunks.Dispose();
    }
}
