using System.Net.Sockets;
using Ingester.Core.Storage;

namespace Ingester.Core.Tests.Storage;

public sealed class S3FailureTests
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
    public void Line_that_breaks_is_a_failure_that_waiting_can_help(Exception error)
    {
        Assert.True(S3Failure.IsOne(error, CancellationToken.None));
        Assert.False(S3Failure.Of(error, "write a", new() { Bucket = "some" }).Permanent);
    }

    [Fact]
    public void Mistake_of_the_program_is_no_failure_of_the_store() =>
        Assert.False(S3Failure.IsOne(new InvalidOperationException("mistake"), CancellationToken.None));
}
