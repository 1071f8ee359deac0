using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>The services that a stream recorder needs.</summary>
/// <param name="Options">How streams are divided into segments.</param>
/// <param name="Output">Receives sealed segments, snapshots and journal rows.</param>
/// <param name="Events">Logs and metrics.</param>
internal sealed record SegmentContext(SegmentOptions Options, ISegmentOutput Output, SegmentEvents Events)
{
    /// <summary>How open segments are compressed; null leaves their rows uncompressed, which suits short segments.</summary>
    public SegmentCompression? Compression { get; init; }

    /// <summary>True while the dates of HTTP responses contradict the local clock (rule T3). Default: no dates are known.</summary>
    public Func<bool> DatesContradict { get; init; } = static () => false;
}

/// <summary>Properties of a stream's sequence and messages.</summary>
/// <param name="Sequence">The kind of sequence, which determines whether gaps or duplicates can be detected.</param>
/// <param name="Identity">Whether two connections receive the same messages.</param>
internal readonly record struct StreamTraits(SequenceKind Sequence, StreamIdentity Identity)
{
    /// <summary>False when events have no exchange time: then no window of the stream is ever whole. Default true.</summary>
    public bool HasExchangeTime { get; init; } = true;

    /// <summary>The grade that the exchange's checksum proves while it is verified; null when it sends none.</summary>
    public ProofGrade? Checksum { get; init; }
}

/// <summary>
/// Divides one stream into segments, by the rules of <c>docs/proof.md</c>. The cursor classifies each event, the proof decides which windows can be
/// whole, and this type appends rows and seals segments. Not thread-safe.
/// </summary>
internal sealed partial class StreamRecorder(StreamId stream, StreamTraits traits, SegmentContext context)
{
    private const long Never = long.MaxValue;

    private readonly WindowPlan windows = new(stream, context.Options.Windows);
    private StreamCursor? cursor = traits.Sequence == SequenceKind.None
        ? null : new(traits.Sequence);

    private readonly StreamCoverage coverage = new(stream, context.Output);
    private readonly DetachedRows detached = new(chained: traits.Sequence == SequenceKind.Contiguous);
    private readonly long settle = Micros.From(context.Options.Settle);
    private readonly long tolerance = Micros.From(context.Options.AheadTolerance);

    private OpenSegment? open;
    private OpenSegment? closing; // its window is over, but its grace time is not (streams that a connection proves)
    private OpenSegment? reusableSegment; // the last segment that was handed over, for reuse
    private Window? highestWindow;
    private WindowProof proof = new(Micros.From(context.Options.Settle));
    private long sealedStart = long.MinValue; // no segment of this or an earlier window can be whole any more
    private long trustedStart = long.MinValue; // the same, when the local clock was last trusted
    private long lastMicros;
    private long subscribedSince = Never; // local clock
    private StreamActivity activity;
    private bool isEmpty = true;
    private bool isInterrupted;

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

    /// <summary>Observes the recorded events. Default: none.</summary>
    public IStreamObserver? Observer { get; set; }

    /// <summary>The doubtful exchange times of its lane. Default: its own.</summary>
    public DoubtfulTimes DoubtfulTimes { get; private set; } = new();

    /// <summary>Number of recorded events.</summary>
    public long RecordedEvents { get; private set; }

    /// <summary>Number of duplicates that were dropped.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Number of replayed events that only set the cursor.</summary>
    public long ReplayedEvents { get; private set; }

    /// <summary>Number of detected gaps.</summary>
    public long Gaps { get; private set; }

    /// <summary>Number of segments sealed as whole and as fragments.</summary>
    public (long Whole, long Fragments) SegmentCounts { get; private set; }

    /// <summary>The activity of the stream, for the detection of stalls.</summary>
    public StreamActivity Activity => activity;

    /// <summary>Local time since which a connection carries the stream; far in the future while none does.</summary>
    public long CarriedSince => subscribedSince;

