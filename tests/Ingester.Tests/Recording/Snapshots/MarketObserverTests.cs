using Ingester.Core.Markets;
using Ingester.Recording.Snapshots;

namespace Ingester.Tests.Recording.Snapshots;

/// <summary>Whole books that are fetched beside the stream: attached by the exchange's rule, fetched again when they are too old.</summary>
public sealed class MarketObserverTests : IDisposable
{
    private readonly WatchRig rig = new();

    [Fact]
    public void Snapshot_is_requested_at_the_first_diff_and_stored_with_the_time_of_the_last_diff_it_contains()
    {
        Assert.Null(rig.Plan.TakeDue());
        rig.Diff(100, 105);
        var time = rig.Now;
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(105));
        var (book, row) = Assert.Single(rig.Output.Books);
        Assert.Equal((time, 105), (book.Micros, book.LastId!.Value));
        Assert.Equal($"{{\"ts\":{time},\"upto\":105,\"bids\":[[\"1\",\"1\"]],\"asks\":[[\"2\",\"1\"]],\"levels\":1000,\"reason\":\"start\"}}\n", row);
        rig.Diff(105, 110);
        Assert.Null(rig.Plan.TakeDue());
    }

    [Fact]
    public void Book_that_is_ahead_of_the_stream_waits_for_the_change_that_reaches_it()
    {
        rig.Diff(100, 105);
        Assert.Equal(SnapshotFit.Ahead, rig.Answer(112));
        rig.Diff(105, 110);
        Assert.Empty(rig.Output.Books);
        rig.Diff(110, 115);
        Assert.Equal((rig.Now, 112), (rig.Output.Books[0].Book.Micros, rig.Output.Books[0].Book.LastId!.Value));
    }

    [Fact]
    public void Book_that_is_too_old_to_attach_is_fetched_again()
    {
        rig.Diff(100, 105);
        Assert.Equal(SnapshotFit.TooOld, rig.Answer(99));
        Assert.Empty(rig.Output.Books);
        Assert.Null(rig.Plan.TakeDue());
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(100));
        Assert.Single(rig.Output.Books);
    }

    [Fact]
    public void Gap_is_closed_by_a_snapshot_that_joins_the_diffs_after_it()
    {
        rig.Diff(100, 105);
        rig.Answer(105);
        rig.Diff(120, 125);
        rig.Diff(125, 126);
        Assert.Equal(SnapshotFit.TooOld, rig.Answer(110));
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(125));
        Assert.Contains("\"reason\":\"gap\"", rig.Output.Books[1].Row, StringComparison.Ordinal);
        var rows = rig.Output.Lines(Dataset.Gaps).ToList();
        Assert.Equal(2, rows.Count);
        Assert.Contains("\"after\":105,\"upto\":120", rows[1], StringComparison.Ordinal);
        Assert.EndsWith("\"cause\":\"snapshot\"}", rows[1], StringComparison.Ordinal);
        Assert.Equal(1, rig.Meter.GapsClosed.TotalOf("snapshot"));
    }

    [Fact]
    public void Snapshot_that_waits_at_a_gap_is_replaced_by_a_newer_one()
    {
        rig.Diff(100, 105);
        Assert.Equal(SnapshotFit.Ahead, rig.Answer(112));
        rig.Diff(130, 135);
        rig.Diff(135, 136);
        Assert.Empty(rig.Output.Books);
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(133));
        Assert.Equal(133, rig.Output.Books[0].Book.LastId);
    }

    [Fact]
    public void Snapshot_without_space_is_counted_and_fetched_again()
    {
        rig.Diff(100, 105);
        rig.Output.Full = true;
        rig.Answer(105);
        Assert.Equal(1, rig.Meter.SegmentsDropped.TotalOf("snapshots"));
        rig.Output.Full = false;
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Answer(105);
        Assert.Single(rig.Output.Books);
    }

    [Fact]
    public void Rotation_that_loses_nothing_needs_no_book()
    {
        rig.Diff(100, 105);
        rig.Answer(105);
        var next = rig.Lane.OpenFeed(rig);
        rig.Diff(105, 110, feed: next);
        rig.Diff(105, 110);
        rig.Feed.Dispose();
        rig.Diff(110, 115, feed: next);
        Assert.Null(rig.Plan.TakeDue());
        rig.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(SnapshotFit.Joinable, rig.Answer(113));
        Assert.Contains("\"reason\":\"steady\"", rig.Output.Books[1].Row, StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_market_gets_a_book_that_joins_its_first_change()
    {
        rig.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(SnapshotFit.Ahead, rig.Answer(100));
        rig.Diff(100, 101);
        Assert.Equal((rig.Now, 100), (rig.Output.Books[0].Book.Micros, rig.Output.Books[0].Book.LastId!.Value));
    }

    [Fact]
    public void Snapshot_of_a_removed_market_is_not_requested()
    {
        rig.Diff(100, 105);
        rig.Lane.Remove([new(Dataset.Depth, rig.Market)]);
        Assert.Null(rig.Plan.TakeDue());
    }

    public void Dispose() => rig.Dispose();
}
