using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;

namespace Ingester.Storage.Stores;

/// <summary>Converts exceptions of the S3 client to <see cref="StoreException"/>s whose message names the bucket and the action.</summary>
internal static class S3Errors
{
    private const int TooEarly = 425; // RFC 8470

    /// <summary>
    /// True for exceptions that the SDK throws when the service rejects a request, is unreachable or times out; false for a wait that the caller
    /// cancelled. A connection that is reset while it is opened appears as a plain <see cref="SocketException"/>.
    /// </summary>
    public static bool IsStoreError(Exception error, CancellationToken cancellation) => error switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested,
        AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Creates the exception. It is permanent unless waiting can help.</summary>
    public static StoreException ToStoreException(Exception error, string action, S3StoreOptions options) => error switch
    {
        AmazonS3Exception refused => FromResponse(refused, action, options),
        OperationCanceledException or TimeoutException =>
            new($"No answer in time: cannot {action} in the bucket '{options.Bucket}'{AtEndpoint(options)}.", permanent: false, error) { Code = "timeout" },
        AmazonClientException or AmazonServiceException when IsMissingCredentials(error) =>
            new($"No AWS credentials were found: cannot {action} in the bucket '{options.Bucket}'. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile, or attach a role.",
                permanent: false, error)
            { Code = "credentials" }, // the credentials of a role may become available later
        _ => new($"Cannot {action} in the bucket '{options.Bucket}'{AtEndpoint(options)}: {Innermost(error)}", permanent: false, error) { Code = "connection" },
    };

    private static StoreException FromResponse(AmazonS3Exception error, string action, S3StoreOptions options)
    {
        var (sentence, permanent) = Describe(error, action, options);
        return new(sentence, permanent, error) { Code = string.IsNullOrEmpty(error.ErrorCode) ? $"{(int)error.StatusCode}" : error.ErrorCode };
    }

    private static (string Sentence, bool Permanent) Describe(AmazonS3Exception error, string action, S3StoreOptions options) => error switch
    {
        { ErrorCode: "NoSuchBucket" } =>
            ($"The bucket '{options.Bucket}' does not exist{AtEndpoint(options)}: cannot {action}.", true),
        { ErrorCode: "RequestTimeTooSkewed" } =>
            ($"The clock of this machine is wrong, and the store rejected the signature: cannot {action} in the bucket '{options.Bucket}'.", true),
        { ErrorCode: "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" } =>
            ($"The credentials have expired: cannot {action} in the bucket '{options.Bucket}'. Renew them at the source that the recorder uses.", true),
        { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" } =>
            ($"The credentials are not valid ({error.ErrorCode}): cannot {action} in the bucket '{options.Bucket}'.", true),
        { ErrorCode: "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" or "TemporaryRedirect" }
            or { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect } =>
            ($"The bucket '{options.Bucket}' is in another region than {options.Region ?? "the one configured"}: cannot {action}.", true),
        { StatusCode: HttpStatusCode.Forbidden } =>
            ($"No permission to {action} in the bucket '{options.Bucket}' ({error.ErrorCode}): the recorder needs s3:PutObject, s3:GetObject and s3:ListBucket.", true),
        { ErrorCode: "KeyTooLongError" } =>
            ($"The key is too long for the bucket '{options.Bucket}': cannot {action}.", true),
        { StatusCode: HttpStatusCode.NotImplemented } =>
            ($"The store does not support the request (501 {error.ErrorCode}): cannot {action} in the bucket '{options.Bucket}'{AtEndpoint(options)}. Use a store that supports conditional writes.", true),
        _ => ($"The store answered {(int)error.StatusCode} {error.ErrorCode}: cannot {action} in the bucket '{options.Bucket}'{AtEndpoint(options)}.", IsPermanent(error)),
    };

    /// <summary>True for 4xx statuses, except those that mean that the request was too early, too frequent or damaged.</summary>
    private static bool IsPermanent(AmazonS3Exception error) => error.StatusCode switch
    {
        HttpStatusCode.HttpVersionNotSupported => true,
        >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed
            or HttpStatusCode.TooManyRequests or (HttpStatusCode)TooEarly => false,
        >= HttpStatusCode.BadRequest => error.ErrorCode is not ("RequestTimeout" or "RequestExpired" or "SlowDown" or "Throttling" or "ThrottlingException"
            or "TooManyRequestsException" or "OperationAborted" or "InternalError" or "BadDigest" or "IncompleteBody" or "XAmzContentSHA256Mismatch"),
        _ => false,
    };

    /// <summary>The SDK has no exception type for missing credentials; only its messages mention them.</summary>
    private static bool IsMissingCredentials(Exception error) =>
        error.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) || error.InnerException?.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) == true;

    private static string AtEndpoint(S3StoreOptions options) => options.ServiceUrl is { } url ? $" at {url.GetLeftPart(UriPartial.Authority)}" : "";

    private static string Innermost(Exception error) => error.GetBaseException().Message;
}
