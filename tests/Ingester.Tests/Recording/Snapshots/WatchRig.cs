using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Live;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Recording.Backfill;
using Ingester.Recording.Lanes;
using Ingester.Recording.Snapshots;
using Ingester.Testing;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Snapshots;

/// <summary>A lane of one market whose errands a test runs by hand.</summary>
internal sealed class WatchRig : INoticeListener, IDisposable
{
    public const long T0 = 1_761_350_400_000; // milliseconds

    private readonly ChunkBalance chunks = new();

    public WatchRig(string exchange = "binance", string symbol = "BTCUSDT", bool keepsBooks = false)
    {
        Exchange = ExchangeCatalog.Find(exchange)!;
        Market = Exchange.Profile.Symbols.ToMarket(symbol);
        Plan = new(Clock, TimeSpan.FromHours(1), new(1));
        Repairs = new(Clock, TimeSpan.FromSeconds(1));
        Errands = new() { Snapshots = Exchange.Profile.Book.SnapshotEndpoint is null ? null : Plan, HasVerifiedBook = _ => keepsBooks, Backfills = Repairs, CanBackfill = _ => true };
        Lane = new(Exchange, new(new(), Output, new(Meter, NullLogger<SegmentEvents>.Instance)) { Live = Live }, new(Meter, NullLogger<LaneEvents>.Instance), Clock)
        {
            Services = Errands,
        };
        Lane.Add([new(Dataset.Trades, Market), new(Exchange.Profile.BookDataset, Market)]);
        Feed = Lane.OpenFeed(this);
    }

    public IExchange Exchange { get; }

    public Market Market { get; }

    public ManualClock Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(T0));

    public IngesterMeter Meter { get; } = new();

    public CollectingOutput Output { get; } = new();

    public LiveHub Live { get; } = new(1 << 20);

    public SnapshotSchedule Plan { get; }

    public BackfillQueue Repairs { get; }

    public LaneServices Errands { get; }

    public Lane Lane { get; }

    public ILaneFeed Feed { get; private set; }

    /// <summary>The streams that were resubscribed.</summary>
    public List<Subscription> Renewed { get; } = [];

    /// <summary>A change of the book that holds the ids (after, upTo], a second after the one before.</summary>
    public void Diff(long after, long upTo, string bids = "[]", string asks = "[]", ILaneFeed? feed = null)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        (feed ?? Feed).Receive(Encoding.UTF8.GetBytes(
            $$$"""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":{{{Now / 1000}}},"s":"BTCUSDT","U":{{{after + 1}}},"u":{{{upTo}}},"b":{{{bids}}},"a":{{{asks}}}}}"""));
    }

    /// <summary>The connection is lost, and another one is opened and asks for the same.</summary>
    public void Reconnect()
    {
        Feed.Dispose();
        Feed = Lane.OpenFeed(this);
        Feed.OnSubscribed([new(Exchange.Profile.BookDataset, Market)]);
    }

    /// <summary>What is fetched next, answered with a book that contains the ids up to one.</summary>
    public SnapshotFit Answer(long upTo, string bids = """[["1","1"]]""", string asks = """[["2","1"]]""") => Answer(Ask(), upTo, bids, asks);

    /// <summary>The request for what is fetched next.</summary>
    public SnapshotRequest Ask() => Plan.TakeDue() ?? throw new InvalidOperationException("Nothing is due.");

    /// <summary>The response to a request.</summary>
    public SnapshotFit Answer(SnapshotRequest errand, long upTo, string bids = """[["1","1"]]""", string asks = """[["2","1"]]""")
    {
        var body = $$"""{"lastUpdateId":{{upTo}},"bids":{{bids}},"asks":{{asks}}}""";
        return errand.Observer.OfferSnapshot(new(Exchange.Profile.Book.SnapshotEndpoint!.Parse(Encoding.UTF8.GetBytes(body)), errand.Reason, 1000));
    }

    public long Now => Micros.Now(Clock);

    public void OnNotice(in Notice notice)
    {
        // Nothing is asked of this exchange.
    }

    public void Resubscribe(Subscription stream) => Renewed.Add(stream);

    public void Dispose()
    {
        Feed.Dispose();
        Lane.Close();
        Meter.Dispose();
        chunks.Dispose();
    }
}
