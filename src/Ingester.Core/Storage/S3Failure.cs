using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;

namespace Ingester.Core.Storage;

/// <summary>What went wrong with a bucket, in one sentence that names it and the action.</summary>
internal static class S3Failure
{
    /// <summary>
    /// True for what the SDK throws when the service refuses, is not there or takes too long; a cancelled wait is none. A connection that is reset while it
    /// opens comes through as a bare <see cref="SocketException"/>.
    /// </summary>
    public static bool IsOne(Exception error, CancellationToken cancellation) => error switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested,
        AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>The sentence and whether waiting can help.</summary>
    public static StoreException Of(Exception error, string action, S3StoreOptions options) => error switch
    {
        AmazonS3Exception refused => Refused(refused, action, options),
        OperationCanceledException or TimeoutException =>
            new($"No answer in time: cannot {action} in the bucket '{options.Bucket}'{At(options)}.", permanent: false, error),
        _ => new($"Cannot {action} in the bucket '{options.Bucket}'{At(options)}: {Innermost(error)}", permanent: false, error),
    };

    private static StoreException Refused(AmazonS3Exception error, string action, S3StoreOptions options) => error switch
    {
        { ErrorCode: "NoSuchBucket" } =>
            new($"The bucket '{options.Bucket}' does not exist{At(options)}: cannot {action}.", permanent: true, error),
        { ErrorCode: "RequestTimeTooSkewed" } =>
            new($"The clock of this machine is wrong, so that the signature is refused: cannot {action} in the bucket '{options.Bucket}'.", permanent: true, error),
        { ErrorCode: "ExpiredToken" or "RequestExpired" } =>
            new($"The credentials have expired: cannot {action} in the bucket '{options.Bucket}'.", permanent: false, error),
        { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" } =>
            new($"The credentials are not valid ({error.ErrorCode}): cannot {action} in the bucket '{options.Bucket}'.", permanent: true, error),
        { ErrorCode: "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" or "TemporaryRedirect" }
            or { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect } =>
            new($"The bucket '{options.Bucket}' is in another region than {options.Region ?? "the one configured"}: cannot {action}.", permanent: true, error),
        { StatusCode: HttpStatusCode.Forbidden } =>
            new($"No permission to {action} in the bucket '{options.Bucket}' ({error.ErrorCode}): the recorder needs s3:PutObject, s3:GetObject and s3:ListBucket.", permanent: true, error),
        _ => new($"The store answered {(int)error.StatusCode} {error.ErrorCode}: cannot {action} in the bucket '{options.Bucket}'{At(options)}.", permanent: false, error),
    };

    private static string At(S3StoreOptions options) => options.ServiceUrl is { } url ? $" at {url.GetLeftPart(UriPartial.Authority)}" : "";

    private static string Innermost(Exception error) => error.GetBaseException().Message;
}
