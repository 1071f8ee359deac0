namespace Ingester.WebSockets;

/// <summary>A fault that the connection detected itself. Exceptions of the socket are not wrapped.</summary>
internal sealed class ConnectionException(ConnectionFaultKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The kind of the fault.</summary>
    public ConnectionFaultKind Kind => kind;

    /// <summary>How long the exchange asked to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The message of an exception with that of its innermost cause, which says what happened.</summary>
    public static string Describe(Exception exception)
    {
        var innermost = exception.GetBaseException();
        return innermost == exception ? exception.Message : $"{exception.Message} {innermost.Message}";
    }
}
