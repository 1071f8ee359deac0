using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>
/// Handover between connections: a successor opens while its predecessor still carries the stream, without loss and without duplicates.
/// </summary>
internal sealed partial class StreamRecorder
{
    private FeedClock? feed; // the connection that carries the stream
    private FeedOverlap? overlap;
    private bool handingOver; // a second connection carries the stream, or has not caught up yet

    /// <summary>True when this connection carries the stream: the subscription was acknowledged, or it delivered an event.</summary>
    public bool CarriedBy(FeedClock clock) => feed == clock || overlap is { Covers: true } both && both.Newer == clock;

    /// <summary>Whether the connection could carry the stream alone without loss.</summary>
    public Takeover TakeoverBy(FeedClock clock) =>
        overlap is { } both && both.Newer == clock ? both.Judge(grace)
        : feed is null || feed == clock ? Takeover.Ready
        : Takeover.Missing;

    /// <summary>A successor was opened; it has not subscribed to anything yet.</summary>
    public void SuccessorOpened(FeedClock successor)
    {
        if (overlap is not null)
            Abandon();
        if (feed is not null)
            (overlap, handingOver) = (new(feed, successor, cursor is null ? new FeedJoin() : null), true);
    }

    /// <summary>A connection was closed. The stream is interrupted unless another connection carries it.</summary>
    public void FeedClosed(FeedClock clock)
    {
        if (overlap is { Ended: false } both && clock == both.Newer)
            GoBack(both);
        else if (overlap is { Ended: false } handed && clock == handed.Older)
            TakeOver(handed);
        else if (clock == feed)
            Interrupted();
    }

    /// <summary>
    /// True when only this connection carries the stream, so that there is nothing to compare. Adopts the connection if there was none, and begins a
    /// handover if it is a second one.
    /// </summary>
    private bool Alone(FeedClock clock)
    {
        if (overlap is not null)
            return false;
        feed ??= clock;
        if (feed == clock)
            return true;
        BeginLate(clock);
        return false;
    }

    /// <summary>
    /// A second connection carries the stream and was not announced before it subscribed: without a sequence, nothing can be proven.
    /// </summary>
    private FeedOverlap BeginLate(FeedClock newer)
    {
        var join = cursor is null ? new FeedJoin() : null;
        join?.Fail();
        handingOver = true;
        return overlap = new(feed!, newer, join);
    }

    private static byte[] Text(RowBuffer rows)
    {
        var text = new byte[rows.Length];
        rows.CopyTo(text);
        return text;
    }

    private void Follow(in FeedRow row)
    {
        if (stream.Dataset == Dataset.Depth)
            Follow(RowWriter.ReadDepth(row));
        else
            Follower!.Traded(RowWriter.ReadTrade(row));
    }

    /// <summary>Processes an event of one of two connections.</summary>
    private void Meet(in FeedRow row, FeedClock clock)
    {
        var both = overlap!;
        var fromNewer = clock == both.Newer;
        if (fromNewer)
            both.Cover();
        else
            both.HeardOlder(row.Micros);
        if (both.Join is { } join)
            MeetUnnumbered(join, row, clock);
        else
            MeetNumbered(both, row, clock);
    }

    /// <summary>
    /// The successor may be faster than the predecessor: its first events would look like a gap. They wait until the predecessor has reached them.
    /// </summary>
    private void MeetNumbered(FeedOverlap both, in FeedRow row, FeedClock clock)
    {
        if (clock == both.Newer && !both.Connected)
            both.Held.Add(row);
        else
            Record(row, clock);
        if (both.Connected || both.Held.Count == 0)
            return;
        if (both.Held[0].Range!.Value.After <= cursor!.UpTo || both.Held.Count > FeedOverlap.MostHeld)
        {
            both.Connected = true;
            Record(both.Held, both.Newer);
            both.Held.Clear();
            if (both.Ended)
                overlap = null;
        }
    }

    private void MeetUnnumbered(FeedJoin join, in FeedRow row, FeedClock clock)
    {
        var (both, before) = (overlap!, join.State);
        if (join.Take(row, fromNewer: clock == both.Newer))
            Record(row, clock);
        if (before == JoinState.Open && join.State == JoinState.Joined)
            Record(join.Release(), both.Newer);
        if (before == JoinState.Joined && join.State == JoinState.Failed)
            EndProof();
        if (both.Ended && (join.State == JoinState.Failed || join.IsEven(newerConnection: feed == both.Newer)))
            overlap = null;
    }

    private void Record(IReadOnlyList<FeedRow> rows, FeedClock clock)
    {
        foreach (var row in rows)
            Record(row, clock);
    }

    /// <summary>The predecessor has ended: the successor carries the stream alone.</summary>
    private void TakeOver(FeedOverlap both)
    {
        if (!both.Covers)
        {
            Interrupted();
            return;
        }

        feed = both.Newer;
        both.Judge(grace);
        if (both.Proven)
        {
            both.Ended = true;
            if (both.Join?.IsEven(newerConnection: true) is null or true)
                overlap = null;
            return;
        }

        overlap = null;
        if (both.Quiet(grace))
            return;
        quiet.End();
        if (!Chained)
            EndProof();
        if (both.Since > 0)
            BeginProofsAt(both.Since);
        if (Chained || !both.Delivered(grace) || both.Join is { Overflowed: true })
            MarkInterrupted();
        foreach (var row in both.Waiting)
            Record(row with { Checksum = null }, both.Newer); // the book may be ahead of this diff: only diffs after all of these are verified
    }

    /// <summary>The successor ended before it took over: the predecessor continues.</summary>
    private void GoBack(FeedOverlap both)
    {
        both.Ended = true;
        if (both.Join is { State: JoinState.Joined } join && !join.IsEven(newerConnection: false) || both.Join is null && both.Held.Count > 0)
            return; // the predecessor still has to deliver events that the successor delivered first
        overlap = null;
        SetAside(both.Waiting, both.Newer);
    }

    /// <summary>No connection carries the stream any more: events that waited for the predecessor will not be delivered by it.</summary>
    private void GiveUpWaiting()
    {
        if (overlap is not { } both)
            return;
        overlap = null;
        if (cursor is null)
            SetAside(both.Waiting, both.Newer);
        else
            Record(both.Waiting, both.Newer);
    }

    /// <summary>Marks the stream as interrupted: the cause of the next gap is a lost connection.</summary>
    private void MarkInterrupted() => interrupted = interrupted || !fresh || cursor?.UpTo is not null;

    /// <summary>Ends a handover that cannot be completed.</summary>
    private void Abandon()
    {
        if (overlap is not { } both)
            return;
        overlap = null;
        if (both.Join is { State: not JoinState.Open })
            EndProof();
        SetAside(both.Waiting, both.Newer);
    }

    /// <summary>Holds the events of a connection that ended before the handover, to store them as fragments: they may exist nowhere else.</summary>
    private void SetAside(IReadOnlyList<FeedRow> rows, FeedClock clock)
    {
        foreach (var row in rows)
            SetAside(row, default, clock);
    }
}
