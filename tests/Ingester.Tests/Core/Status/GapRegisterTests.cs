using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Status;

namespace Ingester.Tests.Core.Status;

/// <summary>What the status page lists as gaps, and when it takes them for closed.</summary>
public sealed class GapRegisterTests
{
    private static readonly StreamId Trades = new(Dataset.Trades, "binance", "BTC-USDT");
    private static readonly StreamId Depth = new(Dataset.Depth, "binance", "BTC-USDT");

    private readonly GapRegister register = new();

    private IReadOnlyList<GapState> Gaps => register.Listed.Gaps;

    [Fact]
    public void Gap_is_open_with_cause_size_and_times()
    {
        register.Add(Row(Trades, 10, 15, GapCause.Disconnect, from: 100, to: 200));
        var gap = Assert.Single(Gaps);
        Assert.Equal((1, "binance", "trades", "BTC-USDT"), (gap.Id, gap.Exchange, gap.Dataset, gap.Pair));
        Assert.Equal((10L, 15L, 5L, 100L, 200L, "disconnect", GapState.Open, null), (gap.After!.Value, gap.UpTo!.Value, gap.Missing!.Value, gap.From, gap.To, gap.Cause, gap.State, gap.ClosedBy));
    }

    [Fact]
    public void Gap_closes_when_all_its_ids_are_fetched_and_shrinks_before()
    {
        register.Add(Row(Trades, 10, 20, GapCause.Skip));
        register.Add(Row(Trades, 12, 15, GapCause.Backfill));
        Assert.Equal((7L, GapState.Open), (Assert.Single(Gaps).Missing!.Value, Gaps[0].State));
        register.Add(Row(Trades, 0, 12, GapCause.Late));
        register.Add(Row(Trades, 15, 20, GapCause.Backfill));
        Assert.Equal((GapState.Closed, "backfill", 0L), (Gaps[0].State, Gaps[0].ClosedBy, Gaps[0].Missing!.Value));
    }

    [Fact]
    public void Rows_of_other_streams_close_nothing()
    {
        register.Add(Row(Trades, 10, 20, GapCause.Skip));
        register.Add(Row(Trades with { Market = "ETH-USDT" }, 10, 20, GapCause.Backfill));
        register.Add(Row(Depth, 10, 20, GapCause.Snapshot));
        Assert.Equal(GapState.Open, Assert.Single(Gaps).State);
    }

    [Fact]
    public void Snapshot_makes_the_book_known_again_although_diffs_stay_missing()
    {
        register.Add(Row(Depth, 10, 20, GapCause.Skip, from: 100, to: 200));
        register.Add(Row(Depth, 10, 20, GapCause.Snapshot, from: 100, to: 250));
        var gap = Assert.Single(Gaps);
        Assert.Equal((GapState.BookKnown, "snapshot", 10L), (gap.State, gap.ClosedBy, gap.Missing!.Value));
    }

    [Fact]
    public void Interruption_without_ids_is_open_and_is_not_closed_by_ids()
    {
        register.Add(new(Trades, null, 100, 200, GapCause.Disconnect));
        register.Add(Row(Trades, 1, 1_000, GapCause.Backfill));
        var gap = Assert.Single(Gaps);
        Assert.Equal((GapState.Open, null, null), (gap.State, gap.Missing, gap.After));
    }

    [Theory]
    [InlineData("Reset", 100, 200)]
    [InlineData("Conflict", 100, 100)]
    public void Rows_without_a_loss_are_not_listed(string cause, long from, long to)
    {
        register.Add(Row(Trades, 10, 20, Enum.Parse<GapCause>(cause), from, to));
        Assert.Empty(Gaps);
        Assert.Equal(0, register.Version);
    }

    [Fact]
    public void Oldest_of_too_many_gaps_are_only_counted()
    {
        for (var i = 0; i < GapRegister.MaxOpen + 3; i++)
            register.Add(Row(Trades, 10 * i, 10 * i + 1, GapCause.Skip));
        Assert.Equal(GapRegister.MaxOpen, Gaps.Count);
        Assert.Equal(4, Gaps[0].Id);
        Assert.Equal(3, register.Listed.NotListed);
    }

    [Fact]
    public void Latest_closed_gaps_stay_listed()
    {
        for (var i = 0; i < GapRegister.MaxClosed + 2; i++)
        {
            register.Add(Row(Trades, 10 * i, 10 * i + 1, GapCause.Skip));
            register.Add(Row(Trades, 10 * i, 10 * i + 1, GapCause.Late));
        }

        Assert.Equal(GapRegister.MaxClosed, Gaps.Count);
        Assert.Equal(3, Gaps[0].Id);
        Assert.All(Gaps, gap => Assert.Equal(GapState.Closed, gap.State));
    }

    private static GapRow Row(StreamId stream, long after, long upTo, GapCause cause, long from = 100, long to = 200) => new(stream, new SequenceRange(after, upTo), from, to, cause);
}
