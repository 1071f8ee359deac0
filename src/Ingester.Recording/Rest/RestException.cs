namespace Ingester.Recording.Rest;

/// <summary>A failed REST request; the message is a sentence.</summary>
internal sealed class RestException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the exchange asked to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
