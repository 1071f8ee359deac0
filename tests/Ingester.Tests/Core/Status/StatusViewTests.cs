using Ingester.Core.Status;

namespace Ingester.Tests.Core.Status;

/// <summary>How a reader puts the state of a recorder together from its answers.</summary>
public sealed class StatusViewTests
{
    [Fact]
    public void Changes_replace_what_changed_and_keep_the_rest()
    {
        var full = StatusView.After(null, Answer(1, isFull: true, [SampleStates.Exchange("kraken"), SampleStates.Exchange("binance")], [SampleStates.Gap()]));
        var later = StatusView.After(full, Answer(2, isFull: false, [SampleStates.Exchange("kraken") with { Events = 2_000 }], gaps: null));
        Assert.Equal(["binance", "kraken"], later.Exchanges.Select(exchange => exchange.Exchange));
        Assert.Equal([1_000, 2_000], later.Exchanges.Select(exchange => exchange.Events));
        Assert.Single(later.Gaps);
        Assert.Equal(2, later.Version);
    }

    [Fact]
    public void Gaps_of_an_answer_replace_all_gaps()
    {
        var full = StatusView.After(null, Answer(1, isFull: true, [], [SampleStates.Gap(1), SampleStates.Gap(2)]));
        var later = StatusView.After(full, Answer(2, isFull: false, [], [SampleStates.Gap(2, state: GapState.Closed)]));
        Assert.Equal(2, Assert.Single(later.Gaps).Id);
        Assert.Empty(later.OpenGaps);
    }

    [Fact]
    public void Full_answer_forgets_what_an_earlier_process_said()
    {
        var before = StatusView.After(null, Answer(9, isFull: true, [SampleStates.Exchange("kraken")], [SampleStates.Gap()]));
        var after = StatusView.After(before, Answer(20, isFull: true, [SampleStates.Exchange("binance")], []));
        Assert.Equal("binance", Assert.Single(after.Exchanges).Exchange);
        Assert.Empty(after.Gaps);
    }

    private static StatusChanges Answer(long version, bool isFull, IReadOnlyList<ExchangeState> exchanges, IReadOnlyList<GapState>? gaps) => new()
    {
        Format = StatusChanges.CurrentFormat,
        Version = version,
        IsFull = isFull,
        Replica = SampleStates.Replica(),
        Exchanges = exchanges,
        Gaps = gaps,
    };
}
