using System.Text;
using Ingester.Core.Markets;
using Ingester.Paper.Books;
using Ingester.Paper.Execution;
using Ingester.Paper.Feeds;

namespace Ingester.Tests.Paper;

/// <summary>The book as it is known at each moment: snapshots that arrive before and after their diffs, gaps, and streams without ids.</summary>
public sealed class MarketBookTests
{
    private const string Exchange = "binance";
    private const string Market = "BTC-USDT";

    private long time = 1_763_632_800_000_000;

    [Fact]
    public void Snapshot_that_arrives_after_its_diffs_joins_them()
    {
        var book = new MarketBook(Exchange, Market);
        Assert.Null(book.Apply(Diff(10, 11, "100", "1")).Update);
        Assert.Null(book.Apply(Diff(11, 12, "101", "3")).Update);
        var update = book.Apply(Snapshot(11, "100", "1")).Update!;
        Assert.True(update is { IsSnapshot: true, IsProven: true });
        Assert.Equal([new PriceLevel(101, 3), new PriceLevel(100, 1)], update.Bids); // the diff (11, 12] is applied
        Assert.Equal(101m, book.Features!.Value.Bid);
        Assert.Equal([new PriceLevel(101, 0)], book.Apply(Diff(12, 13, "101", "0")).Update!.Bids);
    }

    [Fact]
    public void Snapshot_that_is_ahead_skips_the_diffs_that_it_contains()
    {
        var book = new MarketBook(Exchange, Market);
        book.Apply(Snapshot(20, "100", "1"));
        Assert.Null(book.Apply(Diff(18, 19, "50", "1")).Update);
        Assert.Null(book.Apply(Diff(19, 20, "51", "1")).Update);
        Assert.Equal([new PriceLevel(101, 2)], book.Apply(Diff(20, 21, "101", "2")).Update!.Bids);
    }

    [Fact]
    public void Missing_diff_is_a_gap_until_the_next_snapshot()
    {
        var book = new MarketBook(Exchange, Market);
        book.Apply(Snapshot(10, "100", "1"));
        book.Apply(Diff(10, 11, "101", "1"));
        var last = time;
        var gap = book.Apply(Diff(12, 13, "102", "1"));
        Assert.Equal((MarketStream.Book, DefectKind.Gap, last), (gap.Defect!.Stream, gap.Defect.Kind, gap.Defect.FromMicros));
        Assert.Equal("The diffs (11, 12] are missing.", gap.Defect.Text);
        Assert.Null(gap.Update);
        Assert.False(book.IsKnown || book.IsProven);
        Assert.Null(book.Features);
        Assert.Null(book.Apply(Snapshot(11, "100", "1")).Update); // the diff (11, 12] is missing after it
        Assert.True(book.Apply(Snapshot(12, "100", "1")).Update!.IsSnapshot);
        Assert.True(book.IsProven);
        Assert.Equal(102m, book.Features!.Value.Bid);
    }

    [Fact]
    public void Gap_that_was_marked_is_reported_once()
    {
        var book = new MarketBook(Exchange, Market);
        book.Apply(Snapshot(10, "100", "1"));
        book.Apply(Diff(10, 11, "101", "1"));
        var mark = new FeedItem { Stream = new(Dataset.Depth, Exchange, Market), Kind = FeedItemKind.Gap, Micros = time + 5, Text = "Events are missing (disconnect)." };
        Assert.Equal("Events are missing (disconnect).", book.Apply(mark).Defect!.Text);
        Assert.Null(book.Apply(mark).Defect);
        Assert.Null(book.Apply(Diff(14, 15, "102", "1")).Defect);
    }

    [Fact]
    public void Diff_that_arrives_twice_changes_nothing()
    {
        var book = new MarketBook(Exchange, Market);
        book.Apply(Snapshot(10, "100", "1"));
        book.Apply(Diff(10, 11, "101", "1"));
        Assert.Equal(default, book.Apply(Diff(10, 11, "101", "9")));
    }

    [Fact]
    public void Book_without_ids_is_known_and_not_proven()
    {
        var book = new MarketBook("coinbase", "BTC-USD");
        var stream = new StreamId(Dataset.Depth, "coinbase", "BTC-USD");
        book.Apply(new() { Stream = stream with { Dataset = Dataset.Snapshots }, Kind = FeedItemKind.Row, Micros = time, Row = Encoding.UTF8.GetBytes($"{{\"ts\":{time},\"bids\":[[\"100\",\"1\"]],\"asks\":[[\"200\",\"1\"]],\"reason\":\"start\"}}") });
        var update = book.Apply(new() { Stream = stream, Kind = FeedItemKind.Row, Micros = time + 1, Row = Encoding.UTF8.GetBytes($"{{\"ts\":{time + 1},\"bids\":[[\"101\",\"1\"]],\"asks\":[]}}") }).Update!;
        Assert.Equal([new PriceLevel(101, 1)], update.Bids);
        Assert.True(book.IsKnown);
        Assert.False(book.IsProven);
    }

    private FeedItem Diff(long after, long upTo, string price, string size) =>
        Row(Dataset.Depth, $"{{\"ts\":{++time},\"after\":{after},\"upto\":{upTo},\"bids\":[[\"{price}\",\"{size}\"]],\"asks\":[]}}");

    private FeedItem Snapshot(long upTo, string price, string size) =>
        Row(Dataset.Snapshots, $"{{\"ts\":{++time},\"upto\":{upTo},\"bids\":[[\"{price}\",\"{size}\"]],\"asks\":[[\"200\",\"1\"]],\"reason\":\"start\"}}");

    private FeedItem Row(Dataset dataset, string row) => new() { Stream = new(dataset, Exchange, Market), Kind = FeedItemKind.Row, Micros = time, ArrivalMicros = time, Row = Encoding.UTF8.GetBytes(row) };
}
