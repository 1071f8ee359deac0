using Ingester.Core.Status;

namespace Ingester.Tests.Core.Status;

/// <summary>The sentence that says whether anything is wrong.</summary>
public sealed class DiagnosisTests
{
    [Fact]
    public void Nothing_is_wrong_with_recorders_that_record_everything()
    {
        var diagnosis = Diagnosis.Of([SampleStates.Recorder("a"), SampleStates.Recorder("b")]);
        Assert.False(diagnosis.IsWrong);
        Assert.Equal("Nothing is wrong: 2 recorders with 20 streams of 1 exchange, 200 events/s.", diagnosis.Sentence);
    }

    [Fact]
    public void Recorder_that_does_not_answer_is_the_problem()
    {
        var silent = SampleStates.Recorder("a") with { Fault = "The recorder at a:8080 cannot be reached: refused" };
        Assert.Equal("The recorder at a:8080 cannot be reached: refused", Diagnosis.Of([silent]).Sentence);
    }

    [Fact]
    public void Several_problems_are_counted_and_the_first_is_named()
    {
        var stalled = SampleStates.Exchange() with { StreamsStalled = 2, BudgetUsed = 0.95 };
        var diagnosis = Diagnosis.Of([SampleStates.Recorder(exchanges: [stalled], gaps: [SampleStates.Gap()])]);
        Assert.Equal(
            [
                "Replica a: 1 open gap, the first in trades of binance BTC-USDT (cause disconnect).",
                "Replica a: 2 streams of binance silent for much longer than usual.",
                "Replica a: 95 % of the request budget of binance is used.",
            ],
            diagnosis.Problems);
        Assert.Equal($"3 things are wrong. First: {diagnosis.Problems[0]}", diagnosis.Sentence);
    }

    [Fact]
    public void Readiness_and_store_of_the_recorder_are_problems()
    {
        Assert.Equal("Replica a: kraken: 1 of 2 connections are open.", Diagnosis.Of([SampleStates.Recorder(replica: SampleStates.Replica() with { NotReady = "kraken: 1 of 2 connections are open." })]).Sentence);
        Assert.Equal("Replica a: the store fails: AccessDenied.", Diagnosis.Of([SampleStates.Recorder(replica: SampleStates.Replica() with { StoreReason = "AccessDenied." })]).Sentence);
    }

    [Fact]
    public void Closed_gaps_are_no_problem() =>
        Assert.False(Diagnosis.Of([SampleStates.Recorder(gaps: [SampleStates.Gap(1, state: GapState.Closed), SampleStates.Gap(2, state: GapState.BookKnown)])]).IsWrong);

    [Fact]
    public void Without_recorders_or_answers_nothing_is_claimed()
    {
        Assert.Equal("No recorder is given with --recorders: only the store can be shown.", Diagnosis.Of([]).Sentence);
        Assert.Equal("The recorder has not answered yet.", Diagnosis.Of([new(new("http://a:8080"), null, null, null)]).Sentence);
    }
}
