using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Recording.Lanes;
using Ingester.Testing;
using Ingester.Tests.Recording.Snapshots;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>A counter of the connection that jumps: messages of any stream may be missing, as after a frame that cannot be decoded (rules U1 to U3).</summary>
public sealed class LostMessagesTests : IDisposable
{
    private readonly TwoBookLane books = new("coinbase-advanced");
    private long counter;

    [Fact]
    public void Counter_that_does_not_jump_proves_all_minutes()
    {
        Record(static _ => 0);
        Assert.Equal([1, 2, 3], books.WholeMinutes("BTC-USD"));
        Assert.Empty(books.Output.Lines(Dataset.Gaps));
    }

    [Fact]
    public void Jump_ends_the_proof_of_all_streams_of_the_connection_and_is_a_gap_of_each()
    {
        Record(static second => second == 90 ? 1 : 0);
        Assert.Equal([2, 3], books.WholeMinutes("BTC-USD"));
        Assert.Equal([2, 3], books.WholeMinutes("ETH-USD"));
        var gaps = books.Output.Lines(Dataset.Gaps).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["BTC-USD", "ETH-USD"], gaps.Select(gap => gap.GetProperty("pair").GetString()).Order());
        Assert.All(gaps, gap =>
        {
            Assert.Equal("undecodable", gap.GetProperty("cause").GetString());
            Assert.InRange(Micros.From(TwoBookLane.Begin.AddSeconds(90)), gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64() + Micros.From(TimeSpan.FromSeconds(1)));
        });
        Assert.Empty(books.Output.Lines(Dataset.Quarantine)); // the frame that shows the loss is good
    }

    [Fact]
    public void Flood_of_jumps_is_written_down_once_a_minute_and_no_window_of_it_is_whole()
    {
        Record(static second => second is >= 70 and <= 100 ? 3 : 0);
        Assert.Equal([3], books.WholeMinutes("BTC-USD"));
        Assert.Equal(2, books.Output.Lines(Dataset.Gaps).Count(line => line.Contains("BTC-USD", StringComparison.Ordinal)));
    }

    [Fact]
    public void Book_is_unknown_after_a_gap_until_the_next_snapshot()
    {
        using var rig = new WatchRig("coinbase-advanced", "BTC-USD", keepsBooks: true);
        Send(rig.Feed, Snapshot("BTC-USD", rig.Clock));
        Send(rig.Feed, Update("BTC-USD", 5, rig.Clock));
        Assert.Equal(["59", "5"], Assert.Single(rig.Lane.MarketViews).Bid!);
        counter++;
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Send(rig.Feed, Update("BTC-USD", 6, rig.Clock));
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Send(rig.Feed, Update("BTC-USD", 7, rig.Clock));
        rig.Lane.Tick();
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        rig.Lane.Tick();
        Assert.Equal([new(Dataset.Depth, rig.Market)], rig.Renewed);
        Send(rig.Feed, Snapshot("BTC-USD", rig.Clock));
        Assert.Equal("known", Assert.Single(rig.Lane.MarketViews).Book);
    }

    public void Dispose() => books.Dispose();

    /// <summary>Records a snapshot of each book, and a diff a second each.</summary>
    /// <param name="lost">The number of messages that are lost before the diffs of a second.</param>
    private void Record(Func<int, int> lost) => books.Record(second =>
    {
        List<string> snapshots = second == 0 ? [.. TwoBookLane.Symbols.Select(symbol => Snapshot(symbol, books.Clock))] : [];
        counter += lost(second);
        return [.. snapshots, .. TwoBookLane.Symbols.Select(symbol => Update(symbol, second + 1, books.Clock))];
    });

    private string Snapshot(string symbol, ManualClock at) => Frame("snapshot", symbol,
        $$"""{"side":"bid","event_time":"{{Time(at)}}","price_level":"58","new_quantity":"1"},{"side":"offer","event_time":"{{Time(at)}}","price_level":"60","new_quantity":"1"}""", at);

    private string Update(string symbol, int size, ManualClock at) =>
        Frame("update", symbol, $$"""{"side":"bid","event_time":"{{Time(at)}}","price_level":"59","new_quantity":"{{size}}"}""", at);

    private string Frame(string type, string symbol, string updates, ManualClock at) =>
        $$"""{"channel":"l2_data","timestamp":"{{Time(at)}}","sequence_num":{{counter++}},"events":[{"type":"{{type}}","product_id":"{{symbol}}","updates":[{{updates}}]}]}""";

    private static string Time(ManualClock at) => TwoBookLane.Text(at.GetUtcNow());

    private static void Send(ILaneFeed feed, string frame) => feed.Receive(Encoding.UTF8.GetBytes(frame));
}
