using System;
using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Recording.Snapshots;
using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Lanes;

/// <summary>Decodes the frames of one connection and records their events, on the thread that received them.</summary>
internal sealed class LaneFeed(Lane lane, INoticeListener listener) : ILaneFeed, IEventSink
{
    private readonly DecoderBugCounter decoderBugs = new();
    private readonly List<UntimedSnapshot> untimedSnapshots = [];
    private readonly long grace = Micros.From(lane.Context.Options.Grace);
    private readonly long maxAhead = Micros.From(lane.Context.Options.MaxClockAhead);
    private readonly long proofLead = Micros.From(lane.Context.Options.ProofLeadTime);
    private (long Since, long At, long? SpreadAt) undecodableSpan; // exchange and local time of the first undecodable frame that is not yet reported to all streams; local time of the last report
    private IFrameDecoder decoder = lane.Exchange.CreateDecoder();
    private SinkGuard? sinkGuard;
    private string? unknownSymbol;

    /// <summary>The reason of a snapshot from a connection that joins another one during a handover.</summary>
    private static ReadOnlySpan<byte> HandoverReason => "rotation"u8;

    /// <summary>The exchange time and the local time of this connection.</summary>
    public ConnectionClock Clock { get; } = new();

    /// <summary>Local time of the last event or heartbeat; zero before the first.</summary>
    public long LastActivity { get; private set; }

    /// <summary>Receives notices.</summary>
    public INoticeListener Listener => listener;

