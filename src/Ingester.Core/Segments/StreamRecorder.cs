using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>
/// Divides one stream into segments, by the rules of <c>docs/proof.md</c>. It composes the parts of the recording: the connections and their handover,
/// the admission of events by the cursor, the proof of windows, the open segments and the detached ones, gaps and coverage. Not thread-safe.
/// </summary>
internal sealed class StreamRecorder
{
    private readonly RecordedStream stream;
    private readonly StreamCursor? cursor;
    private readonly ExcludedWindows excluded;
    private readonly BookTrust book;
    private readonly StreamConnections connections;
    private readonly GapRowWriter gaps;
    private readonly WindowProof proof;
    private readonly SegmentSubmission submission;
    private readonly WindowReports reports;
    private readonly StreamSegments segments;
    private readonly DetachedSegments detached;
    private readonly EventAdmission admission;
    private readonly HandoverRecorder handover;
    private StreamActivity activity;
    private long untimedMicros; // of the last event without an exchange time; zero before the first
    private (SequenceRange? Range, long FromMicros)? unstored; // rows that could not be handed over when the stream was closed, because of a bug

    /// <summary>Creates the recorder of a stream of which nothing is recorded yet.</summary>
    public StreamRecorder(StreamId stream, StreamTraits traits, SegmentContext context)
        : this(new(stream, traits, context), traits.Sequence == SequenceKind.None ? null : new(traits.Sequence))
    {
    }

    private StreamRecorder(RecordedStream stream, StreamCursor? cursor)
    {
        (this.stream, this.cursor) = (stream, cursor);
        var rows = new DetachedRows(stream.IsChained);
        var coverage = new StreamCoverage(stream.Id, stream.Context.Output.Coverage);
        excluded = new(stream.Times, rows);
        book = new(stream);
        connections = new(stream);
        gaps = new(stream);
        proof = new(stream, connections, excluded, book, cursor);
        submission = new(stream, gaps, proof, coverage);
        reports = new(stream, connections, proof, coverage);
        segments = new(stream, excluded, book, gaps, proof, submission, reports);
        detached = new(stream, rows, excluded, gaps, submission, cursor);
        admission = new(stream, connections, gaps, segments, detached, cursor);
        handover = new(stream, connections, proof, segments, detached, admission);
    }

    /// <summary>The reason of a book that differs from the one before.</summary>
    public static ReadOnlySpan<byte> BookChanged => "change"u8;

    /// <summary>The stream.</summary>
    public StreamId Stream => stream.Id;

    /// <summary>Observes the recorded events. Default: none.</summary>
    public IStreamObserver? Observer { get => stream.Observer; set => stream.Observer = value; }

    /// <summary>The doubtful spans of its lane. Default: its own.</summary>
    public DoubtfulSpans DoubtfulSpans => excluded.DoubtfulSpans;

    /// <summary>Number of recorded events.</summary>
    public long RecordedEvents => segments.EventCount + detached.EventCount;

    /// <summary>Number of duplicates that were dropped.</summary>
    public long Duplicates => admission.Duplicates;

    /// <summary>Number of replayed events that only set the cursor.</summary>
    public long ReplayedEvents => admission.ReplayedEvents;

    /// <summary>Number of detected gaps.</summary>
    public long Gaps => gaps.Count;

    /// <summary>Number of segments sealed as whole and as fragments.</summary>
    public (long Whole, long Fragments) SegmentCounts => submission.Counts;

    /// <summary>The activity of the stream, for the detection of stalls.</summary>
    public StreamActivity Activity => activity;

    /// <summary>Local time since which a connection carries the stream; far in the future while none does.</summary>
    public long CarriedSince => proof.CarriedSince;

    /// <summary>Exchange time of the last recorded event (or snapshot, without a sequence), microseconds UTC; zero before the first.</summary>
    public long LastMicros => gaps.LastMicros;

    /// <summary>True when its book is invalid and no snapshot was received since.</summary>
    public bool IsSuspect => book.IsSuspect;

