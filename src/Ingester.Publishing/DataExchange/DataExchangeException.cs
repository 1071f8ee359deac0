namespace Ingester.Publishing.DataExchange;

/// <summary>AWS Data Exchange refused a request, or the request failed; the message is a sentence that names the operation.</summary>
/// <param name="message">The sentence.</param>
/// <param name="code">The service's error code, such as <c>ConflictException</c>; empty if there was no response.</param>
/// <param name="inner">The failed request.</param>
internal sealed class DataExchangeException(string message, string code, Exception inner) : Exception(message, inner)
{
    /// <summary>The error code for a resource whose state does not permit the operation.</summary>
    public const string Conflict = "ConflictException";

    /// <summary>The service's error code; empty if there was no response.</summary>
    public string Code => code;
}
