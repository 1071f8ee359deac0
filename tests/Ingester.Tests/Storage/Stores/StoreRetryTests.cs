using Ingester.Storage.Stores;
using Ingester.Testing;
using Polly;

namespace Ingester.Tests.Storage.Stores;

/// <summary>The few quick retries that readers, and writes that meet others, make themselves.</summary>
public sealed class StoreRetryTests
{
    private static readonly StoreException Fire = new("On fire.", permanent: false);
    private static readonly StoreException No = new("No.", permanent: true);

    private readonly ManualClock clock = new();
    private readonly ResiliencePipeline<int> retry;
    private int attempts;

    public StoreRetryTests() => retry = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<int>().HandleResult(0));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Failure_that_passes_is_not_noticed(int failures)
    {
        var reading = ReadAsync(() => attempts > failures ? 7 : attempts % 2 == 0 ? 0 : throw Fire);
        Assert.Equal(1, attempts);
        Assert.Equal(7, await EndAsync(reading));
        Assert.Equal(failures + 1, attempts);
    }

    [Fact]
    public async Task Failure_that_stays_is_reported_after_three_attempts()
    {
        Assert.Same(Fire, await Assert.ThrowsAsync<StoreException>(() => EndAsync(ReadAsync(() => throw Fire))));
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task Refusal_is_reported_at_once()
    {
        Assert.Same(No, await Assert.ThrowsAsync<StoreException>(() => ReadAsync(() => throw No)));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Cancellation_ends_the_wait_at_once()
    {
        using var stop = new CancellationTokenSource();
        var reading = ReadAsync(() => throw Fire, stop.Token);
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(1));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(ManualClock.Patience));
        Assert.Equal(1, attempts);
    }

    private Task<int> ReadAsync(Func<int> read, CancellationToken stop = default) => retry.ExecuteAsync(
        _ =>
        {
            attempts++;
            return ValueTask.FromResult(read());
        },
        stop).AsTask();

    private async Task<int> EndAsync(Task<int> reading)
    {
        for (var waited = 0; !reading.IsCompleted; waited++)
        {
            Assert.InRange(waited, 0, StoreRetry.ReadRetries);
            await clock.TimerWithinAsync(TimeSpan.FromSeconds(1));
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(reading, clock.TimerWithinAsync(TimeSpan.FromSeconds(1))).WaitAsync(ManualClock.Patience);
        }

        return await reading;
    }
}