    /// <summary>
    /// Creates a recorder that continues after the last event of this one, which must be closed. As after a disconnect, the missed events are
    /// reported as a gap. When closing failed, the gap begins before the lost rows. Only the position, the recorded ids and the doubtful times are
    /// copied: the other state may have caused the fault.
    /// </summary>
    public StreamRecorder CreateReplacement()
    {
        var continued = unstored?.Range is { } rows ? cursor?.CreateReplacementAfter(rows.After) : cursor?.CreateReplacement();
        var replacement = new StreamRecorder(new RecordedStream(stream.Id, stream.Traits, stream.Context), continued);
        var last = unstored is { FromMicros: var lost } ? Math.Min(lost, gaps.LastMicros) : gaps.LastMicros;
        replacement.gaps.ContinueAfter(last, isInterrupted: gaps.IsInterrupted || gaps.HasData || cursor?.UpTo is not null);
        replacement.excluded.ContinueWith(excluded.DoubtfulSpans);
        return replacement;
    }

    /// <inheritdoc cref="ExcludedWindows.ShareDoubtfulSpans"/>
    public void ShareDoubtfulSpans(DoubtfulSpans ofLane) => excluded.ShareDoubtfulSpans(ofLane);

    /// <inheritdoc cref="StreamConnections.IsCarriedBy"/>
    public bool IsCarriedBy(ConnectionClock clock) => connections.IsCarriedBy(clock);

    /// <inheritdoc cref="StreamConnections.GetTakeoverReadiness"/>
    public TakeoverReadiness GetTakeoverReadiness(ConnectionClock clock) => connections.GetTakeoverReadiness(clock);

    /// <inheritdoc cref="HandoverRecorder.SuccessorOpened"/>
    public void SuccessorOpened(ConnectionClock successor) => handover.SuccessorOpened(successor);

    /// <inheritdoc cref="EventAdmission.LastIdAnnounced"/>
    public void LastIdAnnounced(long id, ConnectionClock clock) => admission.LastIdAnnounced(id, clock);

    /// <summary>Records a trade.</summary>
    public void RecordTrade(in TradeEvent trade, ConnectionClock clock)
    {
        activity.RecordActivity(clock.LocalTime);
        if (!trade.IsReplayed && admission.CanAppendDirectly(trade.Range, trade.Micros, clock))
        {
            var arrival = stream.CreateArrival(trade.Micros, trade.Mark, clock);
            var segment = segments.Place(trade.Range, arrival, clock, out var mark);
            var hash = RowWriter.WriteTrade(segment.Rows, trade, mark);
            if (trade.Range is { } range)
                cursor?.Advance(new(range, arrival.PlausibleMicros, hash, clock.Id));
            segments.RowAppended(segment, trade.Range, trade.Micros);
            stream.Observer?.OnTrade(trade);
            return;
        }

        using var row = new RowBuffer();
        var hashed = RowWriter.WriteTrade(row, trade);
        Record(new(trade.Range, stream.CreateArrival(trade.Micros, trade.Mark, clock), trade.IsReplayed, ToBytes(row), hashed), clock);
    }

    /// <summary>Records a diff.</summary>
    public void RecordDiff(in DepthEvent diff, ConnectionClock clock)
    {
        activity.RecordActivity(clock.LocalTime);
        if (admission.CanAppendDirectly(diff.Range, diff.Micros!.Value, clock))
        {
            var arrival = stream.CreateArrival(diff.Micros.Value, diff.Mark, clock);
            var segment = segments.Place(diff.Range, arrival, clock, out var mark);
            var hash = RowWriter.WriteDiff(segment.Rows, diff, mark);
            if (diff.Range is { } range)
                cursor?.Advance(new(range, arrival.PlausibleMicros, hash, clock.Id));
            segments.RowAppended(segment, diff.Range, diff.Micros.Value);
            segments.NotifyDiff(diff);
            return;
        }

        using var row = new RowBuffer();
        var hashed = RowWriter.WriteDiff(row, diff);
        Record(new(diff.Range, stream.CreateArrival(diff.Micros.Value, diff.Mark, clock), IsReplayed: false, ToBytes(row), hashed) { Checksum = diff.Checksum }, clock);
    }

