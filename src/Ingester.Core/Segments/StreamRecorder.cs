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
    public SegmentPacking? Packing { get; init; }

    /// <summary>True while the dates of HTTP responses contradict the local clock (rule T3). Default: no dates are known.</summary>
    public Func<bool> DatesContradict { get; init; } = static () => false;
}

/// <summary>Properties of a stream's sequence and messages.</summary>
/// <param name="Sequence">The kind of sequence, which determines whether gaps or duplicates can be detected.</param>
/// <param name="Identity">Whether two connections receive the same messages.</param>
internal readonly record struct StreamTraits(SequenceKind Sequence, StreamIdentity Identity)
{
    /// <summary>False when events have no exchange time: then no window of the stream is ever whole. Default true.</summary>
    public bool HasTime { get; init; } = true;

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
    private readonly OddRows odd = new(chained: traits.Sequence == SequenceKind.Contiguous);
    private readonly long settle = Micros.From(context.Options.Settle);
    private readonly long tolerance = Micros.From(context.Options.AheadTolerance);

    private OpenSegment? open;
    private OpenSegment? closing; // its window is over, but its grace time is not (streams that a connection proves)
    private OpenSegment? spare; // the last segment that was handed over, for reuse
    private Window? highest;
    private WindowProof proof = new(Micros.From(context.Options.Settle));
    private long sealedStart = long.MinValue; // no segment of this or an earlier window can be whole any more
    private long trustedStart = long.MinValue; // the same, when the local clock was last trusted
    private long lastMicros;
    private long subscribedSince = Never; // local clock
    private StreamPulse pulse;
    private bool fresh = true;
    private bool interrupted;

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

    /// <summary>Observes the recorded events. Default: none.</summary>
    public IStreamFollower? Follower { get; set; }

    /// <summary>The doubtful exchange times of its lane. Default: its own.</summary>
    public DoubtfulTimes Doubtful { get; private set; } = new();

    /// <summary>Number of recorded events.</summary>
    public long Admitted { get; private set; }

    /// <summary>Number of duplicates that were dropped.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Number of replayed events that only set the cursor.</summary>
    public long Replayed { get; private set; }

    /// <summary>Number of detected gaps.</summary>
    public long Gaps { get; private set; }

    /// <summary>Number of segments sealed as whole and as fragments.</summary>
    public (long Whole, long Fragments) Segments { get; private set; }

    /// <summary>The activity of the stream, for the detection of stalls.</summary>
    public StreamPulse Pulse => pulse;

    /// <summary>Local time since which a connection carries the stream; far in the future while none does.</summary>
    public long CarriedSince => subscribedSince;

    /// <summary>Exchange time of the last recorded event (or snapshot, without a sequence), microseconds UTC; zero before the first.</summary>
    public long LastMicros => lastMicros;

    /// <summary>True when ids chain, so that gaps can be detected.</summary>
    private bool Chained => traits.Sequence == SequenceKind.Contiguous;

    /// <summary>
    /// Shares the doubtful times with the lane that records the stream from now on: a span that is doubtful for one is doubtful for both.
    /// </summary>
    public void Share(DoubtfulTimes ofLane)
    {
        ofLane.Add(Doubtful);
        Doubtful = ofLane;
    }

    /// <summary>Records a trade.</summary>
    public void Trade(in TradeEvent trade, FeedClock clock)
    {
        pulse.Heard(clock.Local);
        if (!trade.Replayed && IsNext(trade.Range, trade.Micros, clock))
        {
            var segment = Place(trade.Range, Arrive(trade.Micros, trade.Mark, clock), clock, out var mark);
            var hash = RowWriter.Trade(segment.Rows, trade, mark);
            cursor?.Follow(new(trade.Range!.Value, Plausible(trade.Micros, trade.Mark, clock), hash, clock.Id));
            Written(segment);
            Follower?.Traded(trade);
            return;
        }

        using var row = new RowBuffer();
        var hashed = RowWriter.Trade(row, trade);
        Take(new(trade.Range, Arrive(trade.Micros, trade.Mark, clock), trade.Replayed, Text(row), hashed), clock);
    }

    /// <summary>Records a diff.</summary>
    public void Depth(in DepthEvent diff, FeedClock clock)
    {
        pulse.Heard(clock.Local);
        if (IsNext(diff.Range, diff.Micros!.Value, clock))
        {
            var segment = Place(diff.Range, Arrive(diff.Micros.Value, diff.Mark, clock), clock, out var mark);
            var hash = RowWriter.Depth(segment.Rows, diff, mark);
            cursor?.Follow(new(diff.Range!.Value, Plausible(diff.Micros.Value, diff.Mark, clock), hash, clock.Id));
            Written(segment);
            Follow(diff);
            return;
        }

        using var row = new RowBuffer();
        var hashed = RowWriter.Depth(row, diff);
        Take(new(diff.Range, Arrive(diff.Micros.Value, diff.Mark, clock), Replayed: false, Text(row), hashed) { Checksum = diff.Checksum }, clock);
    }

    /// <summary>The stream is subscribed: the subscription was acknowledged, or the first frame was received.</summary>
    public void Covered(FeedClock clock)
    {
        if (!Alone(clock))
        {
            if (clock == overlap!.Newer)
                overlap.Cover();
            return;
        }

        subscribedSince = Math.Min(subscribedSince, clock.Local);
        BeginProofs(clock);
    }

    /// <summary>
    /// The connection was lost. A stream with contiguous ids waits for the next id; for any other stream the proof of the open windows ends.
    /// </summary>
    public void Interrupted()
    {
        if (feed is { } lost)
            SettleDoubt(lost, ends: true);
        MarkInterrupted();
        GiveUpWaiting();
        MarkInterrupted(); // the events that had waited count as before the interruption
        feed = null;
        handingOver = false;
        pulse.Pause();
        subscribedSince = Never;
        quiet.End();
        if (!Chained)
            EndProof();
    }

    /// <summary>
    /// True when the event can be appended immediately: one connection carries the stream, and the event continues the chain. Reports an interruption
    /// of a stream without a sequence.
    /// </summary>
    private bool IsNext(SequenceRange? range, long micros, FeedClock clock)
    {
        if (!Alone(clock))
            return false;
        if (cursor is null)
        {
            if (interrupted)
                ReportInterruption(micros);
            return true;
        }

        var next = range ?? throw new InvalidOperationException($"An event of {stream} has no sequence id, but its exchange profile declares a sequence.");
        if (!cursor.IsNext(next) || (interrupted && !Chained))
            return false;
        GoneOn();
        return true;
    }

    private void Take(in FeedRow row, FeedClock clock)
    {
        if (Alone(clock))
            Record(row, clock);
        else
            Meet(row, clock);
    }

    /// <summary>Records an event according to the cursor's verdict.</summary>
    private void Record(in FeedRow row, FeedClock clock)
    {
        if (cursor is null)
        {
            if (interrupted)
                ReportInterruption(row.Micros);
            Append(row, clock);
            return;
        }

        var next = new CursorEvent(row.Range!.Value, Plausible(row.Micros, row.Arrival.Mark, clock), row.Hash, clock.Id)
        {
            Replayed = row.Replayed,
            Regroups = handingOver && traits.Identity == StreamIdentity.PerConnection,
        };
        var before = row.Replayed && Admitted == 0 && !interrupted;
        if (before)
            cursor.Preset(next);
        if (before || row.Replayed && cursor.IsPreset(next))
        {
            Replayed++;
            return;
        }

        var (from, head) = (cursor.LastMicros, cursor.UpTo);
        Obey(cursor.Take(next), row, (from, head), clock);
        while (cursor.TakeNearest() is { } nearest)
            Resume(nearest, GapSince(from, TimeOf(row, clock), nearest.Span), clock);
        while (cursor.Reached() is { } reached)
            Join(reached, clock);
    }

    private void Obey(CursorVerdict verdict, in FeedRow row, (long Micros, long? UpTo) last, FeedClock clock)
    {
        var (from, head) = last;
        switch (verdict.Outcome)
        {
            case CursorOutcome.Duplicate:
                Duplicates++;
                context.Events.Duplicate(stream);
                return;
            case CursorOutcome.Gap when Chained:
                Resume(verdict, GapSince(from, TimeOf(row, clock), verdict.Span), clock);
                break;
            case CursorOutcome.Reset:
                if (interrupted && !Chained)
                    ReportByTime(from, row, clock);
                foreach (var (missing, micros) in cursor!.LeftBehind)
                    Report(GapSince(from, Math.Max(from, micros), missing));
                Resume(verdict, new(stream, verdict.Span, from, TimeOf(row, clock), GapCause.Reset), clock);
                break;
            case CursorOutcome.Next when !Chained && interrupted && row.Range!.Value.After > head:
                Report(GapSince(from, TimeOf(row, clock), new(head.Value, row.Range.Value.After)));
                break;
            case CursorOutcome.Overlap:
                Report(new(stream, row.Range, Math.Min(from, TimeOf(row, clock)), Math.Max(from, TimeOf(row, clock)), GapCause.Conflict));
                EndProof();
                break;
            case CursorOutcome.Conflict:
                Report(new(stream, row.Range, TimeOf(row, clock), TimeOf(row, clock), GapCause.Conflict));
                EndProof();
                SetAside(row, verdict, clock);
                return;
            case CursorOutcome.Repeated:
                EndProof();
                SetAside(row, verdict, clock);
                return;
            case CursorOutcome.Waiting or CursorOutcome.Late or CursorOutcome.Odd:
                if (interrupted && !Chained && !row.Replayed)
                    ReportByTime(from, row, clock);
                SetAside(row, verdict, clock);
                return;
            default:
                break;
        }

        GoneOn();
        Append(row, clock);
    }

    private void Append(in FeedRow row, FeedClock clock)
    {
        var segment = Place(row.Range, row.Arrival, clock, out var mark);
        row.WriteTo(segment.Rows, mark);
        Written(segment);
        if (Follower is not null)
            Follow(row);
    }

    /// <summary>Adds an event to the segment of its window, or to the highest window so far if its own is earlier (rule T5).</summary>
    private OpenSegment Place(SequenceRange? range, in Arrival arrival, FeedClock clock, out TimeMark mark)
    {
        var micros = arrival.Micros;
        (var window, mark) = WindowOf(micros, arrival.Mark, clock);
        if (highest is { } top && (window.StartMicros < top.StartMicros || mark == TimeMark.Implausible))
        {
            Touch(window);
            window = top;
            mark = mark == TimeMark.None ? TimeMark.OutOfOrder : mark;
        }

        SealClosingAfterGrace(clock);
        if (open is { } current && window.StartMicros > current.Window.StartMicros)
            CloseWindow(clock);
        if (open is { } full && full.Length >= context.Options.MaxSegmentBytes)
            SealOpen(whole: false);
        proof.Hear(clock.Last, clock.Frames);
        highest = window;
        open ??= Open(window);
        open.Extend(range, micros, clock.Local);
        if (mark == TimeMark.Implausible)
            context.Events.ClockAhead(stream, micros);
        if (mark != TimeMark.None && (mark != TimeMark.OutOfOrder || !Chained))
        {
            SealClosing(whole: false);
            open.Tainted = true;
            proof.End();
        }
        else
        {
            lastMicros = Math.Max(lastMicros, micros);
            if (Chained && traits.HasTime)
                proof.Begin(arrival.Since, clock.Frames, arrival.Sure);
        }

        fresh = false;
        subscribedSince = Math.Min(subscribedSince, clock.Local);
        BeginProofs(clock);
        Admitted++;
        return open;
    }

    private Arrival Arrive(long micros, TimeMark given, FeedClock clock) =>
        new(micros, given, Math.Max(micros, clock.Latest), clock.IsFresh(settle, tolerance));

    private (Window Window, TimeMark Mark) WindowOf(long micros, TimeMark given, FeedClock clock) =>
        given != TimeMark.None || clock.IsPlausible(micros, tolerance)
            ? (windows.Of(micros), given)
            : (windows.Of(clock.Exchange > 0 ? clock.Exchange : clock.Local), TimeMark.Implausible);

    /// <summary>The time of an event for a gap row: never an implausible time.</summary>
    private long TimeOf(in FeedRow row, FeedClock clock) => clock.IsPlausible(row.Micros, tolerance) ? row.Micros : Math.Max(clock.Exchange, lastMicros);

    private long? Plausible(long micros, TimeMark given, FeedClock clock) =>
        given == TimeMark.None && clock.IsPlausible(micros, tolerance) ? micros : null;

    private OpenSegment Open(Window window)
    {
        unproven.Remove(window); // the window has an event, so it is not quiet
        var proven = window.StartMicros > sealedStart && proof.Covers(window.StartMicros);
        if (spare is not { } next)
            return new(window, proven) { Grade = Grade };
        spare = null;
        next.BeginAnew(window, proven);
        next.Grade = Grade;
        return next;
    }

    private void Written(OpenSegment segment)
    {
        if (segment == open && context.Packing is { } packing)
            segment.Cut(packing);
    }
}
