using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Recording.Snapshots;
using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Lanes;

/// <summary>
/// The streams of one planned connection, see <see cref="ILane"/>. Only this type takes the lane's lock: once for the frames of one
/// read. The lock is uncontended except during a handover.
/// </summary>
internal sealed class Lane : ILane, IMarketHost
{
    private const int MarketsPerTickSlice = 8; // maximum number of markets per lock: limits how long a frame waits for the lock

    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly LaneEvents events;
    private readonly LaneStreams streams;
    private readonly LaneConnections connections;
    private readonly ConnectionClock tickClock = new();
    private readonly StallMonitor? stallMonitor;
    private readonly LaneServices? services;
    private int stalled;
    private int suspects;
    private volatile bool closed;

    /// <summary>Creates a lane without streams.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="context">Options and output of segments.</param>
    /// <param name="events">Logs and counters.</param>
    /// <param name="clock">The local clock.</param>
    public Lane(IExchange exchange, SegmentContext context, LaneEvents events, TimeProvider clock)
    {
        (this.events, this.clock) = (events, clock);
        streams = new(exchange, context, events, clock);
        connections = new(streams);
    }

    /// <summary>
    /// Creates the market of an unknown symbol, for recordings whose subscriptions are not known. With null (the default) such frames
    /// are quarantined.
    /// </summary>
    public Func<string, Market?>? UnknownMarketFactory
    {
        init => streams.UnknownMarketFactory = value;
    }

    /// <summary>The rule for stalled streams. Default: streams are not checked, as in the replay of recordings.</summary>
    public StallRule StallRule
    {
        init => stallMonitor = new(value, events);
    }

    /// <summary>The services of the lane. Default: none, as in the replay of recordings.</summary>
    public LaneServices? Services
    {
        init
        {
            services = value;
            streams.Removed = value?.RemovedStreams;
            streams.ObserverFactory = value is null ? static _ => null : market => CreateObserver(market, value);
        }
    }

    /// <inheritdoc/>
    public int StalledCount => Volatile.Read(ref stalled);

    /// <summary>True once the lane is closed: ticks have no effect, and its owner removes it.</summary>
    public bool IsClosed => closed;

    /// <summary>The counts since the lane was created.</summary>
    public LaneCounts Counts => streams.Counts;

    /// <summary>Options and output of segments.</summary>
    public SegmentContext Context => streams.Context;

    /// <summary>The recorders of all streams.</summary>
    public IReadOnlyList<StreamRecorder> Recorders
    {
        get
        {
            lock (gate)
                return [.. streams.Recorders];
        }
    }

    /// <summary>The present view of each market; empty when the lane has no services.</summary>
    public IReadOnlyList<MarketView> MarketViews
    {
        get
        {
            lock (gate)
                return [.. streams.Markets.Select(market => market.Observer?.View).OfType<MarketView>()];
        }
    }

    /// <summary>The name of the exchange.</summary>
    public string ExchangeName => streams.Exchange.Profile.Name;

