using Ingester.Core.Markets;
using Ingester.Core.Storage;

namespace Ingester.Core.Tests.Storage;

public sealed class DueQueueTests : IDisposable
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly List<int> due = [];
    private readonly DueQueue queue;

    public DueQueueTests() => queue = new(clock, upload => due.Add(upload.Count));

    public void Dispose() => queue.Dispose();

    [Fact]
    public void What_is_due_within_one_step_goes_together_and_nothing_early()
    {
        foreach (var wait in new[] { 140, 100, 121, 0, 81, 119 })
            queue.Add(Upload(wait), TimeSpan.FromMilliseconds(wait));
        Assert.Equal([0], due);
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal([0], due);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0, 81, 100], due.Order());
        clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal([0, 81, 100, 119], due.Order());
        clock.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Equal(4, due.Count);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0, 81, 100, 119, 121, 140], due.Order());
    }

    [Fact]
    public void What_failed_keeps_its_wait_when_all_else_is_released()
    {
        queue.Add(Upload(1), TimeSpan.FromHours(1));
        queue.Release();
        queue.AddAgain(Upload(2), TimeSpan.FromSeconds(1));
        queue.Add(Upload(3), TimeSpan.FromHours(1));
        Assert.Equal([1, 3], due);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 3, 2], due);
    }

    [Theory]
    [InlineData(1.5)] // the timer would never fire
    [InlineData(20)] // the timer would be refused
    public void What_is_over_before_the_timer_is_set_is_handed_on_at_once(double late)
    {
        var hasty = new HastyClock(clock, TimeSpan.FromMilliseconds(20 + late));
        using var slow = new DueQueue(hasty, upload => due.Add(upload.Count));
        slow.Add(Upload(1), TimeSpan.FromMilliseconds(20));
        clock.Advance(TimeSpan.Zero);
        Assert.Equal([1], due);
    }

    /// <summary>A clock that moves on with every look at its timestamps, as if the thread had been held up between two.</summary>
    private sealed class HastyClock(ManualClock clock, TimeSpan step) : TimeProvider
    {
        private long looks = -1;

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp() + step.Ticks * ++looks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
            return new Strict(clock.CreateTimer(callback, state, dueTime, period));
        }

        private sealed class Strict(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }

    private static JournalUpload Upload(int number) => new(new(Dataset.Gaps, "x", 0, 1), new(), number, static () => { }) { Size = 0 };
}
