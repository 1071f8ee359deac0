using System.Text;
using Ingester.Core.Markets;

namespace Ingester.Tests.Recording.Snapshots;

/// <summary>What whole books that come in band close, and from when on the book is known by them.</summary>
public sealed partial class VerifiedBookTests
{
    [Fact]
    public void Window_is_whole_only_once_a_later_change_shows_that_nothing_of_its_end_was_lost()
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var book = Whole(rig, """[["100.1","1.50"]]""", """[["100.3","1.00"]]""");
        for (var second = 0; second < 200; second++)
        {
            var lost = second is >= 170 and < 190;
            Change(rig, book, $$"""[["{{(lost ? "99.0" : "100.0")}}","{{second + 1}}.00"]]""", "[]", lost: lost);
            if (lost)
                Send(rig, $$$"""{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":100.3,"qty":1,"ord_type":"market","trade_id":{{{second}}},"timestamp":"{{{Time(rig)}}}"}]}""");
            rig.Lane.Tick();
        }

        Assert.Equal([1L], WholeMinutes(rig));
        var gap = Assert.Single(rig.Output.Lines(Dataset.Gaps));
        Assert.Contains($"\"from\":{Micro(170)},\"to\":{Micro(191)},\"cause\":\"checksum\"", gap, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gap_right_after_a_snapshot_begins_at_the_time_of_the_snapshot(bool timeless)
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var book = Whole(rig, """[["100.1","1.50"]]""", """[["100.3","1.00"]]""");
        Change(rig, book, """[["100.0","1.00"]]""", "[]");
        Change(rig, book, """[["99.0","1.00"]]""", "[]", spoil: 1);
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        book = Whole(rig, """[["100.2","1.50"]]""", """[["100.3","1.00"]]""", timeless);
        Change(rig, book, """[["98.0","1.00"]]""", "[]", spoil: 1);
        var booked = rig.Output.Books[^1].Book.Micros;
        Assert.Contains($"\"from\":{booked},\"to\":{rig.Now},\"cause\":\"checksum\"", rig.Output.Lines(Dataset.Gaps).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Snapshot_on_the_stream_closes_the_gap_before_it()
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var book = Whole(rig, """[["100.1","1.50"]]""", """[["100.3","1.00"]]""");
        Change(rig, book, """[["100.0","1.00"]]""", "[]");
        Change(rig, book, """[["99.0","1.00"]]""", "[]", spoil: 1);
        Assert.Equal([("checksum", 1_100, 2_100)], Gaps(rig));
        Whole(rig, """[["100.2","1.50"]]""", """[["100.3","1.00"]]""");
        Assert.Equal([("checksum", 1_100, 2_100), ("snapshot", 1_100, 2_200)], Gaps(rig));
        Assert.Equal(1, rig.Meter.GapsClosed.TotalOf("snapshot"));
    }

    [Fact]
    public void Gap_of_a_reconnected_stream_ends_at_its_new_snapshot_and_the_next_gap_begins_after_it()
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var book = Whole(rig, """[["100.1","1.50"]]""", """[["100.3","1.00"]]""");
        Change(rig, book, """[["100.0","1.00"]]""", "[]");
        rig.Reconnect();
        book = Whole(rig, """[["100.2","1.50"]]""", """[["100.3","1.00"]]""");
        Assert.Equal([("disconnect", 1_100, 1_200), ("snapshot", 1_100, 1_200)], Gaps(rig));
        rig.Reconnect();
        book = Whole(rig, """[["100.2","1.50"]]""", """[["100.3","1.00"]]""");
        Change(rig, book, """[["100.0","1.00"]]""", "[]");
        Assert.Equal([("disconnect", 1_200, 1_300), ("snapshot", 1_200, 1_300)], Gaps(rig).Skip(2));
    }

    [Fact]
    public void Successor_that_ends_before_its_book_was_followed_by_a_change_leaves_no_gap()
    {
        using var rig = Numberless("coinbase", "BTC-USD");
        Send(rig, """{"type":"snapshot","product_id":"BTC-USD","asks":[["2","1"]],"bids":[["1","3"]]}""");
        Coinbase(rig, "BTC-USD", 1_000);
        var next = rig.Lane.OpenFeed(rig);
        next.OnSubscribed([new(Dataset.Depth, rig.Market)]);
        next.Receive("""{"type":"snapshot","product_id":"BTC-USD","asks":[["2","1"]],"bids":[["1","3"]]}"""u8);
        rig.Feed.Dispose(); // a stop: both go, and nothing was missed before
        next.Dispose();
        Assert.Empty(Gaps(rig));
        Assert.Single(rig.Output.Books);
    }