    /// <summary>Returns the connection quality of the lane during a window.</summary>
    public ConnectionQuality QualityOf(Window window)
    {
        lock (gate)
            return streams.Statistics.QualityOf(window);
    }

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Subscription> added)
    {
        lock (gate)
            foreach (var stream in added)
                streams.GetOrAdd(stream.Market).Open(stream.Dataset);
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Subscription> removed)
    {
        lock (gate)
            foreach (var stream in removed)
            {
                if (streams.Find(stream.Market) is not { } market || market.FindOrOpen(stream.Dataset) is not { } recorder)
                    continue;
                connections.RemoveStream(recorder);
                recorder.Close(streams.Statistics, Micros.Now(clock));
                recorder.Interrupted(); // no connection carries it now
                stallMonitor?.Forget(recorder);
                market.Remove(stream.Dataset); // the symbol stays known: frames may arrive until the exchange has processed the unsubscription
            }
    }

    /// <inheritdoc/>
    public ILaneFeed OpenFeed(INoticeListener listener)
    {
        var feed = new FrameRecorder(streams, listener);
        lock (gate)
            connections.Add(feed);

        return new Feed(this, feed);
    }

    /// <summary>Advances the time of all streams: called about once a second of the local clock, by one thread at a time.</summary>
    public void Tick()
    {
        var (next, suspectCount) = (0, 0);
        while (TickSlice(ref next, ref suspectCount))
            Thread.Yield(); // lets a waiting frame take the lock first
        LaneCounts since;
        lock (gate)
        {
            if (closed)
                return;
            connections.CompareDates();
            foreach (var connection in connections.Open)
                connection.ReportDoubtfulTime();
            if (connections.Single is { } single)
                ResubscribeInvalidBooks(single.Listener, tickClock.LocalTime);
            ReportStreamCounts(stallMonitor?.Count ?? 0, suspectCount);
            since = streams.TakeNewCounts();
        }

        events.ReportCounts(ExchangeName, since);
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
            foreach (var connection in connections.Open)
                CollectFault(() => connection.ReportDoubtfulTime(ends: true), faults);
            foreach (var stream in streams.Recorders)
                CollectFault(() => stream.Close(streams.Statistics), faults);
            foreach (var market in streams.Markets)
                market.KeepSuccessors();
            ReportStreamCounts(stalledCount: 0, suspectCount: 0);
            since = streams.TakeNewCounts();
        }

        events.ReportCounts(ExchangeName, since);
        if (faults.Count > 0)
            throw new AggregateException(faults);
    }

    /// <inheritdoc/>
    SnapshotFit IMarketHost.Synchronize(Func<SnapshotFit> action)
    {
        lock (gate)
            return action();
    }

    /// <inheritdoc/>
    bool IMarketHost.TryStore(SealedSnapshot snapshot)
    {
        if (!streams.Context.TryAdd(snapshot))
        {
            events.SnapshotDropped(snapshot.Stream);
            return false;
        }

        streams.Counts.Snapshots++;
        return true;
    }

    /// <inheritdoc/>
    void IMarketHost.OnBookInvalid(StreamId stream, BookFault fault) => events.BookInvalid(stream, fault);

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

    private void CloseFeed(FrameRecorder feed)
    {
        lock (gate)
            connections.Remove(feed);
    }

    /// <summary>Ticks the next few markets; true when there are more.</summary>
    private bool TickSlice(ref int next, ref int suspectCount)
    {
        lock (gate)
        {
            if (closed)
                return false;
            tickClock.LocalTime = Micros.Now(clock);
            foreach (var connection in connections.Open)
                connection.Clock.LocalTime = tickClock.LocalTime;
            for (var end = Math.Min(next + MarketsPerTickSlice, streams.Markets.Count); next < end; next++)
                foreach (var stream in streams.Markets[next].Recorders)
                {
                    stream.Tick(tickClock, streams.Statistics);
                    suspectCount += stream.IsSuspect ? 1 : 0;
                    if (stallMonitor is not null && connections.Single is { } single) // during a handover, the handover itself checks each stream
                        CheckForStall(stallMonitor, single, streams.Markets[next], stream);
                }

            return next < streams.Markets.Count;
        }
    }

    private void CheckForStall(StallMonitor monitor, FrameRecorder connection, MarketStreams market, StreamRecorder stream)
    {
        if (services?.HaltedMarkets.Contains(market.Market) == true)
            market.HaltedAt = tickClock.LocalTime;
        monitor.Check(market, stream, connection, tickClock.LocalTime);
    }

    private void ResubscribeInvalidBooks(INoticeListener listener, long now)
    {
        foreach (var market in streams.Markets)
            if (market.Observer?.TryTakeResubscribe(now) == true)
                listener.Resubscribe(new(Dataset.Depth, market.Market));
    }

    private void ReportStreamCounts(int stalledCount, int suspectCount)
    {
        events.StalledCountChanged(ExchangeName, stalledCount - stalled);
        Volatile.Write(ref stalled, stalledCount);
        events.SuspectCountChanged(ExchangeName, suspectCount - suspects);
        suspects = suspectCount;
    }

    private MarketObserver CreateObserver(Market market, LaneServices owned) => new(market, streams.Exchange.Profile, this, streams.Context)
    {
        Schedule = owned.Snapshots,
        VerifiedBook = owned.HasVerifiedBook(market) ? new(streams.Exchange.Profile.Book) : null,
        OnTradeGap = gap =>
        {
            if (!owned.TryBackfill(gap, market))
                events.BackfillDropped(gap.Stream, gap.Range!.Value);
        },
    };

    /// <summary>One connection of the lane: takes the lock around the recording of its frames.</summary>
    private sealed class Feed(Lane lane, FrameRecorder frames) : ILaneFeed
    {
        /// <inheritdoc/>
        public TakeoverReadiness Takeover
        {
            get
            {
                lock (lane.gate)
                    return lane.streams.TakeoverBy(frames.Clock);
            }
        }

        /// <inheritdoc/>
        public void Receive(ReadOnlySpan<byte> frame)
        {
            lock (lane.gate)
            {
                frames.ReadClock();
                frames.Record(frame);
            }
        }

        /// <inheritdoc/>
        public void ReceiveBuffered(IBufferedMessageSource messages, int maxLength)
        {
            if (!messages.TryReadMessage(maxLength, out var frame))
                return; // a single frame needs no second lock
            lock (lane.gate)
                do
                    frames.Record(frame);
                while (messages.TryReadMessage(maxLength, out frame));
        }

        /// <inheritdoc/>
        public void OnMessagesLost()
        {
            lock (lane.gate)
                frames.OnMessagesLost();
        }

        /// <inheritdoc/>
        public void OnSubscribed(IReadOnlyList<Subscription> confirmed)
        {
            lock (lane.gate)
                frames.OnSubscribed(confirmed);
        }

        /// <inheritdoc/>
        public string? FindUnsubscribeMessage(Subscription stream)
        {
            lock (lane.gate)
                return frames.FindUnsubscribeMessage(stream);
        }

        /// <inheritdoc/>
        public bool Carries(Subscription stream)
        {
            lock (lane.gate)
                return frames.Carries(stream);
        }

        /// <inheritdoc/>
        public void Dispose() => lane.CloseFeed(frames);
    }
}
