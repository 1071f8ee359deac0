using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>
/// A classified fault. Every kind is retried after a backoff and after <see cref="RetryAfter"/>, except <see
/// cref="ConnectionFaultKind.Fatal"/>, which is rethrown to the exchange's supervisor.
/// </summary>
/// <param name="Kind">The kind of the fault.</param>
/// <param name="Reason">The reason as a sentence.</param>
/// <param name="RetryAfter">How long the exchange asked to wait; null when it did not say.</param>
internal readonly record struct ConnectionFault(ConnectionFaultKind Kind, string Reason, TimeSpan? RetryAfter = null)
{
    /// <summary>The kind as the value of a metric tag.</summary>
    public string KindTag => Kind.ToString().ToLowerInvariant();

    /// <summary>Classifies an exception. This is the only place that does.</summary>
    public static ConnectionFault FromException(Exception exception) => exception switch
    {
        ConnectionException own => new(own.Kind, own.Message, own.RetryAfter),
        WebSocketException or IOException or SocketException or AuthenticationException or OperationCanceledException => new(ConnectionFaultKind.Broken, ConnectionException.Describe(exception)),
        _ => new(ConnectionFaultKind.Fatal, ConnectionException.Describe(exception)),
    };
}