    /// <summary>Exchange time of the last recorded event (or snapshot, without a sequence), microseconds UTC; zero before the first.</summary>
    public long LastMicros => lastMicros;

    /// <summary>True when ids chain, so that gaps can be detected.</summary>
    private bool IsChained => traits.Sequence == SequenceKind.Contiguous;

    /// <summary>
    /// Shares the doubtful times with the lane that records the stream from now on: a span that is doubtful for one is doubtful for both.
    /// </summary>
    public void ShareDoubtfulTimes(DoubtfulTimes ofLane)
    {
        ofLane.Add(DoubtfulTimes);
        DoubtfulTimes = ofLane;
    }

    /// <summary>Records a trade.</summary>
    public void RecordTrade(in TradeEvent trade, ConnectionClock clock)
    {
        activity.RecordActivity(clock.LocalTime);
        if (!trade.IsReplayed && CanAppendDirectly(trade.Range, trade.Micros, clock))
        {
            var segment = PlaceInSegment(trade.Range, CreateArrival(trade.Micros, trade.Mark, clock), clock, out var mark);
            var hash = RowWriter.WriteTrade(segment.Rows, trade, mark);
            cursor?.Advance(new(trade.Range!.Value, PlausibleTime(trade.Micros, trade.Mark, clock), hash, clock.Id));
            QueueFullPiece(segment);
            Observer?.OnTrade(trade);
            return;
        }

        using var row = new RowBuffer();
        var hashed = RowWriter.WriteTrade(row, trade);
        RecordRow(new(trade.Range, CreateArrival(trade.Micros, trade.Mark, clock), trade.IsReplayed, ToBytes(row), hashed), clock);
    }

    /// <summary>Records a diff.</summary>
    public void RecordDiff(in DepthEvent diff, ConnectionClock clock)
    {
        activity.RecordActivity(clock.LocalTime);
        if (CanAppendDirectly(diff.Range, diff.Micros!.Value, clock))
        {
            var segment = PlaceInSegment(diff.Range, CreateArrival(diff.Micros.Value, diff.Mark, clock), clock, out var mark);
            var hash = RowWriter.WriteDiff(segment.Rows, diff, mark);
            cursor?.Advance(new(diff.Range!.Value, PlausibleTime(diff.Micros.Value, diff.Mark, clock), hash, clock.Id));
            QueueFullPiece(segment);
            NotifyObserver(diff);
            return;
        }

        using var row = new RowBuffer();
        var hashed = RowWriter.WriteDiff(row, diff);
        RecordRow(new(diff.Range, CreateArrival(diff.Micros.Value, diff.Mark, clock), IsReplayed: false, ToBytes(row), hashed) { Checksum = diff.Checksum }, clock);
    }

    /// <summary>The stream is subscribed: the subscription was acknowledged, or the first frame was received.</summary>
    public void Subscribed(ConnectionClock clock)
    {
        if (!TryBecomeSoleSource(clock))
        {
            if (clock == handover!.Successor)
                handover.MarkSuccessorSubscribed();
            return;
        }

        subscribedSince = Math.Min(subscribedSince, clock.LocalTime);
        BeginProofs(clock);
    }

    /// <summary>
    /// The connection was lost. A stream with contiguous ids waits for the next id; for any other stream the proof of the open windows ends.
    /// </summary>
    public void Interrupted()
    {
        if (carrier is { } lost)
            ReportUndecodable(lost, ends: true);
        MarkInterrupted();
        ReleasePendingRows();
        MarkInterrupted(); // the events that had waited count as before the interruption
        carrier = null;
        isHandingOver = false;
        activity.Pause();
        subscribedSince = Never;
        quietProof.End();
        if (!IsChained)
            EndProof();
    }

