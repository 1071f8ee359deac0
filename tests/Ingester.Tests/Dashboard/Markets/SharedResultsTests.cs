using Ingester.Dashboard.Markets.Figures;
using Ingester.Dashboard.Markets.Queries;
using Ingester.Dashboard.Stores;
using Ingester.Testing;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Viewers share results, faults are not kept, and memory is bounded.</summary>
public sealed class SharedResultsTests
{
    [Fact]
    public async Task Viewers_who_ask_the_same_share_one_query()
    {
        var (clock, runs, answer) = (new ManualClock(), 0, new TaskCompletionSource<int>());
        var results = new SharedResults<string, int>(2, TimeSpan.FromSeconds(10), clock);
        var viewers = Enumerable.Range(0, 5).Select(_ => Ask()).ToList();
        using var leaving = new CancellationTokenSource();
        var left = results.GetAsync("a", Query, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        answer.SetResult(7);
        Assert.All(await Task.WhenAll(viewers), static value => Assert.Equal(7, value));
        Assert.Equal((7, 1), (await Ask(), runs));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((7, 2), (await Ask(), runs));

        Task<int> Ask() => results.GetAsync("a", Query, CancellationToken.None);

        Task<int> Query()
        {
            Interlocked.Increment(ref runs);
            return answer.Task;
        }
    }

    [Fact]
    public async Task Fault_is_not_kept()
    {
        var results = new SharedResults<string, int>(2, TimeSpan.FromSeconds(10), new ManualClock());
        await Assert.ThrowsAsync<DashboardFault>(() => results.GetAsync("a", static () => Task.FromException<int>(new DashboardFault("The store is down.")), CancellationToken.None));
        Assert.Equal(3, await results.GetAsync("a", static () => Task.FromResult(3), CancellationToken.None));
    }

    [Fact]
    public async Task Oldest_result_is_dropped()
    {
        var (clock, runs) = (new ManualClock(), 0);
        var results = new SharedResults<int, int>(2, TimeSpan.FromHours(1), clock);
        foreach (var key in new[] { 1, 2, 3, 3, 2, 1 })
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await results.GetAsync(key, () => Task.FromResult(++runs), CancellationToken.None);
        }

        Assert.Equal(4, runs); // 1, 2, 3, and 1 again
    }

    [Fact]
    public void Minute_that_is_not_final_is_due_again_after_a_tenth_of_its_age()
    {
        var clock = new ManualClock(new(Ingester.Core.Time.Micros.ToDateTime(T0 + 100 * Minute)));
        var minutes = new RecentMinutes<string>(2, clock);
        minutes.Set(T0, null, "old", isFinal: false);
        minutes.Set(T0 + Minute, null, "final", isFinal: true);
        Assert.True(minutes.TryGet(T0, null, out var value));
        Assert.Equal("old", value);
        Assert.False(minutes.TryGet(T0, "derived/bars", out _));
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.True(minutes.TryGet(T0, null, out _));
        clock.Advance(TimeSpan.FromMinutes(3));
        Assert.False(minutes.TryGet(T0, null, out _));
        Assert.True(minutes.TryGet(T0 + Minute, null, out _));
        minutes.Set(T0 + 2 * Minute, null, null, isFinal: false);
        Assert.Equal(2, minutes.Count);
        Assert.False(minutes.TryGet(T0, null, out _));
    }
}
