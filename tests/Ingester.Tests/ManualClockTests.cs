using Ingester.Testing;

namespace Ingester.Tests;

public sealed class ManualClockTests
{
    [Fact]
    public async Task Delays_end_in_order_and_only_when_they_are_due()
    {
        var clock = new ManualClock();
        var ended = new List<int>();
        var first = Mark(1, TimeSpan.FromSeconds(1));
        var second = Mark(2, TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.False(first.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(first, second).WaitAsync(ManualClock.Patience);
        Assert.Equal(2, ended.Count);
        Assert.Equal(TimeSpan.FromSeconds(2.5), clock.GetElapsedTime(0));

        async Task Mark(int number, TimeSpan delay)
        {
            await Task.Delay(delay, clock);
            lock (ended)
                ended.Add(number);
        }
    }

    [Fact]
    public void A_periodic_timer_fires_once_for_each_period()
    {
        var clock = new ManualClock();
        var fired = new List<DateTimeOffset>();
        using var timer = clock.CreateTimer(_ => fired.Add(clock.GetUtcNow()), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([1, 3, 5], fired.Select(time => time.Second));
    }
}
