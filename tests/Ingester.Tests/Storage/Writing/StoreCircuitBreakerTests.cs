using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Storage.Writing;

public sealed class StoreCircuitBreakerTests
{
    private static readonly StoreException Fire = new("On fire.", permanent: false);
    private static readonly StoreException No = new("No.", permanent: true);

    private readonly ManualClock clock = new();
    private readonly WriterRig.CollectingLog log = new();
    private readonly StoreCircuitBreaker circuit;

    public StoreCircuitBreakerTests() => circuit = new(new(
        new() { Replica = "a", ProcessStartMicros = 1 },
        RowCodec.Create(new()),
        clock,
        new(log, new())), new(4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)));

    [Fact]
    public async Task Requests_are_not_limited_while_the_store_answers()
    {
        for (var number = 0; number < 100; number++)
            Assert.True(circuit.AcquireAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.False((await circuit.AcquireAsync(CancellationToken.None)).IsTrial);
    }

    [Fact]
    public async Task Failing_store_gets_one_request_at_a_time_after_a_wait()
    {
        circuit.OnFailure(await Enter(), Fire, new());
        var waiting = Enumerable.Range(0, 5).Select(_ => circuit.AcquireAsync(CancellationToken.None).AsTask()).ToList();
        Assert.DoesNotContain(waiting, wait => wait.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var probe = await Task.WhenAny(waiting).WaitAsync(ManualClock.Patience);
        Assert.True((await probe).IsTrial);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, waiting.Count(wait => wait.IsCompleted));

        circuit.OnFailure(await probe, Fire, new());
        Assert.True(waiting.Remove(probe));
        await clock.TimerWithinAsync(TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(2));
        probe = await Task.WhenAny(waiting).WaitAsync(ManualClock.Patience);
        circuit.OnSuccess(await probe);
        await Task.WhenAll(waiting).WaitAsync(ManualClock.Patience);
        Assert.Equal(default, circuit.Health);
    }

    [Fact]
    public async Task Refusal_after_the_recovery_of_the_store_is_not_logged_again()
    {
        var (first, late) = (await Enter(), await Enter());
        circuit.OnFailure(first, No, new());
        clock.Advance(TimeSpan.FromMinutes(2));
        circuit.OnSuccess(await Enter());
        circuit.OnFailure(late, No, new());
        Assert.Single(log.Of(LogLevel.Error));
        Assert.Equal(default, circuit.Health);
        circuit.OnFailure(await Enter(), No, new());
        Assert.Equal(2, log.Of(LogLevel.Error).Count());
    }

    [Fact]
    public async Task Failures_of_requests_sent_before_the_first_failure_do_not_lengthen_the_wait()
    {
        var passes = new List<StorePermit>();
        for (var number = 0; number < 20; number++)
            passes.Add(await Enter());
        foreach (var pass in passes)
            circuit.OnFailure(pass, Fire, new());
        var next = circuit.AcquireAsync(CancellationToken.None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));
        await next.WaitAsync(ManualClock.Patience);
    }

    [Fact]
    public async Task Object_refused_while_others_are_stored_is_not_an_outage_and_its_wait_grows()
    {
        var refused = new FailureHistory();
        var longest = TimeSpan.Zero;
        circuit.OnFailure(await Enter(), No, refused);
        clock.Advance(TimeSpan.FromSeconds(1));
        for (var number = 0; number < 20; number++)
        {
            circuit.OnSuccess(await Enter());
            var wait = circuit.OnFailure(await Enter(), No, refused);
            longest = wait > longest ? wait : longest;
            Assert.Equal(default, circuit.Health);
        }

        Assert.InRange(longest, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Refusing_store_is_retried_about_once_a_minute_and_a_failing_one_more_often()
    {
        foreach (var (failure, least, most) in new[] { (Fire, 4, 8), (No, 30, 60) })
        {
            var longest = TimeSpan.Zero;
            for (var number = 0; number < 40; number++)
            {
                circuit.OnFailure(await Enter(), failure, new());
                var began = clock.GetTimestamp();
                var next = circuit.AcquireAsync(CancellationToken.None).AsTask();
                while (!next.IsCompleted)
                    await clock.AdvanceAsync(TimeSpan.FromSeconds(1));
                circuit.Release(await next);
                longest = clock.GetElapsedTime(began) is var waited && waited > longest ? waited : longest;
            }

            Assert.InRange(longest, TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most));
        }
    }

    [Fact]
    public async Task Three_refusals_in_a_row_are_final_and_a_failure_that_passes_is_not_one_of_them()
    {
        foreach (var (failure, final) in new[] { (No, false), (No, false), (Fire, false), (No, false), (No, false), (No, true), (Fire, false) })
        {
            var attempts = new FailureHistory();
            circuit.OnFailure(await Enter(), failure, attempts);
            Assert.Equal(final, circuit.IsFinal(failure, attempts));
            clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Object_that_is_refused_three_times_is_final_although_the_store_accepts_others()
    {
        var refused = new FailureHistory();
        foreach (var final in new[] { false, false, true })
        {
            circuit.OnFailure(await Enter(), No, refused);
            Assert.Equal(final, circuit.IsFinal(No, refused));
            clock.Advance(TimeSpan.FromMinutes(1));
            circuit.OnSuccess(await Enter());
        }
    }

    [Fact]
    public async Task Outage_is_measured_from_the_first_failure_and_has_its_reason()
    {
        circuit.OnFailure(await Enter(), Fire, new());
        clock.Advance(TimeSpan.FromMinutes(3));
        circuit.OnFailure(await Enter(), No, new());
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(new StoreHealth(TimeSpan.FromMinutes(7), No), circuit.Health);
    }

    [Fact]
    public async Task Store_that_hangs_counts_as_failing_when_no_worker_gets_an_answer()
    {
        for (var number = 0; number < 3; number++)
            await Enter();
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, circuit.Health.FailingFor);
        var last = await Enter();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(9), circuit.Health.FailingFor);
        circuit.OnSuccess(last);
        Assert.Equal(TimeSpan.Zero, circuit.Health.FailingFor);
    }

    [Fact]
    public async Task Unused_permit_is_passed_to_the_next_request()
    {
        circuit.OnFailure(await Enter(), Fire, new());
        clock.Advance(TimeSpan.FromSeconds(1));
        var probe = await Enter();
        var next = circuit.AcquireAsync(CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);
        circuit.Release(probe);
        Assert.True((await next.WaitAsync(ManualClock.Patience)).IsTrial);
    }

    [Fact]
    public async Task Failed_trial_is_returned_once_and_permits_no_second_trial()
    {
        circuit.OnFailure(await Enter(), Fire, new());
        clock.Advance(TimeSpan.FromSeconds(1));
        using var first = await Enter();
        circuit.OnFailure(first, Fire, new());
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await Enter()).IsTrial);
        first.Dispose();
        var third = circuit.AcquireAsync(CancellationToken.None).AsTask();
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public async Task Stop_ends_the_wait()
    {
        for (var number = 0; number < 10; number++)
        {
            circuit.OnFailure(await Enter(), Fire, new());
            clock.Advance(TimeSpan.FromSeconds(8));
        }

        circuit.OnFailure(await Enter(), Fire, new());
        var next = circuit.AcquireAsync(CancellationToken.None).AsTask();
        circuit.BeginStop();
        await next.WaitAsync(ManualClock.Patience);
    }

    private Task<StorePermit> Enter() => circuit.AcquireAsync(CancellationToken.None).AsTask().WaitAsync(ManualClock.Patience);
}
