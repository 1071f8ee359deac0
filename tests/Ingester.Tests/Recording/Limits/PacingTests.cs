using Ingester.Core.Exchanges;
using Ingester.Core.Resilience;
using Ingester.Recording.Limits;
using Ingester.Recording.Sessions;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.WebSockets.Dialing;

namespace Ingester.Tests.Recording.Limits;

public sealed class PacingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(5, 1)]
    [InlineData(5, 3)]
    [InlineData(300, 150)]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    public void No_span_sees_more_than_the_budget(int count, int burst)
    {
        var budget = new RateLimit(count, TimeSpan.FromSeconds(60));
        using var pacer = new GcraRateLimiter(budget, burst, clock);
        var taken = new List<DateTimeOffset>();
        while (taken.Count < 4 * count + 1)
        {
            var wait = pacer.AcquireOrDelay();
            if (wait == TimeSpan.Zero)
                taken.Add(clock.GetUtcNow());
            else
                clock.Advance(wait);
        }

        Assert.Equal(burst, taken.Count(time => time == taken[0]));
        for (var i = count; i < taken.Count; i++)
            Assert.True(taken[i] - taken[i - count] >= budget.Interval - TimeSpan.FromMicroseconds(count), $"{i} came too early");
    }

    [Fact]
    public void Messages_keep_a_reserve_for_pongs()
    {
        using var pacer = GcraRateLimiter.ForMessages(new(5, Second), clock);
        var sent = 0;
        for (var step = 0; step < 1000; step++, clock.Advance(TimeSpan.FromMilliseconds(1)))
            while (pacer.AcquireOrDelay() == TimeSpan.Zero)
                sent++;
        Assert.InRange(sent, 3, 4);
    }

    [Fact]
    public void Suspended_limiter_admits_nothing_and_no_burst_follows()
    {
        using var pacer = new GcraRateLimiter(new(10, Second), 5, clock);
        pacer.Suspend(30 * Second);
        Assert.Equal(30 * Second, pacer.AcquireOrDelay());
        clock.Advance(30 * Second);
        Assert.Equal(TimeSpan.Zero, pacer.AcquireOrDelay());
        Assert.True(pacer.AcquireOrDelay() > TimeSpan.Zero);
    }

    [Fact]
    public async Task Waiters_are_served_in_order_and_see_a_later_suspension()
    {
        using var pacer = new GcraRateLimiter(new(1, Second), 1, clock);
        await pacer.WaitAsync(CancellationToken.None);
        var second = pacer.WaitAsync(CancellationToken.None);
        var third = pacer.WaitAsync(CancellationToken.None);
        pacer.Suspend(5 * Second);
        clock.Advance(Second);
        Assert.False(second.IsCompleted);
        clock.Advance(4 * Second);
        await second.WaitAsync(FakeServer.Deadline);
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public async Task Canceled_wait_does_not_block_the_next_one()
    {
        using var pacer = new GcraRateLimiter(new(1, Second), 1, clock);
        await pacer.WaitAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var second = pacer.WaitAsync(stop.Token);
        var third = pacer.WaitAsync(CancellationToken.None);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Rig.UntilAsync(() =>
        {
            clock.Advance(Second);
            return third.IsCompleted;
        });
    }

    [Fact]
    public void Backoff_has_full_jitter_that_doubles_up_to_the_cap_and_stays_there()
    {
        var (first, cap) = (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(60));
        for (var failure = 0; failure < 2000; failure += 100)
        {
            var edge = Math.Min(60, 0.5 * Math.Pow(2, failure));
            var waits = Enumerable.Range(0, 200).Select(seed => After(seed, failure)).ToList();
            Assert.All(waits, wait => Assert.InRange(wait.TotalSeconds, 0, edge));
            Assert.InRange(waits.Average(wait => wait.TotalSeconds), 0.4 * edge, 0.6 * edge);
        }

        TimeSpan After(int seed, int failures)
        {
            var backoff = new Backoff(new Random(seed), first, cap);
            for (var i = 0; i < failures; i++)
                backoff.NextDelay();
            return backoff.NextDelay();
        }
    }

    [Fact]
    public void Backoff_begins_again_after_a_reset()
    {
        var backoff = new Backoff(new Random(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        for (var i = 0; i < 30; i++)
            backoff.NextDelay();
        backoff.Reset();
        Assert.InRange(backoff.NextDelay(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Thu, 01 Jan 1970 00:01:00 GMT", 60)]
    [InlineData("Wed, 31 Dec 1969 00:00:00 GMT", 0)]
    [InlineData("999999999", 3 * 24 * 3600)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public void Retry_after_is_seconds_or_a_date(string? header, int? seconds) =>
        Assert.Equal(seconds, RetryAfterHeader.Parse(header, DateTimeOffset.UnixEpoch)?.TotalSeconds);

    [Fact]
    public void The_watchdog_barks_once_and_only_after_silence()
    {
        var barks = 0;
        using var watchdog = new SilenceWatchdog(TimeSpan.FromSeconds(10), clock, () => barks++);
        for (var i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(9));
            watchdog.RecordActivity();
        }

        Assert.Equal(0, barks);
        clock.Advance(TimeSpan.FromSeconds(10.1));
        Assert.Equal(1, barks);
        clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(1, barks);
    }
}
