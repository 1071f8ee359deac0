namespace Ingester.WebSockets;

/// <summary>A fault that a connection found itself; what the socket throws is left as it is.</summary>
internal sealed class ConnectionException(FaultKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public FaultKind Kind => kind;

    /// <summary>How long the exchange asked to keep off; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The message of an exception with that of its innermost cause, which says what happened.</summary>
    public static string Describe(Exception exception)
    {
        var innermost = exception.GetBaseException();
        return innermost == exception ? exception.Message : $"{exception.Message} {innermost.Message}";
    }
}
