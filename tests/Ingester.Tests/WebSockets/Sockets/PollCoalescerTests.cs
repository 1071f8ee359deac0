using Ingester.WebSockets.Sockets;

namespace Ingester.Tests.WebSockets.Sockets;

public sealed class PollCoalescerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(0.5);

    [Fact]
    public void Few_frames_each_wake_the_loop_at_once() =>
        Assert.All(Run(Interval, apart: 400, ready: 1), pause => Assert.Equal(TimeSpan.Zero, pause));

    [Fact]
    public void Frames_are_read_in_batches_and_none_waits_longer_than_the_interval()
    {
        var pauses = Run(Interval, apart: 50, ready: 1);
        Assert.Equal(TimeSpan.Zero, pauses[0]);
        Assert.All(pauses[100..], pause => Assert.InRange(pause, TimeSpan.FromTicks(1), Interval));
        Assert.All(Run(Interval, apart: 500, ready: 10)[100..], pause => Assert.InRange(pause, TimeSpan.FromTicks(1), Interval)); // what a pause then brings
    }

    [Fact]
    public void After_a_burst_the_loop_wakes_at_once_again()
    {
        var pace = new PollCoalescer(Interval);
        var now = 0.0;
        for (var i = 0; i < 1_000; i++)
            pace.PauseAfter(now += 20, now + 5, 1);
        Assert.NotEqual(TimeSpan.Zero, pace.PauseAfter(now += 20, now + 5, 1));
        for (var i = 0; i < 10; i++)
            pace.PauseAfter(now += 5_000, now + 5, 1);
        Assert.Equal(TimeSpan.Zero, pace.PauseAfter(now + 5_000, now + 5_005, 1));
    }

    [Fact]
    public void A_loop_that_has_worked_as_long_as_the_interval_does_not_pause()
    {
        var pace = new PollCoalescer(Interval);
        for (var now = 0.0; now < 1_000_000; now += 1_000)
            Assert.Equal(TimeSpan.Zero, pace.PauseAfter(now, now + 600, 50));
    }

    [Fact]
    public void Without_an_interval_every_frame_wakes_the_loop() =>
        Assert.All(Run(TimeSpan.Zero, apart: 1, ready: 50), pause => Assert.Equal(TimeSpan.Zero, pause));

    private static List<TimeSpan> Run(TimeSpan interval, double apart, int ready)
    {
        var pace = new PollCoalescer(interval);
        return [.. Enumerable.Range(1, 1_000).Select(index => pace.PauseAfter(index * apart, index * apart + 5, ready))];
    }
}
