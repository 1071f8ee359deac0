using System.Text;
using System.Text.Json;
using Ingester.Core.Handovers;
using Ingester.Core.Markets;
using Ingester.Recording.Lanes;

namespace Ingester.Tests.Recording.Snapshots;

/// <summary>An exchange that sends complete books and no diffs: each change is stored once (rules B1 to B3 of docs/proof.md).</summary>
public sealed class CompleteBookTests : IDisposable
{
    private readonly WatchRig rig = new("upbit", "KRW-BTC", keepsBooks: true);

    [Fact]
    public void Book_is_stored_when_it_changes()
    {
        Receive(1, 100);
        Receive(2, 100);
        Receive(3, 101);
        Receive(4, 100);
        Assert.Equal(["1 100 start", "3 101 change", "4 100 change"], Stored());
        Assert.Empty(rig.Output.Segments);
        var view = Assert.Single(rig.Lane.MarketViews);
        Assert.Equal(("known", "100"), (view.Book, view.Bid![0]));
    }

    [Fact]
    public void Book_after_an_interruption_is_stored_again_and_the_gap_begins_with_the_last_book_received()
    {
        Receive(1, 100);
        Receive(2, 100);
        rig.Reconnect();
        Receive(5, 100);
        Receive(6, 100);
        Assert.Equal(["1 100 start", "5 100 reconnect"], Stored());
        Assert.Equal([(2, 5, "disconnect"), (2, 5, "snapshot")], Gaps());
    }

    [Fact]
    public void Unchanged_book_with_the_time_of_the_stored_one_is_not_stored_after_an_interruption()
    {
        Receive(1, 100);
        rig.Reconnect();
        Receive(1, 100);
        Receive(2, 101);
        Assert.Equal(["1 100 start", "2 101 change"], Stored());
        Assert.Equal([(1, 1, "disconnect"), (1, 1, "snapshot")], Gaps());
    }

    [Fact]
    public void Successor_repeats_what_its_predecessor_delivers_and_takes_over_without_a_gap()
    {
        Receive(1, 100);
        using var successor = rig.Lane.OpenFeed(rig);
        Assert.Equal(TakeoverReadiness.Incomplete, successor.Takeover);
        successor.OnSubscribed([new(Dataset.Trades, rig.Market), new(Dataset.Snapshots, rig.Market)]);
        Receive(2, 101);
        Receive(3, 102);
        Receive(1, 100, successor); // it lags
        Receive(2, 101, successor);
        Receive(4, 103, successor);
        Receive(4, 103);
        rig.Feed.Dispose();
        Receive(5, 104, successor);
        Assert.Equal(["1 100 start", "2 101 change", "3 102 change", "4 103 change", "5 104 change"], Stored());
        Assert.Empty(Gaps());
    }

    [Fact]
    public void Undecodable_frame_is_a_gap_that_the_next_stored_book_closes()
    {
        Receive(1, 100);
        rig.Feed.Receive("""{"ty":"orderbook","cd":"KRW-BTC","tms":17"""u8);
        Receive(2, 101);
        rig.Lane.Tick();
        Receive(3, 102);
        Assert.Equal("undecodable", Assert.Single(Gaps(), gap => gap.Cause != "snapshot").Cause);
        Assert.Contains(Gaps(), gap => gap.Cause == "snapshot");
        Assert.Empty(rig.Renewed); // the next book comes without a request
    }

    [Fact]
    public void Windows_of_complete_books_are_not_reported()
    {
        Receive(1, 100);
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        Receive(300, 101);
        rig.Lane.Tick();
        rig.Lane.Remove([new(Dataset.Snapshots, rig.Market)]);
        Assert.DoesNotContain("\"dataset\":\"snapshots\"", string.Concat(rig.Output.Lines(Dataset.Coverage)), StringComparison.Ordinal);
    }

    public void Dispose() => rig.Dispose();

    private void Receive(int second, int price, ILaneFeed? feed = null) => (feed ?? rig.Feed).Receive(Encoding.UTF8.GetBytes(
        $$"""{"ty":"orderbook","cd":"KRW-BTC","tms":{{WatchRig.T0 + second * 1_000}},"obu":[{"ap":{{price + 1}},"bp":{{price}},"as":1.5,"bs":2.5}],"st":"REALTIME"}"""));

    private List<string> Stored() => [.. rig.Output.Books.Select(book =>
    {
        using var row = JsonDocument.Parse(book.Row);
        Assert.Equal(row.RootElement.GetProperty("ts").GetInt64(), book.Book.Micros);
        return $"{Second(book.Book.Micros)} {row.RootElement.GetProperty("bids")[0][0]} {row.RootElement.GetProperty("reason")}";
    })];

    private List<(int From, int To, string Cause)> Gaps() => [.. rig.Output.Lines(Dataset.Gaps).Where(line => line.Contains("\"snapshots\"", StringComparison.Ordinal)).Select(line =>
    {
        using var row = JsonDocument.Parse(line);
        return (Second(row.RootElement.GetProperty("from").GetInt64()), Second(row.RootElement.GetProperty("to").GetInt64()), row.RootElement.GetProperty("cause").GetString()!);
    })];

    private static int Second(long micros) => (int)((micros / 1_000 - WatchRig.T0) / 1_000);
}
