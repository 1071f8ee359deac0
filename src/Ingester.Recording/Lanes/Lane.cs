using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Output;
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
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly LaneEvents events;
    private readonly LaneStreams streams;
    private readonly LaneConnections connections;
    private readonly LaneTick tick;
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
        tick = new(streams, connections, events, clock);
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
        init => tick.StallMonitor = new(value, events);
    }

    /// <summary>The services of the lane. Default: none, as in the replay of recordings.</summary>
    public LaneServices? Services
    {
        init
        {
            tick.Services = value;
            streams.Removed = value?.RemovedStreams;
            streams.ObserverFactory = value is null ? static _ => null : market => CreateObserver(market, value);
        }
    }

    /// <inheritdoc/>
    public int StalledCount => tick.StalledCount;

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
                tick.Forget(recorder);
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
            tick.Complete(suspectCount);
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
            tick.ReportClosed();
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

    /// <summary>Advances the time of the next few markets; true when there are more.</summary>
    private bool TickSlice(ref int next, ref int suspectCount)
    {
        lock (gate)
            return !closed && tick.AdvanceSlice(ref next, ref suspectCount);
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