    /// <summary>The stream is subscribed: the subscription was acknowledged, or the first frame was received.</summary>
    public void Subscribed(ConnectionClock clock)
    {
        if (!connections.TryBecomeSoleSource(clock))
        {
            if (connections.Handover is { } both && clock == both.Successor)
                both.MarkSuccessorSubscribed();
            return;
        }

        proof.MarkCarried(clock.LocalTime);
        proof.Begin(clock);
    }

    /// <summary>A connection was closed. The stream is interrupted unless another connection carries it.</summary>
    public void ConnectionClosed(ConnectionClock clock)
    {
        if (handover.ConnectionClosed(clock))
            Interrupted();
    }

    /// <summary>
    /// The connection was lost. A stream with contiguous ids waits for the next id; for any other stream the proof of the open windows ends.
    /// </summary>
    public void Interrupted()
    {
        if (connections.Carrier is { } lost)
            gaps.ReportUndecodable(lost, ends: true);
        admission.MarkInterrupted();
        handover.ReleasePendingRows();
        admission.MarkInterrupted(); // the events that had waited count as before the interruption
        connections.Disconnected();
        activity.Pause();
        proof.MarkNotCarried();
        proof.EndQuiet();
        if (!stream.IsChained)
            segments.EndProof();
    }

    /// <summary>
    /// The time of an event that the exchange sent without one, microseconds UTC: that of the connection's clock, but not before an earlier such event of the stream, and
    /// after the rows of every sealed segment (rule T6).
    /// </summary>
    /// <param name="clock">Time of the connection's clock, microseconds UTC.</param>
    /// <param name="followsSnapshot">True for the first diff after a snapshot without a time: it is later than every diff before the snapshot.</param>
    public long PlaceUntimed(long clock, bool followsSnapshot = false) =>
        untimedMicros = Math.Max(clock, Math.Max(segments.SealedMicros + 1, followsSnapshot ? untimedMicros + 1 : untimedMicros));

    /// <summary>A snapshot was received on the WebSocket. On a subscribed stream without a sequence a new proof begins.</summary>
    /// <returns>The reason why the exchange sent the snapshot, for its row.</returns>
    public ReadOnlySpan<byte> SnapshotReceived(ConnectionClock clock)
    {
        if (!connections.TryBecomeSoleSource(clock) && connections.Handover is { } both && handover.TryAcceptSnapshot(both, clock))
            return "rotation"u8;
        var reason = gaps.IsInterrupted ? "reconnect"u8 : gaps.HasData ? "resync"u8 : "start"u8;
        if (!stream.IsChained)
        {
            segments.TaintOpen();
            book.SnapshotReceived();
            Subscribed(clock);
        }

        return reason;
    }

    /// <summary>A complete book was received, on a stream that consists of such books (rule B1). During a handover both connections send it.</summary>
    /// <returns>The reason for its row: <see cref="BookChanged"/> unless it is the first one, or the first one after an interruption.</returns>
    public ReadOnlySpan<byte> BookReceived(ConnectionClock clock)
    {
        activity.RecordActivity(clock.LocalTime);
        Subscribed(clock);
        return gaps.IsInterrupted ? "reconnect"u8 : gaps.HasData ? BookChanged : "start"u8;
    }

    /// <summary>The stored book was received again, with this exchange time: nothing is missing before it.</summary>
    public void BookRepeated(long micros) => gaps.Advance(micros);

    /// <summary>
    /// The book is not known, as in a recording that begins in the middle of a connection: without ids, nothing is proven until a snapshot is received.
    /// </summary>
    public void DistrustBook()
    {
        if (stream.IsChained)
            return;
        book.Distrust();
        segments.EndProof();
    }

