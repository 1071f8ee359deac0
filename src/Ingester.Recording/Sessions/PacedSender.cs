using System.Net.WebSockets;
using System.Text;
using Ingester.Recording.Configuration;
using Ingester.Recording.Limits;
using Ingester.Recording.Raw;

namespace Ingester.Recording.Sessions;

/// <summary>Sends the messages of a connection, at most as many per time as the exchange accepts.</summary>
/// <param name="socket">The open socket.</param>
/// <param name="context">The exchange, whose profile has the limit of a connection, and the clock.</param>
/// <param name="ofAddress">The limit of all connections from this address; null for none.</param>
/// <param name="lifetime">Ends a send that does not complete.</param>
internal sealed class PacedSender(WebSocket socket, ExchangeContext context, GcraRateLimiter? ofAddress, CancellationToken lifetime) : IDisposable
{
    private readonly GcraRateLimiter ofConnection = GcraRateLimiter.ForMessages(context.Exchange.Profile.MessageLimit, context.Clock);

    /// <summary>Raw capture of the connection; null for none. Default: none.</summary>
    public RawConnection? Raw { get; set; }

    /// <summary>Waits until the exchange accepts another message.</summary>
    public async Task WaitAsync(CancellationToken waiting)
    {
        await ofConnection.WaitAsync(waiting);
        if (ofAddress is not null)
            await ofAddress.WaitAsync(waiting);
    }

    /// <summary>Sends a message; call <see cref="WaitAsync"/> before.</summary>
    public ValueTask SendAsync(string text)
    {
        var message = Encoding.UTF8.GetBytes(text).AsMemory();
        Raw?.Sent(message.Span);
        return socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, lifetime);
    }

    /// <summary>Waits until the exchange accepts another message, and sends it.</summary>
    public async Task SendWhenDueAsync(string text, CancellationToken waiting)
    {
        await WaitAsync(waiting);
        await SendAsync(text);
    }

    /// <inheritdoc/>
    public void Dispose() => ofConnection.Dispose();
}
