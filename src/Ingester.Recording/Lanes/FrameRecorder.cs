using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Time;

namespace Ingester.Recording.Lanes;

/// <summary>
/// Decodes the frames of one connection and passes each event to the recorder of its stream, on the thread that received the frame.
/// It has no lock: the lane takes its own around every use.
/// </summary>
internal sealed class FrameRecorder : IEventSink
{
    private readonly LaneStreams lane;
    private readonly INoticeListener listener;
    private readonly DecoderBugCounter decoderBugs = new();
    private readonly SnapshotWriter snapshots;
    private readonly UndecodableSpan undecodable;
    private readonly SinkGuard sinkGuard;
    private readonly Dataset bookDataset;
    private readonly long maxAhead;
    private readonly long proofLead;
    private IFrameDecoder decoder;
    private string? unknownSymbol;

    /// <summary>Creates the recorder of one connection.</summary>
    /// <param name="lane">The streams of the lane.</param>
    /// <param name="listener">Receives notices.</param>
    public FrameRecorder(LaneStreams lane, INoticeListener listener)
    {
        (this.lane, this.listener) = (lane, listener);
        (maxAhead, proofLead) = (Micros.From(lane.Context.Options.MaxClockAhead), Micros.From(lane.Context.Options.ProofLeadTime));
        bookDataset = lane.Exchange.Profile.BookDataset;
        decoder = lane.Exchange.CreateDecoder();
        (snapshots, undecodable, sinkGuard) = (new(lane, Clock), new(lane, Clock), new(this));
    }

    /// <summary>The exchange time and the local time of this connection.</summary>
    public ConnectionClock Clock { get; } = new();

    /// <summary>Local time of the last event or heartbeat; zero before the first.</summary>
    public long LastActivity { get; private set; }

    /// <summary>Receives notices.</summary>
    public INoticeListener Listener => listener;

    /// <summary>Reads the local clock: once for the frames of one read.</summary>
    public void ReadClock() => Clock.LocalTime = Micros.Now(lane.Clock);

    /// <summary>Records the events of one frame; a frame that cannot be decoded is quarantined.</summary>
    public void Record(ReadOnlySpan<byte> frame)
    {
        lane.Counts.Frames++;
        Clock.BeginFrame();
        unknownSymbol = null;
        try
        {
            decoder.Decode(frame, sinkGuard);
            decoderBugs.OnDecoded();
        }
        catch (JsonException invalid) when (!sinkGuard.IsRecording)
        {
            Quarantine(frame, invalid.Message);
            undecodable.Add(frame);
        }
        catch (Exception bug)
        {
            // The exception boundary of one frame: after a bug in the decoder only the frame is quarantined; a bug in a recorder is thrown to the
            // exchange's supervisor.
            Quarantine(frame, $"bug: {bug.GetType().Name}: {bug.Message}", bug);
            undecodable.Add(frame);
            if (sinkGuard.IsRecording)
                throw;
            decoder = lane.Exchange.CreateDecoder(); // the state of the old decoder may be wrong
            decoderBugs.OnBug(bug);
        }

        if (snapshots.HasUntimed)
            snapshots.WriteQuiet();
        if (unknownSymbol is not null)
            Quarantine(frame, $"unknown symbol {unknownSymbol}");
    }

    /// <summary>Messages of the connection are missing.</summary>
    public void OnMessagesLost()
    {
        ReadClock();
        undecodable.AddLoss();
    }

    /// <summary>The exchange confirmed these streams.</summary>
    public void OnSubscribed(IReadOnlyList<Subscription> streams)
    {
        ReadClock();
        foreach (var stream in streams)
            FindSubscribed(stream)?.Subscribed(Clock);
    }

    /// <summary>True when the connection receives the stream, whether or not the exchange confirmed it.</summary>
    public bool Carries(Subscription stream) => FindSubscribed(stream)?.IsCarriedBy(Clock) ?? false;

    /// <summary>The message that unsubscribes a stream by the id of its channel; null where the exchange has none.</summary>
    public string? FindUnsubscribeMessage(Subscription stream) => decoder is IChannelIdDecoder channels
        ? channels.UnsubscribeMessage(lane.Exchange.Profile.ChannelOf(stream.Dataset), stream.Market.Symbol)
        : null;

    /// <summary>Marks all streams of the connection after undecodable frames, at most once a minute (rule U3).</summary>
    /// <param name="ends">True when the connection ends, so that this is the last report.</param>
    public void ReportDoubtfulTime(bool ends = false) => undecodable.Report(ends);

    /// <summary>A stream is removed from the lane: a snapshot of it that is still untimed is stored now.</summary>
    public void RemoveStream(StreamRecorder stream) => snapshots.Flush(stream);

    /// <summary>The connection ended: its untimed snapshots are stored and its doubtful time is reported.</summary>
    public void Complete()
    {
        snapshots.Flush();
        undecodable.Report(ends: true);
    }

    /// <inheritdoc/>
    void IEventSink.OnTrade(in TradeEvent trade)
    {
        if (trade.Micros is not 0)
            ObserveTime(trade.Micros, trade.IsReplayed);
        if (trade.IsAggregated)
            lane.Counts.AggTrades++;
        else
            lane.Counts.Trades++;
        if (FindRecorder(trade.Symbol, trade.IsAggregated ? Dataset.AggTrades : Dataset.Trades) is not { } stream)
            return;
        if (trade.Micros is not 0)
        {
            stream.RecordTrade(trade, Clock);
            return;
        }

        var timed = trade;
        (timed.Micros, timed.Mark) = (stream.PlaceUntimed(ClockTime.Micros), ClockTime.Mark);
        stream.RecordTrade(timed, Clock);
    }