    /// <inheritdoc/>
    public TakeoverReadiness Takeover => lane.TakeoverBy(Clock);

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> frame)
    {
        lock (lane.Gate)
        {
            Clock.LocalTime = Micros.Now(lane.Clock);
            ProcessFrame(frame);
        }
    }

    /// <inheritdoc/>
    public void ReceiveBuffered(IBufferedMessageSource came, int longest)
    {
        if (!came.TryReadMessage(longest, out var frame))
            return; // a single frame needs no second lock
        lock (lane.Gate)
            do
                ProcessFrame(frame);
            while (came.TryReadMessage(longest, out frame));
    }

    /// <inheritdoc/>
    public void OnSubscribed(IReadOnlyList<Subscription> streams)
    {
        lock (lane.Gate)
        {
            Clock.LocalTime = Micros.Now(lane.Clock);
            foreach (var stream in streams)
                lane.FindMarket(Encoding.UTF8.GetBytes(stream.Market.Symbol))?.FindOrOpen(stream.Dataset)?.Subscribed(Clock);
        }
    }

    /// <inheritdoc/>
    public bool Carries(Subscription stream)
    {
        lock (lane.Gate)
            return lane.FindMarket(Encoding.UTF8.GetBytes(stream.Market.Symbol))?.FindOrOpen(stream.Dataset)?.IsCarriedBy(Clock) ?? false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (lane.Gate)
        {
            FlushSnapshots();
            ReportDoubtfulTime(ends: true);
        }

        lane.OnFeedClosed(this);
    }

    /// <inheritdoc/>
    void IEventSink.OnTrade(in TradeEvent trade)
    {
        if (trade.Micros is not 0)
            ObserveTime(trade.Micros, trade.IsReplayed);
        if (trade.IsAggregated)
            lane.CountsRef.AggTrades++;
        else
            lane.CountsRef.Trades++;
        if (Find(trade.Symbol, trade.IsAggregated ? Dataset.AggTrades : Dataset.Trades) is not { } stream)
            return;
        if (trade.Micros is not 0)
        {
            stream.RecordTrade(trade, Clock);
            return;
        }

        var timed = trade;
        (timed.Micros, timed.Mark) = TimeOfUntimedEvent();
        stream.RecordTrade(timed, Clock);
    }

    /// <inheritdoc/>
    void IEventSink.OnDiff(in DepthEvent diff)
    {
        if (diff.Micros is { } heard)
            ObserveTime(heard, replayed: false);
        lane.CountsRef.Diffs++;
        if (Find(diff.Symbol, Dataset.Depth) is not { } stream)
            return;
        var timed = diff;
        if (diff.Micros is null)
            (timed.Micros, timed.Mark) = TimeOfUntimedEvent();
        if (untimedSnapshots.Count > 0)
            WriteSnapshotsOf(stream, timed.Micros!.Value);
        stream.RecordDiff(timed, Clock);
    }

    /// <inheritdoc/>
    void IEventSink.OnSnapshot(in DepthEvent book)
    {
        lane.CountsRef.Snapshots++;
        if (Find(book.Symbol, Dataset.Depth) is not { } stream)
            return;
        if (book.Micros is { } micros)
            ObserveTime(micros, replayed: false);
        var reason = stream.SnapshotReceived(Clock);
        if (!reason.SequenceEqual(HandoverReason)) // the live book continues with the joined diffs instead
            lane.FindMarket(book.Symbol)?.Observer?.OnSnapshotReceived(book);
        if (book.Micros is { } time)
        {
            StoreSnapshot(stream, book, time, reason, quiet: false);
            return;
        }

        untimedSnapshots.RemoveAll(older => older.Stream == stream); // no diff came between them
        untimedSnapshots.Add(new(stream, book, reason) { ExchangeTimeOnArrival = Math.Max(Clock.ExchangeTime, Clock.LastExchangeTime) });
    }

    /// <inheritdoc/>
    void IEventSink.OnNotice(in Notice notice)
    {
        if (notice.Kind == NoticeKind.Ignored)
            lane.CountsRef.Ignored++;
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

    /// <summary>Removes a stream from the lane: a snapshot of it that is still untimed is stored now.</summary>
    internal void RemoveStream(StreamRecorder stream) => FlushSnapshots(stream);

    private void ProcessFrame(ReadOnlySpan<byte> frame)
    {
        lane.CountsRef.Frames++;
        Clock.BeginFrame();
        unknownSymbol = null;
        sinkGuard ??= new(this);
        try
        {
            decoder.Decode(frame, sinkGuard);
            decoderBugs.OnDecoded();
        }
        catch (JsonException broken) when (!sinkGuard.IsRecording)
        {
            Quarantine(frame, broken.Message);
            MarkUndecodable(frame);
        }
        catch (Exception bug)
        {
            // Supervising edge of one frame: after a bug in the decoder only the frame is quarantined; a bug in a recorder is thrown to the
            // exchange's supervisor.
            Quarantine(frame, $"bug: {bug.GetType().Name}: {bug.Message}", bug);
            MarkUndecodable(frame);
            if (sinkGuard.IsRecording)
                throw;
            decoder = lane.Exchange.CreateDecoder(); // the state of the old decoder may be wrong
            decoderBugs.OnBug(bug);
        }

        if (untimedSnapshots.Count > 0)
            WriteSnapshotsOfQuietMarkets();
        if (unknownSymbol is not null)
            Quarantine(frame, $"unknown symbol {unknownSymbol}");
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

    /// <summary>The time of an event that the exchange sent without one (rule T6).</summary>
    private (long Micros, TimeMark Mark) TimeOfUntimedEvent() =>
        Clock.ExchangeTime > 0 ? (Clock.ExchangeTime, TimeMark.Derived) : (Clock.LocalTime, TimeMark.Received);

    /// <summary>
    /// Marks streams as undecodable until the next exchange time: the streams of the market that the frame names, or all (rule U1).
    /// </summary>
    private void MarkUndecodable(ReadOnlySpan<byte> frame)
    {
        if (lane.FindNamedMarket(frame) is { } market)
        {
            foreach (var stream in market.Recorders)
                stream.UndecodableFrameReceived(Clock, Clock.ExchangeTime, Clock.LocalTime);
            return;
        }

        if (!Clock.HasPendingUndecodable)
            (undecodableSpan.Since, undecodableSpan.At) = (Clock.ExchangeTime, Clock.LocalTime);
        Clock.HasPendingUndecodable = true;
        ReportDoubtfulTime();
    }

    /// <summary>Marks all streams of the connection after undecodable frames, at most once a minute (rule U3).</summary>
    /// <param name="ends">True when the connection ends, so that this is the last report.</param>
    internal void ReportDoubtfulTime(bool ends = false)
    {
        if (!Clock.HasPendingUndecodable || (!ends && undecodableSpan.SpreadAt is { } at && Clock.LocalTime >= at && Clock.LocalTime < at + Window.MicrosPerMinute))
            return;
        foreach (var stream in lane.AllRecorders)
            stream.UndecodableFrameReceived(Clock, undecodableSpan.Since, undecodableSpan.At);
        undecodableSpan.SpreadAt = Clock.LocalTime;
        Clock.HasPendingUndecodable = false;
    }

    private StreamRecorder? Find(ReadOnlySpan<byte> symbol, Dataset dataset)
    {
        if (lane.FindMarket(symbol) is not { } market)
        {
            unknownSymbol = Encoding.UTF8.GetString(symbol);
            return null;
        }

        var stream = market.FindOrOpen(dataset);
        if (stream is null)
            lane.CountsRef.Ignored++;
        return stream;
    }

    private void Quarantine(ReadOnlySpan<byte> frame, string reason, Exception? bug = null)
    {
        lane.CountsRef.Quarantined++;
        var exchange = lane.Exchange.Profile.Name;
        lane.Context.Output.Add(new(Dataset.Quarantine, exchange, QuarantineRow.ToJson(Clock.LocalTime, reason, frame)));
        lane.Events.Quarantined(exchange, reason, bug, repeated: decoderBugs.Consecutive > 0);
    }

    /// <summary>Writes the snapshot that waits for the stream's next diff, with the time of that diff.</summary>
    private void WriteSnapshotsOf(StreamRecorder stream, long micros)
    {
        for (var i = untimedSnapshots.Count - 1; i >= 0; i--)
            if (untimedSnapshots[i].Stream == stream)
                WriteSnapshotAt(i, micros, quiet: false);
    }

    /// <summary>
    /// Writes the remaining untimed snapshots, at the end of the connection or of one stream, with the present exchange time; an
    /// earlier time would be wrong. A snapshot for a handover that did not happen is dropped.
    /// </summary>
    private void FlushSnapshots(StreamRecorder? only = null)
    {
        for (var i = untimedSnapshots.Count - 1; i >= 0; i--)
            if ((only is null || untimedSnapshots[i].Stream == only) && !untimedSnapshots[i].Reason.SequenceEqual(HandoverReason))
                WriteSnapshotAt(i, Micros.Now(lane.Clock) - Clock.Lag, quiet: true);
        untimedSnapshots.RemoveAll(book => only is null || book.Stream == only);
    }

    private void WriteSnapshotsOfQuietMarkets()
    {
        for (var i = untimedSnapshots.Count - 1; i >= 0; i--)
            if (untimedSnapshots[i].TimeWhenQuiet(Clock.ExchangeTime, grace) is { } micros)
                WriteSnapshotAt(i, micros, quiet: true);
    }

    private void WriteSnapshotAt(int index, long micros, bool quiet)
    {
        var book = untimedSnapshots[index];
        untimedSnapshots.RemoveAt(index);
        StoreSnapshot(book.Stream, book.ToEvent(), micros, book.Reason, quiet);
    }

    private void StoreSnapshot(StreamRecorder stream, in DepthEvent book, long micros, ReadOnlySpan<byte> reason, bool quiet)
    {
        var rows = new RowBuffer();
        RowWriter.WriteSnapshot(rows, book, micros, reason);
        if (lane.Context.Output.TryAdd(new SealedSnapshot { Stream = stream.Stream, Micros = micros, LastId = book.Range?.UpTo, Rows = rows }))
        {
            stream.SnapshotStored(micros, begins: !reason.SequenceEqual(HandoverReason), quiet);
            return;
        }

        rows.Dispose();
        lane.Events.SnapshotDropped(stream.Stream);
    }
}
