namespace Ingester.WebSockets.Sockets;

/// <summary>
/// The event loops. A new connection is assigned to the loop with the fewest sockets; loops are created on demand, up to <see
/// cref="WebSocketOptions.ReceiveThreads"/>.
/// </summary>
internal sealed class EventLoopPool(WebSocketOptions options) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<EventLoop> loops = [];

    /// <summary>Returns the loop for a new connection.</summary>
    public EventLoop GetLeastLoaded()
    {
        lock (gate)
        {
            if (loops.MinBy(loop => loop.Count) is { } least && (least.Count == 0 || loops.Count == options.ReceiveThreads))
                return least;
            loops.Add(new(options.CoalesceInterval));
            return loops[^1];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            loops.ForEach(loop => loop.Dispose());
            loops.Clear();
        }
    }
}
