using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Reading.Journals;
using Ingester.Reading.Proofs;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading.Proofs;

/// <summary>The time in which a recording was expected does not depend on the order in which replicas reported it.</summary>
public sealed class StreamJournalTests
{
    private readonly StreamJournal journal = new(new(Dataset.Trades, "binance", "BTC-USDT"));

    [Fact]
    public void Delisting_of_one_replica_ends_the_stream_for_all()
    {
        Add(1, CoverageState.Whole);
        Add(3, CoverageState.Delisted);
        Add(4, CoverageState.Quiet);
        Assert.Equal([1, 2], Expected());
    }

    [Fact]
    public void Later_delisting_of_another_replica_ends_a_stream_whose_rows_are_only_stored()
    {
        Add(1, CoverageState.Whole);
        Add(3, CoverageState.Delisted);
        Add(6, CoverageState.Delisted);
        journal.AddStored(T0 + 4 * Minute);
        Assert.Equal([1, 2, 4, 5], Expected());
    }

    [Fact]
    public void Correction_that_is_written_after_the_last_delisting_lists_the_stream_only_until_then()
    {
        Add(1, CoverageState.Whole);
        Add(3, CoverageState.Delisted);
        Add(5, CoverageState.Delisted);
        Add(4, CoverageState.Whole);
        Assert.Equal([1, 2, 4], Expected());
    }

    [Fact]
    public void Segment_after_the_last_delisting_lists_the_stream_again()
    {
        Add(1, CoverageState.Delisted);
        journal.AddStored(T0);
        Assert.False(journal.WasExpected);
        journal.AddStored(T0 + 7 * Minute);
        Assert.True(journal.WasExpected);
        Assert.Equal([7, 8, 9], Expected());
    }

    [Fact]
    public void Rows_just_before_the_period_list_the_stream_again()
    {
        journal.AddEarlier(Line(-5, CoverageState.Delisted));
        journal.AddEarlier(Line(-3, CoverageState.Fragment));
        Assert.Equal(Enumerable.Range(0, 10), Expected());
    }

    [Fact]
    public void Replica_that_still_reports_the_stream_when_all_have_noticed_the_delisting_lists_it_again()
    {
        Add(-28, CoverageState.Delisted);
        foreach (var minute in Enumerable.Range(-26, 36))
            Add(minute, CoverageState.Quiet);
        Assert.Equal([3, 4, 5, 6, 7, 8, 9], Expected());
    }

    [Fact]
    public void Report_just_before_the_period_lists_the_stream_again_when_all_have_noticed_the_delisting()
    {
        journal.AddEarlier(Line(-40, CoverageState.Delisted));
        journal.AddEarlier(Line(-10, CoverageState.Quiet));
        Assert.Empty(Expected());
        journal.AddEarlier(Line(-9, CoverageState.Absent));
        Assert.Equal(Enumerable.Range(0, 10), Expected());
    }

    private void Add(int minute, CoverageState state) => journal.Add(Line(minute, state));

    private static CoverageRecord Line(int minute, CoverageState state) => new()
    {
        Replica = "a",
        Window = new(T0 + minute * Minute, 1),
        State = state,
        Rows = state is CoverageState.Whole or CoverageState.Fragment ? 1 : 0,
    };

    private IEnumerable<int> Expected() => Enumerable.Range(0, 10).Where(minute => journal.IsExpected(T0 + minute * Minute));
}
