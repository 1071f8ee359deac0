using Ingester.Storage.Threads;

namespace Ingester.Tests.Storage.Threads;

public sealed class StorageTaskSchedulerTests
{
    [Fact]
    public async Task Work_continues_on_a_scheduler_thread_after_a_wait()
    {
        var names = new List<string?>();
        await StorageTaskScheduler.Shared.RunAsync(async () =>
        {
            names.Add(Thread.CurrentThread.Name);
            await Task.Yield();
            names.Add(Thread.CurrentThread.Name);
        });
        Assert.Equal(["store", "store"], names);
    }

    [Fact]
    public async Task Work_from_a_scheduler_thread_runs_at_once_and_its_exception_is_thrown()
    {
        await StorageTaskScheduler.Shared.RunAsync(async () =>
        {
            var here = Environment.CurrentManagedThreadId;
            var work = StorageTaskScheduler.Shared.RunAsync(() => Environment.CurrentManagedThreadId, CancellationToken.None);
            Assert.True(work.IsCompletedSuccessfully);
            Assert.Equal(here, await work);
            await Assert.ThrowsAsync<IOException>(() => StorageTaskScheduler.Shared.RunAsync<int>(() => throw new IOException(), CancellationToken.None));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_that_was_cancelled_before_is_not_done(bool fromOneOfThem)
    {
        var done = false;
        Task WorkAsync() => StorageTaskScheduler.Shared.RunAsync(() => done = true, new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fromOneOfThem ? StorageTaskScheduler.Shared.RunAsync(WorkAsync) : WorkAsync());
        Assert.False(done);
    }

    [Fact]
    public async Task Hanging_work_does_not_delay_other_work()
    {
        using var end = new ManualResetEventSlim();
        var hanging = Enumerable.Range(0, 300).Select(_ => StorageTaskScheduler.Shared.RunAsync(() => end.Wait(TimeSpan.FromMinutes(1)), CancellationToken.None)).ToList();
        Assert.Equal(1, await StorageTaskScheduler.Shared.RunAsync(() => 1, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
        end.Set();
        Assert.All(await Task.WhenAll(hanging), Assert.True);
    }

    [Fact]
    public async Task They_give_way_to_those_that_receive()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a priority for each thread.");
        Assert.True(await StorageTaskScheduler.Shared.RunAsync(Nice, CancellationToken.None) > Nice());
    }

    private static int Nice()
    {
        const int nice = 16; // counted from behind the name, which may hold spaces
        return int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(") ")[^1].Split(' ')[nice], System.Globalization.CultureInfo.InvariantCulture);
    }
}
