using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Ingester.Storage.Stores;

namespace Ingester.Tests.Storage.Stores;

public sealed class S3ErrorsTests
{
    public static TheoryData<Exception> Passing =>
    [
        new SocketException((int)SocketError.NotConnected), // what HttpClient throws when a connection is reset while it opens
        new HttpRequestException("refused"),
        new IOException("broken"),
        new TimeoutException("late"),
        new OperationCanceledException("the request's own limit"),
    ];

    [Theory]
    [MemberData(nameof(Passing))]
    public void Lost_connection_is_not_a_permanent_failure(Exception error)
    {
        Assert.True(S3Errors.IsStoreError(error, CancellationToken.None));
        Assert.False(S3Errors.ToStoreException(error, "write a", new() { Bucket = "some" }).IsPermanent);
    }

    [Theory]
    [InlineData(400, "ExpiredToken", true)]
    [InlineData(400, "InvalidRequest", true)]
    [InlineData(400, "KeyTooLongError", true)]
    [InlineData(400, "RequestTimeout", false)]
    [InlineData(400, "BadDigest", false)]
    [InlineData(403, "AccessDenied", true)]
    [InlineData(403, "RequestTimeTooSkewed", true)]
    [InlineData(404, "NoSuchBucket", true)]
    [InlineData(405, "MethodNotAllowed", true)]
    [InlineData(408, "", false)]
    [InlineData(409, "ConditionalRequestConflict", false)]
    [InlineData(412, "PreconditionFailed", false)]
    [InlineData(429, "TooManyRequests", false)]
    [InlineData(500, "InternalError", false)]
    [InlineData(501, "NotImplemented", true)]
    [InlineData(503, "SlowDown", false)]
    [InlineData(504, "", false)]
    public void Permanent_refusals_are_distinguished_from_temporary_ones(int status, string code, bool permanent)
    {
        var failure = S3Errors.ToStoreException(new AmazonS3Exception(code) { StatusCode = (HttpStatusCode)status, ErrorCode = code }, "write a", new() { Bucket = "some" });
        Assert.Equal((permanent, code.Length > 0 ? code : $"{status}"), (failure.IsPermanent, failure.Code));
        Assert.Contains("'some'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_credentials_are_reported_with_a_remedy_and_are_not_a_permanent_failure()
    {
        var failure = S3Errors.ToStoreException(new AmazonClientException("Unable to get IAM security credentials from EC2 Instance Metadata Service."), "write a", new() { Bucket = "some" });
        Assert.StartsWith("No AWS credentials were found: cannot write a in the bucket 'some'. Set AWS_ACCESS_KEY_ID", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsPermanent);
    }

    [Fact]
    public void Bug_is_not_a_failure_of_the_store() =>
        Assert.False(S3Errors.IsStoreError(new InvalidOperationException("mistake"), CancellationToken.None));
}
