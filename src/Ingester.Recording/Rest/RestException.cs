using System.Net;

namespace Ingester.Recording.Rest;

/// <summary>A failed REST request; the message is a sentence.</summary>
internal sealed class RestException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the exchange asked to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status of the answer; null when there was none.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>True when the same request may succeed later: there was no answer, or the server failed, or too many requests were sent.</summary>
    public bool IsTransient => Status is not (>= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError) || Status is HttpStatusCode.RequestTimeout || RetryAfter is not null;
}
