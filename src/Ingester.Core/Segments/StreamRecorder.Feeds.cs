using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>How connections follow each other: a successor opens while the one before it still carries the stream, and nothing is lost or doubled.</summary>
internal sealed partial class StreamRecorder
{
    private FeedClock? feed; // the connection that carries the stream
    private FeedOverlap? overlap;
    private bool handingOver; // a second connection carries the stream, or has not caught up yet

    /// <summary>True when this connection carries the stream: it was acknowledged there, or has brought something.</summary>
    public bool CarriedBy(FeedClock clock) => feed == clock || overlap is { Covers: true } both && both.Newer == clock;

    /// <summary>Whether the connection could carry the stream alone, without a loss.</summary>
    public Takeover TakeoverBy(FeedClock clock) =>
        overlap is { } both && both.Newer == clock ? both.Judge(grace)
        : feed is null || feed == clock ? Takeover.Ready
        : Takeover.Missing;

    /// <summary>A connection opens that will take over from the one that carries the stream; it has not asked for anything yet.</summary>
    public void SuccessorOpened(FeedClock successor)
    {
        if (overlap is not null)
            Abandon();
        if (feed is not null)
            (overlap, handingOver) = (new(feed, successor, cursor is null ? new FeedJoin() : null), true);
    }

    /// <summary>A connection is lost. Unless another carries the stream, it is interrupted.</summary>
    public void FeedClosed(FeedClock clock)
    {
        if (overlap is { Ended: false } both && clock == both.Newer)
            GoBack(both);
        else if (overlap is { Ended: false } handed && clock == handed.Older)
            TakeOver(handed);
        else if (clock == feed)
            Interrupted();
    }

    /// <summary>True when only one connection carries the stream, so that there is nothing to compare.</summary>
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

    /// <summary>A second connection carries the stream although nobody said so before it asked: without a sequence, nothing can be proven.</summary>
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

    /// <summary>An event of one of two connections.</summary>
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
    /// The newer connection may be faster than the older: what it brings first would then look like a hole. It waits until the older one came so far.
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

    /// <summary>The older connection has ended: the newer carries the stream alone.</summary>
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
            Record(row with { Checksum = null }, both.Newer); // the book may be ahead of it: only what comes after all of them is checked again
    }

    /// <summary>The newer connection has ended before it took over: the older goes on.</summary>
    private void GoBack(FeedOverlap both)
    {
        both.Ended = true;
        if (both.Join is { State: JoinState.Joined } join && !join.IsEven(newerConnection: false) || both.Join is null && both.Held.Count > 0)
            return; // the older one still brings what the newer brought first
        overlap = null;
        SetAside(both.Waiting, both.Newer);
    }

    /// <summary>No connection carries the stream any more: what waited for the older one will not come by it.</summary>
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

    /// <summary>A hole that is found now, was made by a connection that ended.</summary>
    private void MarkInterrupted() => interrupted = interrupted || !fresh || cursor?.UpTo is not null;

    /// <summary>What two connections still had to settle cannot be settled any more.</summary>
    private void Abandon()
    {
        if (overlap is not { } both)
            return;
        overlap = null;
        if (both.Join is { State: not JoinState.Open })
            EndProof();
        SetAside(both.Waiting, both.Newer);
    }

    /// <summary>Stores, as fragments, what a connection brought that went before it was needed: perhaps nobody else has it.</summary>
    private void SetAside(IReadOnlyList<FeedRow> rows, FeedClock clock)
    {
        foreach (var row in rows)
            SetAside(row, default, clock);
    }
}
