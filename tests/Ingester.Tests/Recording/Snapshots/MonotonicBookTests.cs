using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Recording.Snapshots;

namespace Ingester.Tests.Recording.Snapshots;

/// <summary>Books whose diffs have ids that only grow, and whose snapshots are fetched: no id shows that a diff is missing.</summary>
public sealed class MonotonicBookTests : IDisposable
{
    private readonly WatchRig rig = new("bitstamp", "btcusd", keepsBooks: true);

    [Fact]
    public void Diffs_whose_ids_jump_are_no_gap_and_join_a_snapshot_between_them()
    {
        var first = Diff("[]");
        var request = rig.Ask();
        Diff("""[["1.5","4"]]""");
        Assert.Equal(SnapshotFit.Joinable, Answer(request, first));
        Assert.Equal(["1.5", "4"], Assert.Single(rig.Lane.MarketViews).Bid!);
        Diff("""[["1.6","4"]]""");
        Assert.Equal(["1.6", "4"], Assert.Single(rig.Lane.MarketViews).Bid!);
        Assert.Empty(rig.Output.Lines(Dataset.Gaps));
    }

    [Fact]
    public void Crossed_book_is_a_gap_that_the_next_snapshot_closes()
    {
        Answer(Diff("[]"));
        Diff("""[["1.5","4"]]""");
        Diff("""[["2","4"]]"""); // the ask at 2 is gone, but its diff is missing
        Assert.Equal(["crossed"], Causes());
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        Assert.Equal(1, rig.Meter.BooksInvalid.TotalOf("crossed"));
        var next = Diff("""[["1.9","1"]]""");
        Assert.Equal(SnapshotFit.Joinable, Answer(next, """[["1.9","1"]]""", """[["3","1"]]"""));
        Assert.Equal(["crossed", "snapshot"], Causes());
        Assert.Equal(["1.9", "1"], Assert.Single(rig.Lane.MarketViews).Bid!);
        Assert.Equal(["3", "1"], Assert.Single(rig.Lane.MarketViews).Ask!);
    }

    [Fact]
    public void Crossed_book_of_contiguous_ids_is_no_gap_because_no_diff_is_missing()
    {
        using var contiguous = new WatchRig(keepsBooks: true);
        contiguous.Diff(100, 105);
        contiguous.Answer(105);
        contiguous.Diff(105, 106, """[["2","1"]]""");
        Assert.Empty(contiguous.Output.Lines(Dataset.Gaps));
        Assert.Equal(1, contiguous.Meter.BooksInvalid.TotalOf("crossed"));
        Assert.Equal(SnapshotReason.Resync, contiguous.Plan.TakeDue()!.Value.Reason);
    }

    [Fact]
    public void Snapshot_from_before_a_disconnection_does_not_continue_the_book()
    {
        var first = Diff("[]");
        Answer(first);
        rig.Reconnect();
        Diff("""[["1.7","1"]]""");
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        Assert.Equal(["disconnect"], Causes());
        Assert.Equal(SnapshotFit.TooOld, Answer(first));
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SnapshotFit.Joinable, Answer(Diff("[]")));
        Assert.Equal("known", Assert.Single(rig.Lane.MarketViews).Book);
    }

    public void Dispose() => rig.Dispose();

    /// <summary>A diff, a second after the one before; returns its id.</summary>
    private long Diff(string bids, string asks = "[]")
    {
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Feed.Receive(Encoding.UTF8.GetBytes(
            $$$"""{"event":"data","channel":"diff_order_book_btcusd","data":{"timestamp":"{{{rig.Now / 1_000_000}}}","microtimestamp":"{{{rig.Now}}}","bids":{{{bids}}},"asks":{{{asks}}}}}"""));
        return rig.Now;
    }

    /// <summary>What is fetched next, answered with a book that contains the diffs up to one.</summary>
    private SnapshotFit Answer(long upTo, string bids = """[["1","1"]]""", string asks = """[["2","1"]]""") => Answer(rig.Ask(), upTo, bids, asks);

    private SnapshotFit Answer(SnapshotRequest errand, long upTo, string bids = """[["1","1"]]""", string asks = """[["2","1"]]""")
    {
        var body = $$"""{"timestamp":"{{upTo / 1_000_000}}","microtimestamp":"{{upTo}}","bids":{{bids}},"asks":{{asks}}}""";
        return errand.Observer.OfferSnapshot(new(rig.Exchange.Profile.Book.SnapshotEndpoint!.Parse(Encoding.UTF8.GetBytes(body)), errand.Reason, 0));
    }

    private string[] Causes() => [.. rig.Output.Lines(Dataset.Gaps).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("cause").GetString()!)];
}
