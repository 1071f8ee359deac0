using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage.Stores;

public sealed class StoreLimitsTests
{
    private static readonly StoreOptions Bucket = new() { S3 = new() { Bucket = "some", Prefix = "v1" } };

    [Theory]
    [InlineData(250, true)]
    [InlineData(251, false)]
    public async Task Directory_stores_exactly_the_names_that_its_limits_allow(int length, bool fits)
    {
        using var directory = new TemporaryDirectory();
        var market = new string('A', length);
        var why = StoreLimits.Of(new() { Directory = directory.Path }, "a").FindProblem("binance", market);
        Assert.Equal(fits, why is null);
        var key = ObjectKey.Segment("", SegmentKey.Of(SegmentSample.Segment(new(Dataset.Trades, "binance", market)), new string('0', 64)));
        if (fits)
            Assert.Equal(PutOutcome.Stored, await WriteAsync(directory.Path, key));
        else
            Assert.True((await Assert.ThrowsAsync<StoreException>(() => WriteAsync(directory.Path, key))).IsPermanent);
    }

    [Fact]
    public void Directory_counts_the_bytes_of_encoded_names()
    {
        var why = StoreLimits.Of(new() { Directory = "data" }, "a").FindProblem("binance", string.Concat(Enumerable.Repeat("币", 28)));
        Assert.Equal("a file or directory name has 257 bytes, and the file system accepts 255", why);
    }

    [Fact]
    public void Directory_counts_the_whole_path()
    {
        var deep = "/" + string.Join('/', Enumerable.Repeat(new string('d', 100), 39));
        Assert.Contains("the file system accepts 4095", StoreLimits.Of(new() { Directory = deep }, "a").FindProblem("binance", new string('A', 200)), StringComparison.Ordinal);
    }

    [Fact]
    public void Bucket_accepts_keys_of_1024_bytes_with_its_prefix_and_everything_that_may_follow()
    {
        var limits = StoreLimits.Of(Bucket, "a");
        var longest = Enumerable.Range(1, 1024).TakeWhile(length => limits.FindProblem("binance", new string('A', length)) is null).Last();
        var key = "v1/divergent/fragments/agg-trades/exchange=binance/pair=/year=2026/month=11/day=20/1448-60m_-9223372036854775808_-9223372036854775807_0123456789abcdef.json.gz";
        Assert.Equal(1024 - Encoding.UTF8.GetByteCount(key), longest);
        Assert.Equal("its keys have up to 1025 bytes, and a bucket accepts 1024", limits.FindProblem("binance", new string('A', longest + 1)));
        Assert.NotNull(StoreLimits.Of(Bucket, "a", prefix: "more").FindProblem("binance", new string('A', longest)));
    }

    private static async Task<PutOutcome> WriteAsync(string directory, string key)
    {
        using var body = SegmentSample.Rows("x");
        return await new DirectoryStore(directory, TimeProvider.System).PutAsync(key, body, ObjectMetadata.None, CancellationToken.None);
    }
}
