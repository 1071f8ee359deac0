using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Core.Connections;

/// <summary>The streams of one planned connection, see <see cref="ILane"/>.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="context">Where segments go.</param>
/// <param name="events">Logs and counters.</param>
/// <param name="clock">The local clock.</param>
internal sealed class Lane(IExchange exchange, SegmentContext context, LaneEvents events, TimeProvider clock) : ILane
{
    private readonly Lock gate = new();
    private readonly SymbolTable<MarketStreams> markets = new();
    private readonly List<LaneFeed> feeds = [];
    private readonly LaneStatistics statistics = new();
    private readonly FeedClock idle = new();
    private LaneCounts counts;
    private LaneCounts counted;

    /// <summary>
    /// Names the market of a symbol that was never added, for recordings whose subscriptions nobody knows; null (the default) quarantines it.
    /// </summary>
    public Func<string, Market?>? Unlisted { get; init; }

    /// <summary>What came so far.</summary>
    public LaneCounts Counts => counts;

    /// <summary>The exchange.</summary>
    internal IExchange Exchange => exchange;

    /// <summary>The lane's lock: one per frame, uncontended except while connections rotate.</summary>
    internal Lock Gate => gate;

    internal SegmentContext Context => context;

    internal LaneEvents Events => events;

    internal TimeProvider Clock => clock;

    internal LaneStatistics Statistics => statistics;

    internal ref LaneCounts Tally => ref counts;

    /// <summary>The recorders of every stream of the lane.</summary>
    public IReadOnlyList<StreamRecorder> Streams
    {
        get
        {
            lock (gate)
                return [.. markets.Values.SelectMany(market => market.All)];
        }
    }

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Subscription> streams)
    {
        lock (gate)
            foreach (var stream in streams)
                Ensure(stream.Market).Open(stream.Dataset);
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Subscription> streams)
    {
        lock (gate)
            foreach (var stream in streams)
            {
                if (!markets.TryGet(System.Text.Encoding.UTF8.GetBytes(stream.Market.Symbol), out var market))
                    continue;
                market.Find(stream.Dataset)?.Close(statistics, Micros.Now(clock));
                market.Forget(stream.Dataset); // its symbol stays known: frames may come until the exchange has unsubscribed it
            }
    }

    /// <inheritdoc/>
    public ILaneFeed Open(INoticeListener listener)
    {
        var feed = new LaneFeed(this, listener);
        lock (gate)
        {
            if (feeds.Count == 0)
                statistics.Connected(Micros.Now(clock));
            feeds.Add(feed);
        }

        return feed;
    }

    /// <summary>Time has passed: called about once a second of the local clock.</summary>
    public void Tick()
    {
        LaneCounts since;
        lock (gate)
        {
            var time = feeds.Count > 0 ? feeds[^1].Clock : idle;
            time.Local = Micros.Now(clock);
            foreach (var market in markets.Values)
                foreach (var stream in market.All)
                    stream.Tick(time, statistics);
            since = counts.Since(counted);
            counted = counts;
        }

        events.Counted(exchange.Profile.Name, since);
    }

    /// <summary>Recording ends: every stream hands over what it has.</summary>
    public void Close()
    {
        Tick();
        lock (gate)
            foreach (var market in markets.Values)
                foreach (var stream in market.All)
                    stream.Close(statistics);
    }

    /// <summary>A connection is lost; with it, unless another one carries them, the streams are interrupted.</summary>
    internal void Lost(LaneFeed feed)
    {
        lock (gate)
        {
            if (!feeds.Remove(feed) || feeds.Count > 0)
                return;
            statistics.Lost(Micros.Now(clock));
            foreach (var market in markets.Values)
                foreach (var stream in market.All)
                    stream.Interrupted();
        }
    }

    /// <summary>Finds the recorders of a symbol; null for a market that is not known.</summary>
    internal MarketStreams? Find(ReadOnlySpan<byte> symbol)
    {
        if (markets.TryGet(symbol, out var known))
            return known;
        return Unlisted?.Invoke(System.Text.Encoding.UTF8.GetString(symbol)) is { } market ? Ensure(market) : null;
    }

    private MarketStreams Ensure(Market market)
    {
        if (markets.TryGet(System.Text.Encoding.UTF8.GetBytes(market.Symbol), out var known))
            return known;
        var created = new MarketStreams(exchange.Profile, market, context) { OpensAll = Unlisted is not null };
        markets.Set(market.Symbol, created);
        return created;
    }
}
