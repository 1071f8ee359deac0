using Ingester.Core.Proof;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Integration.Tests.Storage;

/// <summary>The store contract, and what only a bucket has, against an emulator.</summary>
public sealed class S3StoreTests(MotoServer moto) : ObjectStoreContract, IAsyncLifetime, IDisposable
{
    private S3StoreOptions options = new();
    private S3Store? store;

    private protected override IObjectStore Store => store!;

    private protected override bool WritesInOneStep => false;

    public async ValueTask InitializeAsync()
    {
        options = new() { Bucket = await moto.NewBucketAsync(), Prefix = "some/place", Region = "us-east-1", ServiceUrl = moto.Url, ForcePathStyle = true };
        store = new(options, TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => store?.Dispose();

    [Fact]
    public async Task Metadata_is_stored_with_the_object()
    {
        using var body = SegmentSample.Rows("x");
        var metadata = new ObjectMetadata(new string('a', 64), 42, "2", ProofGrade.Checksum(10));
        await Store.PutAsync("md/a.json.gz", body, metadata, CancellationToken.None);
        Assert.Equal(new(1, metadata), await Store.HeadAsync("md/a.json.gz", CancellationToken.None));
        await PutAsync("md/bare.json.gz", "y");
        Assert.Equal(new(1, ObjectMetadata.None), await Store.HeadAsync("md/bare.json.gz", CancellationToken.None));
    }

    [Fact]
    public async Task Prefix_keeps_two_stores_in_one_bucket_apart()
    {
        using var other = new S3Store(new() { Bucket = options.Bucket, Region = "us-east-1", ServiceUrl = moto.Url, ForcePathStyle = true }, TimeProvider.System);
        await PutAsync("a", "x");
        Assert.Equal(["a"], await ListAsync(""));
        Assert.Equal("some/place/a", (await other.ListAsync("", CancellationToken.None).SingleAsync()).Key);
    }

    [Fact]
    public async Task Listing_reads_all_pages()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_005), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) => await PutAsync($"many/{number:D5}", ""));
        var keys = await ListAsync("many/");
        Assert.Equal(Enumerable.Range(0, 1_005).Select(number => $"many/{number:D5}"), keys);
    }

    [Fact]
    public async Task Missing_bucket_is_reported_in_one_sentence()
    {
        using var none = new S3Store(new() { Bucket = "no-such-bucket", Region = "us-east-1", ServiceUrl = moto.Url, ForcePathStyle = true }, TimeProvider.System);
        using var body = SegmentSample.Rows("x");
        var failure = await Assert.ThrowsAsync<StoreException>(() => none.PutAsync("a", body, ObjectMetadata.None, CancellationToken.None));
        Assert.True(failure.IsPermanent);
        Assert.Equal($"The bucket 'no-such-bucket' does not exist at http://127.0.0.1:{moto.Url.Port}: cannot write a.", failure.Message);
        var listing = await Assert.ThrowsAsync<StoreException>(async () => await none.ListAsync("", CancellationToken.None).CountAsync());
        Assert.True(listing.IsPermanent);
    }
}
