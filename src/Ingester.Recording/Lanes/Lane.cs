using System;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Recording.Snapshots;

namespace Ingester.Recording.Lanes;

/// <summary>The streams of one planned connection, see <see cref="ILane"/>.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="context">Options and output of segments.</param>
/// <param name="events">Logs and counters.</param>
/// <param name="clock">The local clock.</param>
internal sealed class Lane(IExchange exchange, SegmentContext context, LaneEvents events, TimeProvider clock) : ILane
{
    private const int MarketsPerTickSlice = 8; // maximum number of markets per lock: limits how long a frame waits for the lock

    private readonly Lock gate = new();
    private readonly SymbolTable<MarketStreams> bySymbol = new();
    private readonly List<MarketStreams> markets = []; // in the order of their creation; markets are never removed
    private readonly List<LaneFeed> feeds = [];
    private readonly LaneStatistics statistics = new();
    private readonly ConnectionClock tickClock = new();
    private readonly DoubtfulTimes doubtful = new();
    private readonly StallDetector? stallDetector;
    private bool datesContradict;
    private (long Exchange, long Local) lastTimesOfClosedFeeds; // last exchange and local time of connections that are closed
    private int stalled;
    private int suspects;
    private LaneCounts counts;
    private LaneCounts reportedCounts;
    private volatile bool closed;

    /// <summary>
    /// Creates the market of an unknown symbol, for recordings whose subscriptions are not known. With null (the default) such frames
    /// are quarantined.
    /// </summary>
    public Func<string, Market?>? UnknownMarketFactory { get; init; }

    /// <summary>The rule for stalled streams. Default: streams are not checked, as in the replay of recordings.</summary>
    public StallRule StallRule
    {
        init => stallDetector = new(value);
    }

    /// <summary>The services of the lane. Default: none, as in the replay of recordings.</summary>
    public LaneServices? Services { get; init; }

    /// <inheritdoc/>
    public int StalledCount => Volatile.Read(ref stalled);

    /// <summary>True once the lane is closed: ticks have no effect, and its owner removes it.</summary>
    public bool IsClosed => closed;

    /// <summary>The counts since the lane was created.</summary>
    public LaneCounts Counts => counts;

    /// <summary>The exchange.</summary>
    internal IExchange Exchange => exchange;

    /// <summary>The lane's lock, taken once for the frames of one read; it is uncontended except during a handover.</summary>
    internal Lock Gate => gate;

    internal SegmentContext Context => context;

    internal LaneEvents Events => events;

    internal TimeProvider Clock => clock;

    internal LaneStatistics Statistics => statistics;

    internal ref LaneCounts CountsRef => ref counts;

    /// <summary>The recorders of all streams; the caller holds <see cref="Gate"/>.</summary>
    internal IEnumerable<StreamRecorder> AllRecorders => markets.SelectMany(market => market.Recorders);

    /// <summary>The recorders of all streams.</summary>
    public IReadOnlyList<StreamRecorder> Recorders
    {
        get
        {
            lock (gate)
                return [.. AllRecorders];
        }
    }