    /// <summary>
    /// True when the event can be appended immediately: one connection carries the stream, and the event continues the chain. Reports an interruption
    /// of a stream without a sequence.
    /// </summary>
    private bool CanAppendDirectly(SequenceRange? range, long micros, ConnectionClock clock)
    {
        if (!TryBecomeSoleSource(clock))
            return false;
        if (cursor is null)
        {
            if (isInterrupted)
                ReportInterruption(micros);
            return true;
        }

        var next = range ?? throw new InvalidOperationException($"An event of {stream} has no sequence id, but its exchange profile declares a sequence.");
        if (!cursor.IsNext(next) || (isInterrupted && !IsChained))
            return false;
        ChainContinued();
        return true;
    }

    private void RecordRow(in EventRow row, ConnectionClock clock)
    {
        if (TryBecomeSoleSource(clock))
            Record(row, clock);
        else
            RecordDuringHandover(row, clock);
    }

    /// <summary>Records an event according to the cursor's verdict.</summary>
    private void Record(in EventRow row, ConnectionClock clock)
    {
        if (cursor is null)
        {
            if (isInterrupted)
                ReportInterruption(row.Micros);
            Append(row, clock);
            return;
        }

        var next = new CursorEvent(row.Range!.Value, PlausibleTime(row.Micros, row.Arrival.Mark, clock), row.Hash, clock.Id)
        {
            IsReplayed = row.IsReplayed,
            MayRegroup = isHandingOver && traits.Identity == StreamIdentity.PerConnection,
        };
        var before = row.IsReplayed && RecordedEvents == 0 && !isInterrupted;
        if (before)
            cursor.SkipReplayed(next);
        if (before || row.IsReplayed && cursor.WasReplayedBeforeStart(next))
        {
            ReplayedEvents++;
            return;
        }

        var (from, head) = (cursor.LastMicros, cursor.UpTo);
        ApplyVerdict(cursor.Evaluate(next), row, (from, head), clock);
        while (cursor.AcceptNearestRun() is { } nearest)
            ResumeAfterGap(nearest, CreateGap(from, GapTimeOf(row, clock), nearest.Span), clock);
        while (cursor.TakeReachedRun() is { } reached)
            AppendReachedRun(reached, clock);
    }

    private void ApplyVerdict(CursorVerdict verdict, in EventRow row, (long Micros, long? UpTo) last, ConnectionClock clock)
    {
        var (from, head) = last;
        switch (verdict.Outcome)
        {
            case CursorOutcome.Duplicate:
                Duplicates++;
                context.Events.DuplicateDropped(stream);
                return;
            case CursorOutcome.Gap when IsChained:
                ResumeAfterGap(verdict, CreateGap(from, GapTimeOf(row, clock), verdict.Span), clock);
                break;
            case CursorOutcome.Reset:
                if (isInterrupted && !IsChained)
                    ReportInterruptionByTime(from, row, clock);
                foreach (var (missing, micros) in cursor!.GapsBeforeReset)
                    Report(CreateGap(from, Math.Max(from, micros), missing));
                ResumeAfterGap(verdict, new(stream, verdict.Span, from, GapTimeOf(row, clock), GapCause.Reset), clock);
                break;
            case CursorOutcome.Next when !IsChained && isInterrupted && row.Range!.Value.After > head:
                Report(CreateGap(from, GapTimeOf(row, clock), new(head.Value, row.Range.Value.After)));
                break;
            case CursorOutcome.Overlap:
                Report(new(stream, row.Range, Math.Min(from, GapTimeOf(row, clock)), Math.Max(from, GapTimeOf(row, clock)), GapCause.Conflict));
                EndProof();
                break;
            case CursorOutcome.Conflict:
                Report(new(stream, row.Range, GapTimeOf(row, clock), GapTimeOf(row, clock), GapCause.Conflict));
                EndProof();
                HoldForFragment(row, verdict, clock);
                return;
            case CursorOutcome.Repeated:
                EndProof();
                HoldForFragment(row, verdict, clock);
                return;
            case CursorOutcome.Candidate or CursorOutcome.Late or CursorOutcome.Unrecognized:
                if (isInterrupted && !IsChained && !row.IsReplayed)
                    ReportInterruptionByTime(from, row, clock);
                HoldForFragment(row, verdict, clock);
                return;
            default:
                break;
        }

        ChainContinued();
        Append(row, clock);
    }

