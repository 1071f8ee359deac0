using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>What a stream recorder needs of its surroundings.</summary>
/// <param name="Options">How streams are cut.</param>
/// <param name="Output">Where sealed segments, books and journal rows go.</param>
/// <param name="Events">Logs and counters.</param>
internal sealed record SegmentContext(SegmentOptions Options, ISegmentOutput Output, SegmentEvents Events)
{
    /// <summary>How open segments are packed; null leaves their rows as they are, which suits short ones.</summary>
    public SegmentPacking? Packing { get; init; }
}

/// <summary>What the sequence of a stream is worth.</summary>
/// <param name="Sequence">Whether holes, duplicates or nothing are certain.</param>
/// <param name="Identity">Whether two connections receive the same messages.</param>
internal readonly record struct StreamTraits(SequenceKind Sequence, StreamIdentity Identity);

/// <summary>
/// Cuts one stream into segments. Each event is admitted or dropped as a duplicate; what is admitted belongs to exactly one segment, and
/// segments of a contiguous stream meet. A segment is sealed as whole only when it is proven to hold all of its window:
/// a contiguous stream proves it by its chain, any other by a connection that covered the window. Not safe for use by two threads at once.
/// </summary>
internal sealed partial class StreamRecorder(StreamId stream, StreamTraits traits, SegmentContext context)
{
    private const long Never = long.MaxValue;

    private readonly WindowPlan windows = new(stream, context.Options.Windows);
    private readonly StreamCursor? cursor = traits.Sequence == SequenceKind.None ? null : new();
    private readonly StreamCoverage coverage = new(stream, context.Output);
    private readonly long settle = Micros.From(context.Options.Settle);
    private readonly long tolerance = Micros.From(context.Options.AheadTolerance);

    private OpenSegment? open;
    private OpenSegment? closing; // its window is over, but the grace of a connection-proved stream is not
    private OpenSegment? late;
    private OpenSegment? spare; // the last one that was handed over, to be the next
    private List<OpenSegment>? strays;
    private Window? highest;
    private long proofBegan = Never; // exchange time since which nothing can be missing
    private long sealedStart = long.MinValue; // no segment of this window or an earlier one can be whole any more
    private long lastMicros;
    private long subscribedSince = Never; // local clock
    private StreamPulse pulse;
    private bool fresh = true;
    private bool interrupted;

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

    /// <summary>Who hears what is recorded. Default: nobody.</summary>
    public IStreamFollower? Follower { get; set; }

    /// <summary>How many events were admitted.</summary>
    public long Admitted { get; private set; }

    /// <summary>How many events were dropped because they had been recorded already.</summary>
    public long Duplicates { get; private set; }

    /// <summary>How many replayed events only set the cursor.</summary>
    public long Replayed { get; private set; }

    /// <summary>How many holes were seen.</summary>
    public long Gaps { get; private set; }

    /// <summary>How many segments were sealed as whole, and how many as fragments.</summary>
    public (long Whole, long Fragments) Segments { get; private set; }

    /// <summary>When it was last heard, and how long it may be silent.</summary>
    public StreamPulse Pulse => pulse;

    /// <summary>The local clock since which a connection carries it; far in the future while none does.</summary>
    public long CarriedSince => subscribedSince;

    /// <summary>The exchange time of the last admitted event (or whole book, without a sequence), microseconds UTC; zero before the first.</summary>
    public long LastMicros => lastMicros;

    /// <summary>True when holes of this stream can be seen, because its ids chain.</summary>
    private bool Chained => traits.Sequence == SequenceKind.Contiguous;

    /// <summary>Records a trade.</summary>
    public void Trade(in TradeEvent trade, FeedClock clock)
    {
        pulse.Heard(clock.Local);
        if (!Alone(clock))
        {
            using var row = new RowBuffer();
            Rows.Trade(row, trade);
            Meet(new(trade.Range, trade.Micros, trade.Replayed, Text(row)), clock);
        }
        else if (Admit(trade.Range, trade.Micros, trade.Replayed, clock) is { } segment)
        {
            Rows.Trade(segment.Rows, trade);
            Written(segment);
            Follower?.Traded(trade);
        }
    }

    /// <summary>Records a change of the book.</summary>
    public void Depth(in DepthEvent diff, FeedClock clock)
    {
        pulse.Heard(clock.Local);
        if (!Alone(clock))
        {
            using var row = new RowBuffer();
            Rows.Depth(row, diff);
            Meet(new(diff.Range, diff.Micros!.Value, Replayed: false, Text(row)) { Checksum = diff.Checksum }, clock);
        }
        else if (Admit(diff.Range, diff.Micros!.Value, replayed: false, clock) is { } segment)
        {
            Rows.Depth(segment.Rows, diff);
            Written(segment);
            Follow(diff);
        }
    }