    /// <inheritdoc/>
    void IEventSink.OnDiff(in DepthEvent diff)
    {
        if (diff.Micros is { } micros)
            ObserveTime(micros, replayed: false);
        lane.Counts.Diffs++;
        if (FindRecorder(diff.Symbol, Dataset.Depth) is not { } stream)
            return;
        var timed = diff;
        var followsSnapshot = snapshots.IsWaiting(stream);
        if (diff.Micros is null)
            (timed.Micros, timed.Mark) = (stream.PlaceUntimed(ClockTime.Micros, followsSnapshot), ClockTime.Mark);
        if (followsSnapshot)
            snapshots.WriteBefore(stream, timed.Micros!.Value);
        stream.RecordDiff(timed, Clock);
    }

    /// <inheritdoc/>
    void IEventSink.OnSnapshot(in DepthEvent snapshot)
    {
        lane.Counts.Snapshots++;
        if (FindRecorder(snapshot.Symbol, bookDataset) is not { } stream)
            return;
        if (snapshot.Micros is { } micros)
            ObserveTime(micros, replayed: false);
        if (bookDataset == Dataset.Snapshots)
        {
            RecordBook(stream, lane.Find(snapshot.Symbol)!, snapshot);
            return;
        }

        var reason = stream.SnapshotReceived(Clock);
        if (!reason.SequenceEqual(SnapshotWriter.HandoverReason)) // the verified book continues with the joined diffs instead
            lane.Find(snapshot.Symbol)?.Observer?.OnSnapshotReceived(snapshot);
        snapshots.Add(stream, snapshot, reason);
    }

    /// <inheritdoc/>
    void IEventSink.OnNotice(in Notice notice)
    {
        if (notice.Kind == NoticeKind.Ignored)
            lane.Counts.Ignored++;
        if (notice.Kind == NoticeKind.MessagesLost)
            undecodable.AddLoss();
        if (notice.Kind == NoticeKind.Heartbeat)
        {
            lane.Statistics.RecordHeartbeat(Clock);
            LastActivity = Clock.LocalTime;
        }

        if (notice.Micros is { } micros)
            ObserveTime(micros, replayed: false);
        if (notice is { Kind: NoticeKind.Heartbeat, LastTradeId: { } last })
            lane.FindRecorder(notice.Symbol, Dataset.Trades)?.LastIdAnnounced(last, Clock);
        listener.OnNotice(notice);
    }

    /// <summary>Stores a complete book of an exchange that sends no diffs, if it has changed or if books may be missing before it (rule B1).</summary>
    private void RecordBook(StreamRecorder stream, MarketStreams market, in DepthEvent book)
    {
        var (micros, last) = (book.Micros ?? ClockTime.Micros, market.LastBook);
        var reason = stream.BookReceived(Clock);
        if (reason.SequenceEqual(StreamRecorder.BookChanged) && !last.IsChangedBy(book, micros, Clock.Id))
        {
            stream.BookRepeated(micros);
        }
        else if (last.Is(book, micros))
        {
            stream.SnapshotStored(micros, begins: true, quiet: false); // before the interruption
        }
        else if (snapshots.TryWrite(stream, book, micros, reason))
        {
            last.Set(book, micros, Clock.Id);
            market.Observer?.OnSnapshotReceived(book);
        }
    }

    private void ObserveTime(long micros, bool replayed)
    {
        if (replayed)
            return;
        LastActivity = Clock.LocalTime;
        var before = Clock.ExchangeTime;
        if (Clock.Observe(micros, maxAhead, proofLead) is var change && change != ClockChange.None)
            lane.ClockChanged(Clock, change, before);
        lane.Statistics.RecordLag(Clock, micros);
    }

    /// <summary>The time of the connection for events that the exchange sent without one.</summary>
    private (long Micros, TimeMark Mark) ClockTime => Clock.ExchangeTime > 0 ? (Clock.ExchangeTime, TimeMark.Derived) : (Clock.LocalTime, TimeMark.Received);

    private StreamRecorder? FindRecorder(ReadOnlySpan<byte> symbol, Dataset dataset)
    {
        if (lane.Find(symbol) is not { } market)
        {
            unknownSymbol = Encoding.UTF8.GetString(symbol);
            return null;
        }

        var stream = market.FindOrOpen(dataset);
        if (stream is null)
            lane.Counts.Ignored++;
        return stream;
    }

    private StreamRecorder? FindSubscribed(Subscription stream) =>
        lane.Find(Encoding.UTF8.GetBytes(stream.Market.Symbol))?.FindOrOpen(stream.Dataset);

    private void Quarantine(ReadOnlySpan<byte> frame, string reason, Exception? bug = null)
    {
        lane.Counts.Quarantined++;
        var exchange = lane.Exchange.Profile.Name;
        lane.Context.Output.Add(new(Dataset.Quarantine, exchange, QuarantineRow.ToJson(Clock.LocalTime, reason, frame)));
        lane.Events.Quarantined(exchange, reason, bug, repeated: decoderBugs.Consecutive > 0);
    }
}
