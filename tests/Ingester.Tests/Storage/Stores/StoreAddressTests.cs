using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;

namespace Ingester.Tests.Storage.Stores;

public sealed class StoreAddressTests
{
    [Theory]
    [InlineData("s3://my-bucket", "my-bucket", "")]
    [InlineData("s3://my-bucket/", "my-bucket", "")]
    [InlineData("s3://my-bucket/market/data/", "my-bucket", "market/data")]
    public void Bucket_and_prefix_are_read_and_other_settings_are_kept(string text, string bucket, string prefix)
    {
        var configured = new StoreOptions { S3 = new() { Bucket = "other", Region = "eu-west-1", ForcePathStyle = true, ServiceUrl = new("http://127.0.0.1:1") } };
        var options = StoreAddress.Parse(text, configured);
        Assert.Null(options.Directory);
        Assert.Equal((bucket, prefix), (options.S3!.Bucket, options.S3.Prefix));
        Assert.Equal(("eu-west-1", true, new Uri("http://127.0.0.1:1")), (options.S3.Region, options.S3.ForcePathStyle, options.S3.ServiceUrl));
    }

    [Theory]
    [InlineData("./data")]
    [InlineData("/var/lib/ingester")]
    [InlineData("C:\\data")]
    public void Everything_else_is_a_directory(string text)
    {
        var options = StoreAddress.Parse(text);
        Assert.Equal(text, options.Directory);
        Assert.Null(options.S3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("s3://")]
    [InlineData("s3:///prefix")]
    [InlineData("gs://bucket")]
    public void Invalid_address_is_rejected_with_the_expected_form(string text) =>
        Assert.Contains("s3://bucket/prefix", Assert.Throws<FormatException>(() => StoreAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void All_errors_of_the_options_are_reported_at_once()
    {
        var store = new StoreOptionsValidator().Validate(null, new() { Directory = "x", S3 = new() { Bucket = "NO", Prefix = "/p" } });
        Assert.True(store.Failed);
        Assert.Contains(store.Failures, failure => failure.Contains("choose one", StringComparison.Ordinal));
        Assert.Contains(store.Failures, failure => failure.Contains("bucket", StringComparison.Ordinal));
        Assert.Contains(store.Failures, failure => failure.Contains("prefix", StringComparison.Ordinal));
        var storage = new StorageOptionsValidator().Validate(null, new() { UploadWorkers = 0, Compression = new() { Level = 10 }, UploadSpread = TimeSpan.FromDays(1) });
        Assert.Equal(3, storage.Failures!.Count());
        Assert.True(new StoreOptionsValidator().Validate(null, new()).Succeeded);
        Assert.True(new StorageOptionsValidator().Validate(null, new()).Succeeded);
    }
}