    /// <summary>The stream is subscribed: acknowledged, or its first frame was seen. From now on its connection covers it.</summary>
    public void Covered(FeedClock clock)
    {
        if (!Alone(clock))
        {
            if (clock == overlap!.Newer)
                overlap.Cover();
            return;
        }

        subscribedSince = Math.Min(subscribedSince, clock.Local);
        if (!Chained && clock.Exchange > 0) // before the exchange has told its time, nothing can be proven: the first event begins then
            BeginProof(clock.Exchange, clock);
    }

    /// <summary>The connection was lost. A contiguous stream waits for what follows; any other cannot prove what it has.</summary>
    public void Interrupted()
    {
        MarkInterrupted();
        GiveUpWaiting();
        MarkInterrupted(); // what had waited counts as before the interruption
        feed = null;
        pulse.Pause();
        subscribedSince = Never;
        if (Chained)
            return;
        SealClosing(whole: false);
        SealOpen(whole: false);
        proofBegan = Never;
    }

    private OpenSegment? Admit(SequenceRange? range, long micros, bool replayed, FeedClock clock)
    {
        if (cursor is null)
        {
            ResumeUnnumbered(micros, clock);
            return Place(null, micros, clock);
        }

        var next = range ?? throw new InvalidOperationException($"An event of {stream} has no sequence, but its exchange declares one.");
        var from = cursor.LastMicros;
        var outcome = cursor.Take(next, micros);
        if (replayed && fresh && !interrupted)
        {
            Replayed++;
            return null;
        }

        switch (outcome)
        {
            case CursorOutcome.Duplicate:
                Duplicates++;
                context.Events.Duplicate(stream);
                return null;
            case CursorOutcome.Late:
                return AdmitLate(micros, clock);
            case CursorOutcome.Stray:
                return AdmitStray(next, micros, clock);
            case CursorOutcome.Gap when Chained:
                Break(new(stream, cursor.Missing, from, micros, interrupted ? GapCause.Disconnect : GapCause.Skip));
                break;
            case CursorOutcome.Gap when interrupted:
                Report(new(stream, cursor.Missing, from, micros, GapCause.Disconnect));
                break;
            case CursorOutcome.Reset:
                Restart(new(stream, cursor.Missing, from, micros, GapCause.Reset), clock);
                break;
            default:
                break;
        }

        BeginProof(micros, clock);
        interrupted = false;
        return Place(next, micros, clock);
    }

    private void ResumeUnnumbered(long micros, FeedClock clock)
    {
        if (interrupted)
            ReportInterruption(micros);
        BeginProof(micros, clock);
    }

    /// <summary>Puts an admitted event into the segment of its window, which never lies before the highest so far.</summary>
    private OpenSegment Place(SequenceRange? range, long micros, FeedClock clock)
    {
        var ahead = clock.Local > 0 && micros > clock.Local + tolerance;
        var window = ahead ? highest ?? windows.Of(clock.Local) : windows.Of(micros);
        if (highest is { } top && window.StartMicros < top.StartMicros)
            window = top;
        SealClosingAfterGrace(clock);
        if (open is { } current && window.StartMicros > current.Window.StartMicros)
            Follow(clock);
        if (open is { } full && full.Length >= context.Options.MaxSegmentBytes)
            SealOpen(whole: false);

        highest = window;
        open ??= Open(window);
        if (ahead)
        {
            open.Tainted = true;
            context.Events.ClockAhead(stream, micros);
        }

        open.Extend(range, micros, clock.Local);
        (fresh, lastMicros) = (false, Math.Max(lastMicros, micros));
        subscribedSince = Math.Min(subscribedSince, clock.Local);
        Admitted++;
        return open;
    }

    private OpenSegment Open(Window window)
    {
        if (spare is not { } next)
            return new(window, LeftProven(window));
        spare = null;
        next.BeginAnew(window, LeftProven(window));
        return next;
    }

    private void Written(OpenSegment segment)
    {
        if (segment == open && context.Packing is { } packing)
            segment.Cut(packing);
    }

    private bool LeftProven(Window window) =>
        proofBegan != Never && window.StartMicros > sealedStart && window.StartMicros - settle >= proofBegan;

    private void BeginProof(long micros, FeedClock clock)
    {
        if (proofBegan == Never && !suspect)
            proofBegan = Trusted(micros, clock);
    }

    /// <summary>An exchange time that a broken exchange clock cannot move far into the past: a wrong clock may only make us claim less.</summary>
    private long Trusted(long micros, FeedClock clock) => Math.Max(micros, clock.Local - settle);
}