    private void Append(in EventRow row, ConnectionClock clock)
    {
        var segment = PlaceInSegment(row.Range, row.Arrival, clock, out var mark);
        row.WriteTo(segment.Rows, mark);
        QueueFullPiece(segment);
        if (Observer is not null)
            NotifyObserver(row);
    }

    /// <summary>Adds an event to the segment of its window, or to the highest window so far if its own is earlier (rule T5).</summary>
    private OpenSegment PlaceInSegment(SequenceRange? range, in Arrival arrival, ConnectionClock clock, out TimeMark mark)
    {
        var micros = arrival.Micros;
        (var window, mark) = WindowOf(micros, arrival.Mark, clock);
        if (highestWindow is { } top && (window.StartMicros < top.StartMicros || mark == TimeMark.Implausible))
        {
            ExcludeWindow(window);
            window = top;
            mark = mark == TimeMark.None ? TimeMark.OutOfOrder : mark;
        }

        SealClosingAfterGrace(clock);
        if (open is { } current && window.StartMicros > current.Window.StartMicros)
            AdvanceWindow(clock);
        if (open is { } full && full.Length >= context.Options.MaxSegmentBytes)
            SealOpen(whole: false);
        proof.Confirm(clock.LastExchangeTime, clock.TimedFrames);
        highestWindow = window;
        open ??= OpenSegmentFor(window);
        open.Extend(range, micros, clock.LocalTime);
        if (mark == TimeMark.Implausible)
            context.Events.FutureTimestampSeen(stream, micros);
        if (mark != TimeMark.None && (mark != TimeMark.OutOfOrder || !IsChained))
        {
            SealClosing(whole: false);
            open.IsTainted = true;
            proof.End();
        }
        else
        {
            lastMicros = Math.Max(lastMicros, micros);
            if (IsChained && traits.HasExchangeTime)
                proof.Begin(arrival.ProofStart, clock.TimedFrames, arrival.IsConfirmed);
        }

        isEmpty = false;
        subscribedSince = Math.Min(subscribedSince, clock.LocalTime);
        BeginProofs(clock);
        RecordedEvents++;
        return open;
    }

    private Arrival CreateArrival(long micros, TimeMark given, ConnectionClock clock) =>
        new(micros, given, Math.Max(micros, clock.HighestExchangeTime), clock.IsFresh(settle, tolerance));

    private (Window Window, TimeMark Mark) WindowOf(long micros, TimeMark given, ConnectionClock clock) =>
        given != TimeMark.None || clock.IsPlausible(micros, tolerance)
            ? (windows.WindowOf(micros), given)
            : (windows.WindowOf(clock.ExchangeTime > 0 ? clock.ExchangeTime : clock.LocalTime), TimeMark.Implausible);

    /// <summary>The time of an event for a gap row: never an implausible time.</summary>
    private long GapTimeOf(in EventRow row, ConnectionClock clock) => clock.IsPlausible(row.Micros, tolerance) ? row.Micros : Math.Max(clock.ExchangeTime, lastMicros);

    private long? PlausibleTime(long micros, TimeMark given, ConnectionClock clock) =>
        given == TimeMark.None && clock.IsPlausible(micros, tolerance) ? micros : null;

    private OpenSegment OpenSegmentFor(Window window)
    {
        unprovenQuiet.Remove(window); // the window has an event, so it is not quiet
        var proven = window.StartMicros > sealedStart && proof.Covers(window.StartMicros);
        if (reusableSegment is not { } next)
            return new(window, proven) { Grade = CurrentGrade };
        reusableSegment = null;
        next.Reuse(window, proven);
        next.Grade = CurrentGrade;
        return next;
    }

    private void QueueFullPiece(OpenSegment segment)
    {
        if (segment == open && context.Compression is { } packing)
            segment.QueueFullPiece(packing);
    }
}
