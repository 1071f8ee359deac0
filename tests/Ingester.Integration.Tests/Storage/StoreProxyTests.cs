using Ingester.Simulator.Store;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Integration.Tests.Storage;

/// <summary>The proxy that breaks a store does exactly what it is told, and nothing otherwise.</summary>
public sealed class StoreProxyTests(MotoServer moto) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private StoreProxy? started;
    private S3Store? opened;
    private S3Store? impatient;

    private StoreProxy Proxy => started!;

    private S3Store Store => opened!;

    /// <summary>The same store with a short time-out, for requests that are not answered.</summary>
    private S3Store Impatient => impatient!;

    public async ValueTask InitializeAsync()
    {
        var bucket = await moto.NewBucketAsync();
        started = await StoreProxy.StartAsync(moto.Url);
        opened = Open(bucket, TimeSpan.FromSeconds(30));
        impatient = Open(bucket, TimeSpan.FromSeconds(2));
    }

    public async ValueTask DisposeAsync()
    {
        opened?.Dispose();
        impatient?.Dispose();
        if (started is not null)
            await started.DisposeAsync();
    }

    [Fact]
    public async Task Without_faults_everything_passes_unchanged()
    {
        const string key = "trades/pair=A%20B-USD/2025_-3_9.json.gz";
        var text = new string('x', 3_000_000);
        var metadata = new ObjectMetadata(new string('a', 64), 7, "1");
        using var body = SegmentSample.Rows(text);
        Assert.Equal(PutOutcome.Stored, await Store.PutAsync(key, body, metadata, CancellationToken.None));
        Assert.Equal(PutOutcome.Exists, await Store.PutAsync(key, body, metadata, CancellationToken.None));
        Assert.Equal(new ObjectInfo(text.Length, metadata), await Store.HeadAsync(key, CancellationToken.None));
        Assert.Null(await Store.HeadAsync("nothing", CancellationToken.None));
        Assert.Equal([key], await Store.ListAsync("", CancellationToken.None).Select(listed => listed.Key).ToListAsync());
        using var reader = new StreamReader((await Store.GetAsync(key, CancellationToken.None))!);
        Assert.Equal(text, await reader.ReadToEndAsync());
        Assert.Equal(0, Proxy.FaultedRequests);
    }

    [Theory]
    [InlineData(403, true)]
    [InlineData(503, false)]
    public async Task Refusal_carries_its_status_and_is_over_when_healed(int status, bool permanent)
    {
        Proxy.Refuse(status);
        Assert.Equal(permanent, (await Assert.ThrowsAsync<StoreException>(PutAsync)).IsPermanent);
        Proxy.ClearFaults();
        Assert.Equal(PutOutcome.Stored, await PutAsync());
    }

    [Fact]
    public async Task Transient_conflict_is_retried_and_an_existing_key_is_accepted()
    {
        Proxy.AddFault(new() { Kind = StoreFaultKind.Refusal, Status = 409, Count = 2 });
        Assert.Equal(PutOutcome.Stored, await PutAsync());
        Proxy.AddFault(new() { Kind = StoreFaultKind.Refusal, Status = 412, Count = 1, Path = "other" });
        Assert.Equal(PutOutcome.Exists, await PutAsync("other"));
        Assert.Equal(3, Proxy.FaultedRequests);
    }

    [Fact]
    public async Task Fault_meets_only_the_paths_that_it_names()
    {
        Proxy.Refuse(403, "BTC-USDT");
        await Assert.ThrowsAsync<StoreException>(() => PutAsync("pair=BTC-USDT/x"));
        Assert.Equal(PutOutcome.Stored, await PutAsync("pair=ETH-USDT/x"));
    }

    [Fact]
    public async Task Vanished_store_resets_connections_and_returns_on_the_same_address()
    {
        await PutAsync("before");
        Proxy.BecomeUnreachable();
        Assert.False((await Assert.ThrowsAsync<StoreException>(PutAsync)).IsPermanent);
        Proxy.ClearFaults();
        Assert.Equal(PutOutcome.Stored, await PutAsync());
    }

    [Fact]
    public async Task Hanging_store_answers_no_request_until_it_is_healed()
    {
        Proxy.Hang();
        Assert.StartsWith("No answer in time", (await Assert.ThrowsAsync<StoreException>(() => PutAsync(Impatient, "a"))).Message, StringComparison.Ordinal);
        var hanging = PutAsync(Impatient, "hangs").WaitAsync(Patience);
        Proxy.ClearFaults();
        Assert.Equal(PutOutcome.Stored, await hanging); // the SDK asked again
    }

    [Fact]
    public async Task Lost_answer_leaves_the_object_there()
    {
        Proxy.AddFault(new() { Kind = StoreFaultKind.LostResponse, Method = "PUT", Count = 1 });
        Assert.Equal(PutOutcome.Exists, await PutAsync()); // the SDK asked again and met its own success
        Assert.NotNull(await Store.HeadAsync("a", CancellationToken.None));
    }

    [Fact]
    public async Task Write_that_is_committed_and_never_answered_is_found_by_the_next_attempt()
    {
        Proxy.AddFault(new() { Kind = StoreFaultKind.HangAfterWrite, Method = "PUT", Count = 1 });
        Assert.Equal(PutOutcome.Exists, await PutAsync(Impatient, "a"));
    }

    [Fact]
    public async Task Reset_in_the_body_of_a_write_leaves_nothing_and_of_an_answer_is_a_failure()
    {
        Proxy.AddFault(new() { Kind = StoreFaultKind.ResetInBody, Method = "PUT", Count = 1 });
        using var body = SegmentSample.Rows(new string('x', 3_000_000));
        Assert.Equal(PutOutcome.Stored, await Store.PutAsync("a", body, ObjectMetadata.None, CancellationToken.None));
        Proxy.AddFault(new() { Kind = StoreFaultKind.ResetInBody, Method = "GET", Count = 1 });
        using var reader = new StreamReader((await Store.GetAsync("a", CancellationToken.None))!);
        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Wrong_ETag_does_not_make_a_write_twice()
    {
        Proxy.AddFault(new() { Kind = StoreFaultKind.WrongETag, Method = "PUT", Count = 1 });
        Assert.Equal(PutOutcome.Stored, await PutAsync());
        Assert.Equal(PutOutcome.Exists, await PutAsync());
    }

    [Fact]
    public async Task Store_that_ignores_the_condition_is_unmasked_by_the_probe()
    {
        Proxy.AddFault(new() { Kind = StoreFaultKind.IgnoredCondition, Method = "PUT" });
        await Assert.ThrowsAsync<UnsafeStoreException>(() => new StoreProbe(Store, "", "the bucket").RunAsync(CancellationToken.None));
        Proxy.ClearFaults();
        await new StoreProbe(Store, "", "the bucket").RunAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Slow_store_answers_late()
    {
        Proxy.Delay(TimeSpan.FromMilliseconds(300));
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal(PutOutcome.Stored, await PutAsync());
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(295));
    }

    private S3Store Open(string bucket, TimeSpan timeout) => new(
        new() { Bucket = bucket, Region = "us-east-1", ServiceUrl = Proxy.Url, ForcePathStyle = true, Timeout = timeout }, TimeProvider.System);

    private Task<PutOutcome> PutAsync() => PutAsync("a");

    private Task<PutOutcome> PutAsync(string key) => PutAsync(Store, key);

    private static async Task<PutOutcome> PutAsync(S3Store store, string key)
    {
        using var body = SegmentSample.Rows("x");
        return await store.PutAsync(key, body, ObjectMetadata.None, CancellationToken.None);
    }
}
