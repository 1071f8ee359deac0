using Ingester.Core.Connections;

namespace Ingester.Core.Tests.Connections;

public sealed class LoopLoadTests
{
    [Fact]
    public void Loop_that_hardly_waits_is_pressed_after_a_tenth_of_a_second()
    {
        var load = new LoopLoad();
        Work(ref load, from: 0, to: 90_000, share: 0.95);
        Assert.False(load.IsPressed);
        Work(ref load, from: 90_000, to: 110_000, share: 0.95);
        Assert.True(load.IsPressed);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.85)]
    public void Loop_that_waits_a_tenth_of_its_time_is_not(double share)
    {
        var load = new LoopLoad();
        Work(ref load, from: 0, to: 1_000_000, share);
        Assert.False(load.IsPressed);
    }

    [Fact]
    public void Once_it_waits_again_it_is_pressed_no_more()
    {
        var load = new LoopLoad();
        Work(ref load, from: 0, to: 500_000, share: 1);
        Assert.True(load.IsPressed);
        load.After(woke: 1_500_000, done: 1_500_001); // nothing came for a second
        Assert.False(load.IsPressed);
    }

    private static void Work(ref LoopLoad load, double from, double to, double share)
    {
        const double turn = 500;
        for (var woke = from; woke < to; woke += turn)
            load.After(woke, woke + turn * share);
    }
}
