namespace Ingester.Storage.Aws;

/// <summary>A request to a service failed.</summary>
/// <param name="message">The service's own message, or that of the failed connection.</param>
/// <param name="status">The HTTP status; 0 if there was no response.</param>
/// <param name="code">The service's error code, such as <c>ThrottlingException</c>; empty if there was no response.</param>
/// <param name="inner">The SDK's exception.</param>
internal sealed class AwsServiceException(string message, int status, string code, Exception inner) : Exception(message, inner)
{
    /// <summary>The HTTP status; 0 if there was no response.</summary>
    public int Status => status;

    /// <summary>The service's error code; empty if there was no response.</summary>
    public string Code => code;
}
