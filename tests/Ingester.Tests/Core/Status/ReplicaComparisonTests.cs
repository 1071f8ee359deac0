using Ingester.Core.Status;

namespace Ingester.Tests.Core.Status;

/// <summary>Replicas side by side.</summary>
public sealed class ReplicaComparisonTests
{
    [Fact]
    public void Equal_replicas_have_no_difference()
    {
        var row = Assert.Single(ReplicaComparison.Of([SampleStates.Recorder("a"), SampleStates.Recorder("b")]));
        Assert.Equal("binance", row.Exchange);
        Assert.Empty(row.Differences);
    }

    [Fact]
    public void Streams_gaps_rates_and_lags_that_differ_are_named()
    {
        var behind = SampleStates.Exchange() with { StreamsConfirmed = 9, EventsPerSecond = 20, LagP99 = 1024 };
        var row = Assert.Single(ReplicaComparison.Of([SampleStates.Recorder("a"), SampleStates.Recorder("b", [behind], [SampleStates.Gap()])]));
        Assert.Equal(["streams: 10 / 9", "open gaps: 0 / 1", "events/s: 20 to 100", "lag p99: 32 to 1024 ms"], row.Differences);
    }

    [Fact]
    public void Exchange_of_one_replica_only_is_a_difference()
    {
        var rows = ReplicaComparison.Of([SampleStates.Recorder("a"), SampleStates.Recorder("b", [SampleStates.Exchange("kraken")]), new(new("http://c:8080"), null, null, "silent")]);
        Assert.Equal(["binance", "kraken"], rows.Select(row => row.Exchange));
        Assert.Equal(["b does not record it", "c:8080 has not answered"], rows[0].Differences);
        Assert.Equal(["a does not record it", "c:8080 has not answered"], rows[1].Differences);
    }

    [Fact]
    public void One_recorder_is_not_compared() => Assert.Empty(ReplicaComparison.Of([SampleStates.Recorder()]));
}