    /// <summary>The snapshot from the WebSocket is stored. Interruptions before it are reported now; later gaps begin after it.</summary>
    /// <param name="micros">The exchange time with which it is stored.</param>
    /// <param name="begins">False when a successor delivered it, whose diffs are aligned with the earlier ones.</param>
    /// <param name="quiet">True when no event was received between the snapshot and that time.</param>
    public void SnapshotStored(long micros, bool begins, bool quiet)
    {
        if (!stream.IsNumbered && (begins || quiet))
        {
            gaps.ReportInterruption(micros);
            gaps.Advance(micros);
        }

        if (!stream.IsNumbered && begins)
        {
            gaps.MarkNotEmpty();
            book.SnapshotStored(micros);
        }

        stream.Observer?.OnSnapshotStored(micros);
    }

    /// <summary>An undecodable frame was received that may belong to this stream (rules U1 and U2).</summary>
    /// <inheritdoc cref="GapRowWriter.AddUndecodable"/>
    public void UndecodableFrameReceived(ConnectionClock clock, long since, long at)
    {
        if (!connections.MayCarry(clock) && connections.Handover?.Predecessor != clock)
            return;
        proof.EndQuiet();
        gaps.ExpectUndecodable();
        if (stream.IsChained && !admission.EndsWithoutId)
            return;
        gaps.AddUndecodable(clock, since, at);
        segments.EndProof();
    }

    /// <summary>
    /// The connection's exchange clock made a step, was set back, contradicts the local clock, or agrees with it again (rules T3 and T4).
    /// </summary>
    public void ClockChanged(ConnectionClock clock, ClockChange change, long before)
    {
        if (!connections.MayCarry(clock))
            return;
        if (change == ClockChange.TrustChange)
        {
            segments.EndProof();
            proof.EndQuiet();
            segments.ForgetHighestWindow();
            proof.TrustChanged(clock.IsDistrusted);
        }

        if (change is not (ClockChange.StepForward or ClockChange.Leap))
            return; // the lane stores the doubtful times
        if (change == ClockChange.Leap || proof.IsMisledByStep(before))
            segments.EndProof();
        proof.EndQuietMisledByStep(before);
    }

    /// <summary>
    /// Periodic work: seals segments that the exchange clock proves, stores segments that were held too long, and reports windows that are over.
    /// </summary>
    /// <param name="clock">The clock of the lane, used when no connection carries the stream.</param>
    /// <param name="statistics">Connection quality of the lane.</param>
    public void Tick(ConnectionClock clock, LaneStatistics statistics)
    {
        if (connections.Carrier is { } carrier)
        {
            clock = carrier; // only the exchange time of the connection that carries the stream proves that nothing more follows
            gaps.ReportUndecodable(clock);
            proof.Begin(clock);
        }

        segments.SealOverdue(clock);
        detached.SealOverdue(clock.LocalTime);
        if (!stream.Traits.IsSnapshots)
            reports.Report(clock, statistics, segments);
    }

    /// <summary>Ends the stream, because of a stop or because it is not recorded any more: all segments are handed over.</summary>
    /// <param name="statistics">Connection quality of the lane.</param>
    /// <param name="delistedAt">Local time at which the stream was found to be unwanted; null for a stop.</param>
    public void Close(LaneStatistics statistics, long? delistedAt = null)
    {
        unstored = segments.Unstored;
        if (connections.Carrier is { } current)
            gaps.ReportUndecodable(current, ends: true);
        handover.Abandon();
        admission.ReportUnconfirmed();
        segments.EndProof();
        detached.Seal();
        reports.ReportRemaining(statistics);
        if (delistedAt is { } micros && !stream.Traits.IsSnapshots)
        {
            var end = connections.Carrier is { ExchangeTime: > 0 and var reached } ? reached : Math.Max(micros, cursor?.LastMicros ?? 0); // a wrong local clock must not move the end
            reports.ReportDelisted(stream.Windows.WindowOf(end));
        }

        unstored = null;
    }

    private void Record(in EventRow row, ConnectionClock clock)
    {
        if (connections.TryBecomeSoleSource(clock))
            admission.Record(row, clock);
        else
            handover.Record(row, clock);
    }

    private static byte[] ToBytes(RowBuffer rows)
    {
        var text = new byte[rows.Length];
        rows.CopyTo(text);
        return text;
    }
}