    [Fact]
    public void Changes_that_both_connections_brought_and_that_are_not_joined_are_not_held_against_their_checksums()
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var book = Whole(rig, """[["100.1","1.50"]]""", """[["100.3","1.00"]]""");
        var next = rig.Lane.OpenFeed(rig);
        next.OnSubscribed([new(Dataset.Depth, rig.Market)]);
        next.Receive(Encoding.UTF8.GetBytes(Kraken(rig, "snapshot", """[["100.1","1.50"]]""", """[["100.3","1.00"]]""", Checksum.Compute(book))));
        Change(rig, book, """[["100.0","1.00"]]""", "[]");
        next.Receive(Encoding.UTF8.GetBytes(Kraken(rig, "update", """[["100.0","1.00"]]""", "[]", Checksum.Compute(book))));
        Change(rig, book, """[["99.9","2.00"]]""", "[]");
        var last = Kraken(rig, "update", """[["99.9","2.00"]]""", "[]", Checksum.Compute(book));
        rig.Feed.Dispose(); // one equal row is too few: what the successor brought is recorded once more
        next.Receive(Encoding.UTF8.GetBytes(last));
        Assert.DoesNotContain(Gaps(rig), gap => gap.Cause == "checksum");
        Assert.Equal("known", Assert.Single(rig.Lane.MarketViews).Book);
    }

    [Fact]
    public void Snapshot_dropped_for_lack_of_space_closes_no_gap()
    {
        using var rig = Numberless("kraken", "BTC/USD");
        var book = Whole(rig, """[["100.1","1.50"]]""", """[["100.3","1.00"]]""");
        Change(rig, book, """[["100.0","1.00"]]""", "[]", spoil: 1);
        rig.Output.Full = true;
        book = Whole(rig, """[["100.2","1.50"]]""", """[["100.3","1.00"]]""");
        Assert.Single(Gaps(rig));
        rig.Output.Full = false;
        Whole(rig, """[["100.2","1.50"]]""", """[["100.3","1.00"]]""");
        Assert.Equal(("snapshot", 100, 1_300), Gaps(rig)[^1]);
    }

    [Fact]
    public void Snapshot_without_a_time_gets_the_time_of_the_next_diff_of_its_market()
    {
        using var rig = Numberless("coinbase", "BTC-USD");
        rig.Lane.Add([new(Dataset.Depth, new("ETH-USD", "ETH-USD"))]);
        foreach (var market in new[] { "ETH-USD", "BTC-USD" })
            Send(rig, $$"""{"type":"snapshot","product_id":"{{market}}","asks":[["2","1"]],"bids":[["1","3"]]}""");
        Coinbase(rig, "ETH-USD", 2_500);
        Assert.Equal((2_500, "ETH-USD"), Booked(rig));
        Coinbase(rig, "BTC-USD", 2_400); // told later, and earlier by its own time
        Assert.Equal((2_400, "BTC-USD"), Booked(rig));
        Assert.Equal(2, rig.Output.Books.Count);
    }

    [Fact]
    public void Snapshot_of_a_quiet_market_gets_a_time_after_it_and_before_the_next_diff()
    {
        using var rig = Numberless("coinbase", "BTC-USD");
        rig.Lane.Add([new(Dataset.Depth, new("ETH-USD", "ETH-USD"))]);
        Coinbase(rig, "ETH-USD", 1_000);
        Send(rig, """{"type":"snapshot","product_id":"BTC-USD","asks":[["2","1"]],"bids":[["1","3"]]}""");
        Coinbase(rig, "ETH-USD", 3_000);
        Coinbase(rig, "ETH-USD", 6_900);
        Assert.Empty(rig.Output.Books);
        Coinbase(rig, "ETH-USD", 7_000);
        Assert.Empty(rig.Output.Books);
        Coinbase(rig, "ETH-USD", 7_000); // one time alone moves no clock, nor does the same one twice
        Assert.Empty(rig.Output.Books);
        Coinbase(rig, "ETH-USD", 7_001);
        Assert.Equal((5_000, "BTC-USD"), Booked(rig));
        rig.Clock.Advance(TimeSpan.FromSeconds(20));
        Send(rig, """{"type":"snapshot","product_id":"BTC-USD","asks":[["2","1"]],"bids":[["1","3"]]}""");
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Feed.Dispose(); // nothing came after it: it takes the exchange's present time, whose clock is 7 s ahead here, never one before it came
        Assert.Equal((28_000, "BTC-USD"), Booked(rig));
    }

    private static (int Millis, string Market) Booked(WatchRig rig) => (Millis(rig.Output.Books[^1].Book.Micros), rig.Output.Books[^1].Book.Stream.Market);

    private static void Coinbase(WatchRig rig, string market, int millis) => Send(rig,
        $$"""{"type":"l2update","product_id":"{{market}}","changes":[["buy","1.1","1"]],"time":"2025-10-25T00:00:{{millis / 1000:00}}.{{millis % 1000:000}}Z"}""");
}
