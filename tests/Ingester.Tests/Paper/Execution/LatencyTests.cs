using Ingester.Paper.Execution;

namespace Ingester.Tests.Paper.Execution;

public sealed class LatencyTests
{
    [Fact]
    public void Constant_latency_is_the_same_for_every_draw() =>
        Assert.Equal([250], Enumerable.Range(0, 100).Select(static number => Latency.Constant(250).Draw(7, (ulong)number)).Distinct());

    [Fact]
    public void Draws_follow_the_distribution_of_the_lags_and_repeat_with_the_seed()
    {
        var latency = Latency.FromLags(Enumerable.Range(-500, 10_501).Select(static lag => (long)lag)); // a wrong clock made 500 of them negative
        Assert.Equal((101, 0L, 10_000L), (latency.Quantiles.Count, latency.Quantiles[0], latency.Quantiles[^1]));
        var draws = Enumerable.Range(0, 20_000).Select(number => latency.Draw(42, (ulong)number)).ToList();
        Assert.Equal(draws, Enumerable.Range(0, 20_000).Select(number => latency.Draw(42, (ulong)number)));
        Assert.NotEqual(draws, Enumerable.Range(0, 20_000).Select(number => latency.Draw(43, (ulong)number)));
        Assert.InRange(draws.Min(), 0, 5);
        Assert.InRange(draws.Max(), 9_950, 10_000);
        Assert.InRange(draws.Average(), 4_650, 4_880); // the mean of the lags is 4,762
    }

    /// <summary>The first outputs of SplitMix64 with seed 1234567, as its author published them.</summary>
    [Fact]
    public void Draws_are_those_of_SplitMix64()
    {
        var scale = Latency.FromQuantiles([0, 1L << 32]); // the draw is then the upper half of the output
        ulong[] published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(published.Select(static output => (long)(output >> 32)), Enumerable.Range(0, published.Length).Select(number => scale.Draw(1234567, (ulong)number)));
    }

    [Fact]
    public void Wrong_quantiles_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => Latency.Constant(-1));
        Assert.Throws<ArgumentException>(static () => Latency.FromQuantiles([]));
        Assert.Throws<ArgumentException>(static () => Latency.FromQuantiles([-1, 5]));
        Assert.Throws<ArgumentException>(static () => Latency.FromQuantiles([5, 4]));
        Assert.Throws<ArgumentException>(static () => Latency.FromLags([]));
    }
}