    /// <summary>The present view of each market; empty when the lane has no services.</summary>
    public IReadOnlyList<MarketView> MarketViews
    {
        get
        {
            lock (gate)
                return [.. markets.Select(market => market.Observer?.View).OfType<MarketView>()];
        }
    }

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Subscription> streams)
    {
        lock (gate)
            foreach (var stream in streams)
                GetOrAddMarket(stream.Market).Open(stream.Dataset);
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Subscription> streams)
    {
        lock (gate)
            foreach (var stream in streams)
            {
                if (!bySymbol.TryGet(System.Text.Encoding.UTF8.GetBytes(stream.Market.Symbol), out var market))
                    continue;
                if (market.FindOrOpen(stream.Dataset) is not { } recorder)
                    continue;
                foreach (var feed in feeds)
                    feed.RemoveStream(recorder);
                recorder.Close(statistics, Micros.Now(clock));
                recorder.Interrupted(); // no connection carries it now
                stallDetector?.Forget(recorder);
                market.Remove(stream.Dataset); // the symbol stays known: frames may arrive until the exchange has processed the unsubscription
            }
    }

    /// <inheritdoc/>
    public ILaneFeed OpenFeed(INoticeListener listener)
    {
        var feed = new LaneFeed(this, listener);
        lock (gate)
        {
            if (feeds.Count == 0)
                statistics.ConnectionOpened(Micros.Now(clock));
            else
                foreach (var stream in AllRecorders)
                    stream.SuccessorOpened(feed.Clock);
            feed.Clock.ReachedByPredecessors = lastTimesOfClosedFeeds; // not the times of the open connection: the new one may lag behind it
            feeds.Add(feed);
            feed.Clock.SetDatesContradict(datesContradict);
        }

        return feed;
    }

    /// <summary>Advances the time of all streams: called about once a second of the local clock, by one thread at a time.</summary>
    public void Tick()
    {
        var (from, wrong) = (0, 0);
        while (TickSome(ref from, ref wrong))
            Thread.Yield(); // lets a waiting frame take the lock first
        LaneCounts since;
        lock (gate)
        {
            if (closed)
                return;

            CompareDates();
            foreach (var feed in feeds)
                feed.ReportDoubtfulTime();
            if (feeds.Count == 1)
                ResubscribeInvalidBooks(feeds[0].Listener, tickClock.LocalTime);
            ReportStalledCount(stallDetector?.Count ?? 0);
            ReportSuspectCount(wrong);
            since = counts.Since(reportedCounts);
            reportedCounts = counts;
        }

        events.ReportCounts(exchange.Profile.Name, since);
    }

    /// <inheritdoc/>
    public void Close()
    {
        var faults = new List<Exception>();
        CollectFault(Tick, faults);
        LaneCounts since;
        lock (gate)
        {
            if (closed)
                return;
            closed = true;
            foreach (var feed in feeds)
                CollectFault(() => feed.ReportDoubtfulTime(ends: true), faults);
            foreach (var stream in AllRecorders)
                CollectFault(() => stream.Close(statistics), faults);
            foreach (var market in markets)
                market.KeepSuccessors();
            ReportStalledCount(0);
            ReportSuspectCount(0);
            since = counts.Since(reportedCounts);
        }

        events.ReportCounts(exchange.Profile.Name, since);
        if (faults.Count > 0)
            throw new AggregateException(faults);
    }

    /// <summary>Supervising edge of one stream that ends: after an exception the other streams are still processed.</summary>
    private static void CollectFault(Action action, List<Exception> faults)
    {
        try
        {
            action();
        }
        catch (Exception bug)
        {
            faults.Add(bug);
        }
    }

    /// <summary>Closes a feed: streams that no other connection carries are interrupted.</summary>
    internal void OnFeedClosed(LaneFeed feed)
    {
        lock (gate)
        {
            if (!feeds.Remove(feed))
                return;
            if (feed.Clock.ReachedAtEnd is var heard && heard.Exchange >= lastTimesOfClosedFeeds.Exchange)
                lastTimesOfClosedFeeds = heard;
            if (feed.Clock.DoubtfulSpanAtEnd is { } span)
                doubtful.Add(span);
            if (feeds.Count == 0)
                statistics.ConnectionLost(Micros.Now(clock));
            foreach (var stream in AllRecorders)
                stream.ConnectionClosed(feed.Clock);
        }
    }

    /// <summary>
    /// Passes a change in a connection's clock on to all streams, because it affects what they can prove; the caller holds <see
    /// cref="Gate"/>.
    /// </summary>
    /// <param name="clock">The clock of the connection.</param>
    /// <param name="change">What changed.</param>
    /// <param name="before">The exchange time before the change, microseconds UTC.</param>
    internal void ClockChanged(ConnectionClock clock, ClockChange change, long before)
    {
        if (clock.DoubtfulSpanOf(change) is { } span)
            doubtful.Add(span);
        foreach (var stream in AllRecorders)
            stream.ClockChanged(clock, change, before);
    }

    /// <summary>Whether a connection could carry all streams alone: the worst state of all streams.</summary>
    internal TakeoverReadiness TakeoverBy(ConnectionClock connection)
    {
        var worst = TakeoverReadiness.Ready;
        lock (gate)
            foreach (var stream in AllRecorders)
                if (stream.GetTakeoverReadiness(connection) is var state && state > worst)
                    worst = state;
        return worst;
    }

    /// <summary>Returns the streams of a symbol; null for an unknown symbol.</summary>
    internal MarketStreams? FindMarket(ReadOnlySpan<byte> symbol)
    {
        if (bySymbol.TryGet(symbol, out var known))
            return known;
        return UnknownMarketFactory?.Invoke(System.Text.Encoding.UTF8.GetString(symbol)) is { } market ? GetOrAddMarket(market) : null;
    }

    /// <summary>
    /// Returns the market that an undecodable frame names: the frame must be complete JSON and contain exactly one known symbol as a
    /// string; else null.
    /// </summary>
    internal MarketStreams? FindNamedMarket(ReadOnlySpan<byte> frame)
    {
        MarketStreams? named = null;
        var json = new Utf8JsonReader(frame);
        try
        {
            while (json.Read())
                if (json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !json.ValueIsEscaped
                    && bySymbol.TryGet(json.ValueSpan, out var market) && market != named)
                {
                    if (named is not null)
                        return null;
                    named = market;
                }
        }
        catch (JsonException)
        {
            return null; // the truncated part may have named another market
        }

        return named;
    }

    /// <summary>Returns the recorder of a stream; null when there is none. No recorder is created.</summary>
    internal StreamRecorder? FindRecorder(ReadOnlySpan<byte> symbol, Dataset dataset) =>
        bySymbol.TryGet(symbol, out var market) ? market.FindExisting(dataset) : null;

    /// <summary>Ticks the next few markets; true when there are more.</summary>
    private bool TickSome(ref int from, ref int wrong)
    {
        lock (gate)
        {
            if (closed)
                return false;
            tickClock.LocalTime = Micros.Now(clock);
            foreach (var feed in feeds)
                feed.Clock.LocalTime = tickClock.LocalTime;
            for (var to = Math.Min(from + MarketsPerTickSlice, markets.Count); from < to; from++)
                foreach (var stream in markets[from].Recorders)
                {
                    stream.Tick(tickClock, statistics);
                    wrong += stream.IsSuspect ? 1 : 0;
                    if (stallDetector is not null && feeds.Count == 1) // during a handover, the handover itself checks each stream
                        CheckForStall(stallDetector, markets[from], stream);
                }

            return from < markets.Count;
        }
    }

    /// <summary>Checks whether HTTP Date headers contradict the local clock (rule T3).</summary>
    private void CompareDates()
    {
        if (context.DatesContradict() is var now && now == datesContradict)
            return;
        datesContradict = now;
        foreach (var feed in feeds)
            if (feed.Clock.SetDatesContradict(now) is var change && change != ClockChange.None)
                ClockChanged(feed.Clock, change, feed.Clock.ExchangeTime);
    }

    private void ResubscribeInvalidBooks(INoticeListener listener, long now)
    {
        foreach (var market in markets)
            if (market.Observer?.TryTakeResubscribe(now) == true)
                listener.Resubscribe(new(Dataset.Depth, market.Market));
    }

    private void CheckForStall(StallDetector watch, MarketStreams market, StreamRecorder stream)
    {
        var (feed, now) = (feeds[0], tickClock.LocalTime);
        if (Services?.HaltedMarkets.Contains(market.Market) == true)
            market.HaltedAt = now;
        var step = watch.Check(stream, now, feed.LastActivity, market.HaltedAt);
        if (step == StallFinding.New)
            events.StreamStalled(stream.Stream, TimeSpan.FromMicroseconds(StallDetector.Silence(stream, now)));
        if (step != StallFinding.None)
            feed.Listener.Resubscribe(new(stream.Stream.Dataset, market.Market));
    }

    private void ReportStalledCount(int now)
    {
        events.StalledCountChanged(exchange.Profile.Name, now - stalled);
        Volatile.Write(ref stalled, now);
    }

    private void ReportSuspectCount(int now)
    {
        events.SuspectCountChanged(exchange.Profile.Name, now - suspects);
        suspects = now;
    }

    private MarketStreams GetOrAddMarket(Market market)
    {
        if (bySymbol.TryGet(System.Text.Encoding.UTF8.GetBytes(market.Symbol), out var known))
            return known;
        var created = new MarketStreams(exchange.Profile, market, context)
        {
            CanOpenUnsubscribed = UnknownMarketFactory is not null,
            Observer = Services is null ? null : new(market, this, Services),
            Removed = Services?.RemovedStreams,
            Doubtful = doubtful,
        };
        bySymbol.Set(market.Symbol, created);
        markets.Add(created);
        return created;
    }
}
