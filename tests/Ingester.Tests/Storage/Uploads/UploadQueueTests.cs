using Ingester.Core.Markets;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage.Uploads;

public sealed class UploadQueueTests : IDisposable
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly List<int> due = [];
    private readonly UploadQueue queue;

    public UploadQueueTests() => queue = new(new(), clock);

    public void Dispose() => queue.Dispose();

    [Fact]
    public async Task Each_upload_that_becomes_ready_wakes_one_waiting_worker()
    {
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 8).Select(_ => queue.WhenReadyAsync(stop.Token)).ToList();
        foreach (var left in (int[])[7, 6, 5])
        {
            queue.AddWithOwnBound(Segment());
            workers.Remove(await Task.WhenAny(workers).WaitAsync(ManualClock.Patience));
            Assert.Equal(left, workers.Count(worker => !worker.IsCompleted));
            Assert.True(queue.TryTakeSignaled(out var upload));
            queue.Complete(upload);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(workers));
    }

    [Fact]
    public async Task Returned_upload_wakes_a_worker_again()
    {
        queue.AddWithOwnBound(Segment());
        await queue.WhenReadyAsync(CancellationToken.None).WaitAsync(ManualClock.Patience);
        Assert.True(queue.TryTakeSignaled(out var upload));
        queue.PutBack(upload);
        await queue.WhenReadyAsync(CancellationToken.None).WaitAsync(ManualClock.Patience);
        Assert.True(queue.TryTakeSignaled(out upload));
        queue.Complete(upload);
    }

    [Fact]
    public async Task Upload_taken_by_another_worker_wakes_no_worker()
    {
        for (var taken = 0; taken < 3; taken++)
        {
            queue.AddWithOwnBound(Segment());
            Assert.True(queue.TryTake(out var upload));
            queue.Complete(upload);
        }

        using var stop = new CancellationTokenSource();
        var worker = queue.WhenReadyAsync(stop.Token);
        Assert.False(worker.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker);
    }

    [Fact]
    public async Task Due_upload_wakes_a_worker()
    {
        var worker = queue.WhenReadyAsync(CancellationToken.None);
        queue.Requeue(Numbered(1), TimeSpan.FromSeconds(1));
        Assert.False(queue.TryTakeSignaled(out _));
        clock.Advance(TimeSpan.FromSeconds(1));
        await worker.WaitAsync(ManualClock.Patience);
        Assert.True(queue.TryTakeSignaled(out _));
    }

    [Fact]
    public void Journals_are_first_and_then_uploads_in_the_order_of_acceptance()
    {
        foreach (var (upload, wait) in new (Upload, double)[] { (Segment(), 0.1), (Segment(), 0.2), (Numbered(3), 0.3) })
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(queue.TryAdd(upload, TimeSpan.FromSeconds(1 - wait)));
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        var order = new List<(ObjectKind Kind, long AddedAt)>();
        while (queue.TryTake(out var upload))
        {
            order.Add((upload.Kind, upload.AddedAt / TimeSpan.TicksPerMillisecond));
            queue.Complete(upload);
        }

        Assert.Equal([(ObjectKind.Journal, 3), (ObjectKind.Segment, 1), (ObjectKind.Segment, 2)], order);
    }

    [Fact]
    public void Uploads_due_within_one_step_are_released_together_and_none_early()
    {
        foreach (var wait in new[] { 140, 100, 121, 0, 81, 119 })
            queue.TryAdd(Numbered(wait), TimeSpan.FromMilliseconds(wait));
        Assert.Equal([0], Due());
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal([0], Due());
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0, 81, 100], Due().Order());
        clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal([0, 81, 100, 119], Due().Order());
        clock.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Equal(4, Due().Count);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0, 81, 100, 119, 121, 140], Due().Order());
    }

    [Fact]
    public void Failed_upload_keeps_its_wait_when_all_others_are_released()
    {
        queue.TryAdd(Numbered(1), TimeSpan.FromHours(1));
        queue.Close();
        Assert.Equal([1], Due());
        queue.Requeue(Numbered(2), TimeSpan.FromSeconds(1));
        queue.AddWithOwnBound(Numbered(3));
        Assert.Equal([1, 3], Due());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 3, 2], Due());
    }

    [Theory]
    [InlineData(1.5)] // the timer would never fire
    [InlineData(20)] // the timer would be refused
    public void Upload_that_becomes_due_while_the_timer_is_set_is_released_at_once(double late)
    {
        var hasty = new HastyClock(clock, TimeSpan.FromMilliseconds(20 + late));
        using var slow = new UploadQueue(new(), hasty);
        slow.Requeue(Numbered(1), TimeSpan.FromMilliseconds(20));
        clock.Advance(TimeSpan.Zero);
        Assert.True(slow.TryTake(out _));
    }

    /// <summary>The numbers of all that was handed on until now.</summary>
    private List<int> Due()
    {
        while (queue.TryTake(out var upload))
            due.Add(upload.RowCount);
        return due;
    }

    private static SegmentUpload Segment() => new(SegmentSample.Segment(rows: "{}\n"), rank: 0) { Size = 3 };

    private static JournalUpload Numbered(int number) => new(new(Dataset.Gaps, "x", 0, 1), new(), number, static () => { }) { Size = 0 };

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
}
